using System.Globalization;
using System.Text.Json;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Http.Json;
using Microsoft.Extensions.Options;

namespace Sms.GatewaySimulator;

/// <summary>The other side of the gateway: customers with phones, and a gateway that misbehaves when told to. Needs no key.</summary>
internal static class SimulationApi
{
    private const int LongestNumber = 320;
    private const int MostItems = 1_000;
    private const int MostConversations = 200;
    private const int MostAtOnce = 100;

    /// <summary>A customer texts one of our numbers.</summary>
    /// <param name="From">The customer's number or name.</param>
    /// <param name="To">Our number.</param>
    /// <param name="Text">What is written; may be empty.</param>
    /// <param name="ReceivedAt">When, if not now: a text that was long on its way.</param>
    private sealed record TextRequest(string? From, string? To, string? Text, DateTimeOffset? ReceivedAt);

    /// <summary>Part of a list; <c>next</c> is the cursor to go on from, also when there is nothing more yet.</summary>
    private sealed record Page<T>(IReadOnlyList<T> Items, string Next);

    public static void Map(WebApplication app)
    {
        var sim = app.MapGroup("/sim");

        sim.MapPost("/texts", async Task<IResult> (HttpRequest request, Deliveries deliveries) =>
        {
            var (asked, problem) = await Read<TextRequest>(request);
            if (asked is null)
                return problem!;
            if (string.IsNullOrWhiteSpace(asked.From) || asked.From.Length > LongestNumber)
                return Invalid("from", $"must be 1 to {LongestNumber} characters");
            if (string.IsNullOrWhiteSpace(asked.To) || asked.To.Length > LongestNumber)
                return Invalid("to", $"must be 1 to {LongestNumber} characters");
            if (asked.Text is null)
                return Invalid("text", "must be given");
            return deliveries.Text(asked.From.Trim(), asked.To.Trim(), asked.Text, asked.ReceivedAt) is { } text
                ? TypedResults.Accepted($"/sim/texts/{text.Id}", new { text.Id })
                : TypedResults.Problem("Too many texts are waiting for the webhook.", statusCode: StatusCodes.Status503ServiceUnavailable);
        });
        sim.MapGet("/texts", (GatewayState state) => Enum.GetValues<DeliveryStatus>()
            .ToDictionary(status => JsonNamingPolicy.KebabCaseLower.ConvertName(status.ToString()), state.Count));
        sim.MapGet("/texts/{id}", Results<Ok<TextDelivery>, NotFound> (string id, GatewayState state) =>
            state.Delivery(id) is { } delivery ? TypedResults.Ok(delivery) : TypedResults.NotFound());

        sim.MapPost("/texts/{id}/retry", IResult (string id, Deliveries deliveries) => deliveries.Retry(id) switch
        {
            true => TypedResults.Accepted($"/sim/texts/{id}"),
            false => TypedResults.Problem("The text has been delivered.", statusCode: StatusCodes.Status409Conflict),
            null => TypedResults.NotFound(),
        });

        sim.MapGet("/live", (LiveFeed feed, CancellationToken ct) => TypedResults.ServerSentEvents(feed.Listen(ct)));
        sim.MapGet("/conversations", (GatewayState state) => state.Conversations(MostConversations));
        sim.MapGet("/conversations/{customer}/{number}", IResult (string customer, string number, string? before, GatewayState state) =>
        {
            var end = long.MaxValue;
            return before is null || long.TryParse(before, NumberStyles.None, CultureInfo.InvariantCulture, out end)
                ? TypedResults.Ok(state.Conversation(GatewayState.WithoutPlus(customer), GatewayState.WithoutPlus(number), end, MostAtOnce))
                : Invalid("before", "must be the cursor of a message");
        });
        sim.MapGet("/phones/{number}/messages", (string number, string? after, string? limit, GatewayState state) =>
            List(after, limit, (from, most) => state.OnPhone(GatewayState.WithoutPlus(number.Trim()), from, most), m => m.Cursor));
        sim.MapGet("/messages", (string? after, string? limit, GatewayState state) =>
            List(after, limit, state.Sent, m => m.Cursor));
        sim.MapDelete("/messages", (GatewayState state) =>
        {
            state.Clear();
            return TypedResults.NoContent();
        });

        sim.MapGet("/behaviour", (Misbehaviour misbehaviour) => misbehaviour.Now);
        sim.MapPut("/behaviour", async Task<IResult> (HttpRequest request, Misbehaviour misbehaviour) =>
        {
            var (asked, problem) = await Read<Behaviour>(request);
            if (asked is null)
                return problem!;
            if (asked.Problem() is { } wrong)
                return Invalid("behaviour", wrong);
            misbehaviour.Now = asked;
            return TypedResults.Ok(asked);
        });
        sim.MapDelete("/behaviour", (Misbehaviour misbehaviour) =>
        {
            misbehaviour.Now = new Behaviour();
            return TypedResults.NoContent();
        });
    }

    private static IResult List<T>(string? after, string? limit, Func<long, int, IReadOnlyList<T>> list, Func<T, long> cursor)
    {
        var (from, most) = (0L, 200);
        if (after is not null && !long.TryParse(after, NumberStyles.None, CultureInfo.InvariantCulture, out from))
            return Invalid("after", "must be a cursor of an earlier answer");
        if (limit is not null && !(int.TryParse(limit, NumberStyles.None, CultureInfo.InvariantCulture, out most) && most is >= 1 and <= MostItems))
            return Invalid("limit", $"must be from 1 to {MostItems}");
        var items = list(from, most);
        return TypedResults.Ok(new Page<T>(items, (items.Count > 0 ? cursor(items[^1]) : from).ToString(CultureInfo.InvariantCulture)));
    }

    // Read here rather than by the framework, whose answer to a body it cannot read does not say why.
    private static async Task<(T? Body, IResult? Problem)> Read<T>(HttpRequest request)
        where T : class
    {
        var json = request.HttpContext.RequestServices.GetRequiredService<IOptions<JsonOptions>>().Value.SerializerOptions;
        try
        {
            var body = await JsonSerializer.DeserializeAsync<T>(request.Body, json, request.HttpContext.RequestAborted);
            return (body, body is null ? Invalid("body", "must be a JSON object") : null);
        }
        catch (JsonException e)
        {
            return (null, Invalid("body", e.Message));
        }
    }

    private static ValidationProblem Invalid(string field, string reason) =>
        TypedResults.ValidationProblem(new Dictionary<string, string[]> { [field] = [reason] }, detail: $"{field}: {reason}");
}
