using System.Diagnostics.CodeAnalysis;
using System.Net;
using System.Net.Http.Headers;
using System.Text.Json;
using System.Text.Json.Serialization;
using Sms.ServiceHost;

namespace Sms.Console;

/// <summary>What a service said to a question, or why it did not answer it.</summary>
/// <param name="Value">What it said.</param>
/// <param name="Problem">Why there is no value.</param>
/// <param name="Version">The version of what it said (ETag), to base a change on.</param>
public sealed record Answer<T>(T? Value, Problem? Problem, long? Version = null)
{
    /// <summary>Whether there is an answer.</summary>
    [MemberNotNullWhen(true, nameof(Value))]
    [MemberNotNullWhen(false, nameof(Problem))]
    public bool IsThere => Problem is null;
}

/// <summary>Why a service did not do what it was asked.</summary>
/// <param name="Service">The service.</param>
/// <param name="Status">Its answer (HTTP); 0 when it gave none.</param>
/// <param name="Detail">The reason, in words for people.</param>
/// <param name="Errors">What is wrong with each field.</param>
public sealed record Problem(string Service, int Status, string Detail, IReadOnlyDictionary<string, string[]>? Errors = null)
{
    /// <summary>Whether the service, or what it needs, is away, and asking again later is all there is to do.</summary>
    public bool IsAway => Status is 0 or >= 500;

    /// <summary>Whether there is no such thing.</summary>
    public bool IsMissing => Status == (int)HttpStatusCode.NotFound;
}

/// <summary>The platform's services, asked over HTTP in the name of whoever looks.</summary>
public sealed class Platform(IHttpClientFactory clients, Viewer viewer, ILogger<Platform> log)
{
    /// <summary>The services, in the order in which a text meets them.</summary>
    public static readonly IReadOnlyList<string> Services = ["ingress", "contacts", "helpdesk", "optout", "autoreply", "outbound"];

