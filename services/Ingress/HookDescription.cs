using System.Reflection;
using Microsoft.OpenApi;
using Sms.Ingress.UseCases;

namespace Sms.Ingress;

/// <summary>What the OpenAPI document says of the hooks, which read their requests themselves.</summary>
internal static class HookDescription
{
    private static readonly (int Status, string When)[] Answers =
    [
        (StatusCodes.Status200OK, "It is stored, or there is nothing to store. The body is what the kind of gateway expects."),
        (StatusCodes.Status401Unauthorized, "It is not proven genuine. Nothing is said of why."),
        (StatusCodes.Status404NotFound, "There is no such endpoint, or it is disabled."),
        (StatusCodes.Status413PayloadTooLarge, "The body is larger than Ingress:MaxBodyBytes."),
        (StatusCodes.Status415UnsupportedMediaType, "The body is compressed."),
        (StatusCodes.Status429TooManyRequests, "More than the endpoint takes in a second, where the kind of gateway understands this; with Retry-After."),
        (StatusCodes.Status503ServiceUnavailable, "Trouble of our own, a body that did not come in time, or more than the endpoint takes in a second; with Retry-After. Deliver it again."),
    ];

    /// <summary>Describes a hook.</summary>
    public static void Describe(this IEndpointConventionBuilder hook)
    {
        // A handler that is a RequestDelegate names no method, and only routes with one are described.
        hook.WithMetadata(typeof(ReceiveWebhook).GetMethod(nameof(ReceiveWebhook.Handle), BindingFlags.Instance | BindingFlags.NonPublic)!);
        hook.WithName("ReceiveWebhook");
        hook.WithSummary("Takes a delivery of a gateway: a text, a report or a ping, signed as its kind of gateway signs");
        hook.AddOpenApiOperationTransformer((operation, _, _) =>
        {
            operation.Parameters =
            [
                new OpenApiParameter { Name = "endpoint", In = ParameterLocation.Path, Required = true, Description = "The endpoint's name.", Schema = new OpenApiSchema { Type = JsonSchemaType.String } },
            ];
            operation.RequestBody = new OpenApiRequestBody
            {
                Required = true,
                Description = "What the endpoint's profile describes; the content type does not matter.",
                Content = new Dictionary<string, OpenApiMediaType> { ["application/json"] = new(), ["application/x-www-form-urlencoded"] = new() },
            };
            operation.Responses = new OpenApiResponses();
            foreach (var (status, when) in Answers)
                operation.Responses[$"{status}"] = new OpenApiResponse { Description = when };
            return Task.CompletedTask;
        });
    }
}
