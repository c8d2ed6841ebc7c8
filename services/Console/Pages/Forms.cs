using Microsoft.AspNetCore.Antiforgery;
using Microsoft.AspNetCore.Mvc;
using Sms.Console.Pages.Consent;
using Sms.Console.Pages.Contacts;
using Sms.Console.Pages.Endpoints;
using Sms.Console.Pages.Inbox;
using Sms.Console.Pages.Operations;
using Sms.Console.Pages.Policies;
using Sms.Console.Pages.Rules;
using Sms.Console.Pages.Streams;
using Sms.Console.Pages.Webhooks;
using Sms.ServiceHost;

namespace Sms.Console.Pages;

/// <summary>Where the forms of all pages are sent. Every area of the console has its own file of them.</summary>
public static class Forms
{
    /// <summary>Maps the forms of every area.</summary>
    public static void MapForms(this IEndpointRouteBuilder app)
    {
        InboxForms.Map(app);
        DeskForms.Map(app);
        PolicyForms.Map(app);
        ContactsForms.Map(app);
        ConsentForms.Map(app);
        RulesForms.Map(app);
        EndpointsForms.Map(app);
        WebhooksForms.Map(app);
        StreamForms.Map(app);
        OperationForms.Map(app);
        app.MapGroup("").ForForms(Roles.Reader).MapPost("/theme", (HttpContext http, OnBehalf answer, [FromForm] string? theme) =>
        {
            http.Response.Cookies.Append(Viewer.ThemeCookie, theme is "light" or "dark" ? theme : "auto", new CookieOptions
            {
                HttpOnly = true, SameSite = SameSiteMode.Lax, MaxAge = TimeSpan.FromDays(365), Path = "/",
            });
            return answer.Back();
        });
    }

    /// <summary>
    /// A group of routes that forms are sent to: from a page of ours only (each form has a token of its own), by who is signed in
    /// with this role.
    /// </summary>
    /// <param name="group">The group.</param>
    /// <param name="role">The role it takes; null for anybody.</param>
    public static RouteGroupBuilder ForForms(this RouteGroupBuilder group, string? role)
    {
        group.WithMetadata(new RequireAntiforgeryTokenAttribute()).ExcludeFromDescription();
        group.AddEndpointFilter((context, next) => context.HttpContext.Features.Get<IAntiforgeryValidationFeature>() is { IsValid: true }
            ? next(context)
            : ValueTask.FromResult<object?>(Results.Problem("This form is too old, or not from here. Load the page again.", statusCode: StatusCodes.Status400BadRequest)));
        return role is null ? group.AllowAnonymous() : group.RequireAuthorization(role);
    }
}