    /// <summary>How the services write JSON.</summary>
    public static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web)
    {
        Converters = { new JsonStringEnumConverter(JsonNamingPolicy.KebabCaseLower) },
    };

    /// <summary>The name of the client that asks.</summary>
    internal const string Client = "platform";

    /// <summary>Asks a service for something.</summary>
    public async Task<Answer<T>> Get<T>(string service, ApiPath path)
    {
        try
        {
            using var response = await Send(HttpMethod.Get, service, path, null, null);
            if (!response.IsSuccessStatusCode)
                return new(default, await ProblemOf(service, response));
            return new(await response.Content.ReadFromJsonAsync<T>(Json, viewer.Http.RequestAborted), null, VersionOf(response));
        }
        catch (Exception e) when (IsNoAnswer(e))
        {
            return new(default, NoAnswer(service, e));
        }
    }

    /// <summary>Asks a service for a text.</summary>
    public async Task<Answer<string>> Text(string service, ApiPath path)
    {
        try
        {
            using var response = await Send(HttpMethod.Get, service, path, null, null);
            return response.IsSuccessStatusCode
                ? new(await response.Content.ReadAsStringAsync(viewer.Http.RequestAborted), null)
                : new(null, await ProblemOf(service, response));
        }
        catch (Exception e) when (IsNoAnswer(e))
        {
            return new(null, NoAnswer(service, e));
        }
    }

    /// <summary>Asks a service to change something.</summary>
    /// <returns>What it said, where it said anything; or why not.</returns>
    public async Task<Answer<JsonElement>> Change(
        HttpMethod method, string service, ApiPath path, HttpContent? body, Action<HttpRequestHeaders>? headers = null)
    {
        try
        {
            using var response = await Send(method, service, path, body, headers);
            if (!response.IsSuccessStatusCode)
                return new(default, await ProblemOf(service, response));
            var said = await response.Content.ReadAsByteArrayAsync(viewer.Http.RequestAborted);
            var isJson = response.Content.Headers.ContentType?.MediaType?.EndsWith("json", StringComparison.Ordinal) == true;
            return new(said.Length > 0 && isJson ? JsonSerializer.Deserialize<JsonElement>(said, Json) : default, null, VersionOf(response));
        }
        catch (Exception e) when (IsNoAnswer(e))
        {
            return new(default, NoAnswer(service, e));
        }
    }

    /// <summary>Passes on a file that a service gives out.</summary>
    public async Task<IResult> Download(string service, ApiPath path, string fileName)
    {
        var response = await Send(HttpMethod.Get, service, path, null, null, HttpCompletionOption.ResponseHeadersRead);
        viewer.Http.Response.RegisterForDispose(response);
        return response.IsSuccessStatusCode
            ? Results.Stream(await response.Content.ReadAsStreamAsync(viewer.Http.RequestAborted), response.Content.Headers.ContentType?.ToString(), fileName)
            : Results.Problem((await ProblemOf(service, response)).Detail, statusCode: (int)response.StatusCode);
    }

    /// <summary>What goes into a change: JSON as the services read it.</summary>
    public static JsonContent Body(object body) => JsonContent.Create(body, body.GetType(), options: Json);

    private async Task<HttpResponseMessage> Send(
        HttpMethod method, string service, ApiPath path, HttpContent? body, Action<HttpRequestHeaders>? headers,
        HttpCompletionOption completion = HttpCompletionOption.ResponseContentRead)
    {
        using var request = new HttpRequestMessage(method, new Uri(AddressOf(viewer.Http.RequestServices.GetRequiredService<IConfiguration>(), service), path.ToString())) { Content = body };
        request.Headers.Add(ApiKeys.ActorHeader, viewer.Name);
        request.Headers.Add(ApiKeys.RoleHeader, viewer.Role);
        headers?.Invoke(request.Headers);
        return await clients.CreateClient(Client).SendAsync(request, completion, viewer.Http.RequestAborted);
    }

    /// <summary>Where a service answers: <c>Services:Helpdesk</c>.</summary>
    internal static Uri AddressOf(IConfiguration configuration, string service) =>
        new(configuration[$"Services:{service}"] ?? throw new InvalidOperationException($"The setting 'Services:{service}' is missing."));

    /// <summary>A client that asks a service in the console's own name, for what everybody signed in may see.</summary>
    internal static HttpClient Own(IHttpClientFactory clients, IConfiguration configuration, string service)
    {
        var client = clients.CreateClient(Client);
        client.BaseAddress = AddressOf(configuration, service);
        client.DefaultRequestHeaders.Add(ApiKeys.ActorHeader, "console");
        client.DefaultRequestHeaders.Add(ApiKeys.RoleHeader, Roles.Reader);
        return client;
    }

    private static long? VersionOf(HttpResponseMessage response) =>
        long.TryParse(response.Headers.ETag?.Tag.Trim('"'), out var version) ? version : null;

    internal static async Task<Problem> ProblemOf(string service, HttpResponseMessage response)
    {
        try
        {
            var said = await response.Content.ReadFromJsonAsync<Said>(Json);
            return new(service, (int)response.StatusCode, said?.Detail ?? said?.Title ?? response.ReasonPhrase ?? "", said?.Errors);
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException or NotSupportedException)
        {
            return new(service, (int)response.StatusCode, response.ReasonPhrase ?? "");
        }
    }

    private sealed record Said(string? Title, string? Detail, Dictionary<string, string[]>? Errors);

    private bool IsNoAnswer(Exception e) =>
        e is HttpRequestException or JsonException || (e is OperationCanceledException && !viewer.Http.RequestAborted.IsCancellationRequested);

    private Problem NoAnswer(string service, Exception e)
    {
        log.LogWarning("{Service} does not answer ({Kind}).", service, e.GetType().Name);
        return new(service, 0, "It does not answer.");
    }
}
