using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.OpenApi;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.OpenApi;

namespace Sms.ServiceHost;

/// <summary>What every service's OpenAPI document says of itself: who may call, and how it refuses.</summary>
public static class ApiDescription
{
    private const string Key = "apiKey", Problem = "application/problem+json";

    /// <summary>Says that a call may name the version it is based on (<c>If-Match</c>), and how it is answered when that is not the latest.</summary>
    public static TBuilder TakesIfMatch<TBuilder>(this TBuilder call)
        where TBuilder : IEndpointConventionBuilder =>
        call.AddOpenApiOperationTransformer(async (operation, context, ct) =>
        {
            Header(operation, "If-Match", "The version the change is based on, an ETag as this service gave it; without it the latest.");
            await Refusal(operation, context, "412", "Somebody else has changed it since.", ct);
        });

    /// <summary>Says that a call may carry an <c>Idempotency-Key</c>, or must.</summary>
    /// <param name="call">The call.</param>
    /// <param name="required">Whether it is refused without one.</param>
    public static TBuilder TakesIdempotencyKey<TBuilder>(this TBuilder call, bool required = false)
        where TBuilder : IEndpointConventionBuilder =>
        call.AddOpenApiOperationTransformer((operation, _, _) =>
        {
            Header(operation, "Idempotency-Key", "At most 200 characters. The same request again under the same key is answered as the first time.", required);
            return Task.CompletedTask;
        });

    /// <summary>Says how else a call may be answered, with a problem.</summary>
    /// <param name="call">The call.</param>
    /// <param name="status">The HTTP status.</param>
    /// <param name="when">When that is.</param>
    public static TBuilder Refuses<TBuilder>(this TBuilder call, int status, string when)
        where TBuilder : IEndpointConventionBuilder =>
        call.AddOpenApiOperationTransformer((operation, context, ct) => Refusal(operation, context, $"{status}", when, ct));

    internal static void AddApiDescription(this IServiceCollection services, string service) => services.AddOpenApi(options =>
    {
        options.CreateSchemaReferenceId = type => OpenApiOptions.CreateDefaultSchemaReferenceId(type) is null ? null : NameOf(type.Type);
        options.AddDocumentTransformer((document, _, _) =>
        {
            document.Info.Title = $"Sms.Platform: {service}";
            document.Components ??= new OpenApiComponents();
            document.Components.SecuritySchemes ??= new Dictionary<string, IOpenApiSecurityScheme>();
            document.Components.SecuritySchemes[Key] = new OpenApiSecurityScheme
            {
                Type = SecuritySchemeType.Http, Scheme = "bearer", Description = $"An API key. Its role is {Roles.Reader}, {Roles.Agent} or {Roles.Admin}.",
            };
            return Task.CompletedTask;
        });
        options.AddOperationTransformer(Describe);
    });

    private static async Task Describe(OpenApiOperation operation, OpenApiOperationTransformerContext context, CancellationToken ct)
    {
        var metadata = context.Description.ActionDescriptor.EndpointMetadata;
        var roles = metadata.OfType<IAuthorizeData>().Select(a => a.Policy).OfType<string>().ToList();
        if (roles.Count == 0)
            return;
        operation.Security = [new OpenApiSecurityRequirement { [new OpenApiSecuritySchemeReference(Key, context.Document)] = [] }];
        await Refusal(operation, context, "401", "There is no API key with the call, or none that is known.", ct);
        await Refusal(operation, context, "403", $"The key's role is not enough: this asks for {roles[^1]}.", ct);
        await Refusal(operation, context, "503", "The database cannot be reached; try again after Retry-After seconds.", ct);
        if (operation.RequestBody is not null || operation.Parameters is { Count: > 0 })
            await Refusal(operation, context, "400", "Something in the call is wrong; the problem names it.", ct);
        if (context.Description.HttpMethod is "POST" or "PUT" or "PATCH" or "DELETE")
            await Refusal(operation, context, "409", "It is refused as things stand, or somebody else changed them at the same moment.", ct);
        // What is not found is answered with a problem too: every empty refusal is (RFC 9457).
        if (operation.Responses is not null && operation.Responses.Remove("404"))
            await Refusal(operation, context, "404", "There is none.", ct);
    }

    private static async Task Refusal(OpenApiOperation operation, OpenApiOperationTransformerContext context, string status, string when, CancellationToken ct)
    {
        operation.Responses ??= new OpenApiResponses();
        if (operation.Responses.TryGetValue(status, out var known) && known is OpenApiResponse { Content: { Count: > 0 } content } said && content.ContainsKey(Problem))
        {
            said.Description = when;
            return;
        }
        operation.Responses[status] = new OpenApiResponse
        {
            Description = when,
            Content = new Dictionary<string, OpenApiMediaType>
            {
                [Problem] = new() { Schema = await context.GetOrCreateSchemaAsync(typeof(ProblemDetails), cancellationToken: ct) },
            },
        };
    }

    private static void Header(OpenApiOperation operation, string name, string description, bool required = false)
    {
        operation.Parameters ??= [];
        operation.Parameters.Add(new OpenApiParameter
        {
            Name = name, In = ParameterLocation.Header, Description = description, Required = required, Schema = new OpenApiSchema { Type = JsonSchemaType.String },
        });
    }

    // Types are named within others, as RotateSecret.Request is, and a document has one name space.
    private static string NameOf(Type type) => type.IsGenericType
        ? $"{type.Name[..type.Name.IndexOf('`', StringComparison.Ordinal)]}Of{string.Join("And", type.GetGenericArguments().Select(NameOf))}"
        : (type.DeclaringType is { } outer ? NameOf(outer) : "") + type.Name;
}
