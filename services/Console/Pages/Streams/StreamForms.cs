using Sms.Console.Pages.Facts;
using Sms.ServiceHost;

namespace Sms.Console.Pages.Streams;

/// <summary>The way from a fact's id to the stream it is in.</summary>
public static class StreamForms
{
    /// <summary>Maps <c>GET /browse/fact/{id}</c>: whichever service has it.</summary>
    public static void Map(IEndpointRouteBuilder app) => app.MapGet("/browse/fact/{id:guid}", async (Guid id, Platform platform) =>
    {
        var answers = await Task.WhenAll(Platform.Services.Select(service => platform.Get<Fact>(service, $"/facts/{id}")));
        return answers.Select(answer => answer.Value).FirstOrDefault(fact => fact is not null) is { } fact
            ? Results.Redirect($"/browse/{fact.Service}/{Uri.EscapeDataString(fact.StreamId)}?version={fact.Version}")
            : Results.Problem("No service knows this fact, or the one that does gives no answer.", statusCode: StatusCodes.Status404NotFound);
    }).RequireAuthorization(Roles.Reader).ExcludeFromDescription();
}
