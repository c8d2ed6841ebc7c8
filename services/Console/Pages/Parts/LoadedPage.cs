using Microsoft.AspNetCore.Components;

namespace Sms.Console.Pages.Parts;

/// <summary>A page that is rendered once it has all it shows, and not before: nothing on it is ever half there.</summary>
public abstract class LoadedPage : ComponentBase
{
    /// <summary>Asks for what the page shows. Its parameters are set.</summary>
    protected abstract Task Load();

    /// <inheritdoc/>
    public sealed override async Task SetParametersAsync(ParameterView parameters)
    {
        parameters.SetParameterProperties(this);
        await Load();
        await base.SetParametersAsync(ParameterView.Empty);
    }
}
