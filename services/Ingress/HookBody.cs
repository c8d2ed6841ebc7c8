using System.Buffers;
using System.Collections.Concurrent;
using Microsoft.AspNetCore.Server.Kestrel.Core.Features;

namespace Sms.Ingress;

/// <summary>How reading a body ended.</summary>
public enum BodyOutcome
{
    /// <summary>It is here, whole.</summary>
    Read,

    /// <summary>There is more of it than is taken.</summary>
    TooLarge,

    /// <summary>It did not come in the time there is.</summary>
    TooSlow,
}

/// <summary>The raw bytes of a request, in a rented buffer: give it back by disposing.</summary>
public readonly struct HookBody : IDisposable
{
    private static readonly ConcurrentBag<CancellationTokenSource> Timers = [];

    private readonly byte[]? _rented;
    private readonly int _length;

    private HookBody(BodyOutcome outcome, byte[]? rented = null, int length = 0) => (Outcome, _rented, _length) = (outcome, rented, length);

    /// <summary>How reading it ended.</summary>
    public BodyOutcome Outcome { get; }

    /// <summary>The bytes.</summary>
    public ReadOnlyMemory<byte> Bytes => _rented.AsMemory(0, _length);

    /// <summary>Reads a request's body.</summary>
    /// <param name="request">The request.</param>
    /// <param name="most">The most bytes it may have.</param>
    /// <param name="within">The time all of it has to come in.</param>
    public static async ValueTask<HookBody> Read(HttpRequest request, int most, TimeSpan within)
    {
        if (request.ContentLength > most)
            return new HookBody(BodyOutcome.TooLarge);

        // Kestrel's own limit answers 408, and a 4xx makes some gateways drop the text.
        if (request.HttpContext.Features.Get<IHttpMinRequestBodyDataRateFeature>() is { } rate)
            rate.MinDataRate = null;
        if (!Timers.TryTake(out var timer))
            timer = new CancellationTokenSource();
        timer.CancelAfter(within);
        var buffer = ArrayPool<byte>.Shared.Rent((int)(request.ContentLength ?? 4096) + 1);
        var outcome = BodyOutcome.TooSlow;
        var length = 0;
        try
        {
            while (await request.Body.ReadAsync(buffer.AsMemory(length), timer.Token) is var read and > 0)
            {
                length += read;
                if (length > most)
                    break;
                if (length == buffer.Length)
                {
                    var larger = ArrayPool<byte>.Shared.Rent(buffer.Length * 2);
                    buffer.AsSpan(0, length).CopyTo(larger);
                    ArrayPool<byte>.Shared.Return(buffer);
                    buffer = larger;
                }
            }
            outcome = length > most ? BodyOutcome.TooLarge : BodyOutcome.Read;
            return outcome is BodyOutcome.Read ? new HookBody(outcome, buffer, length) : new HookBody(outcome);
        }
        catch (OperationCanceledException) when (timer.IsCancellationRequested && !request.HttpContext.RequestAborted.IsCancellationRequested)
        {
            return new HookBody(BodyOutcome.TooSlow);
        }
        finally
        {
            if (outcome is not BodyOutcome.Read)
                ArrayPool<byte>.Shared.Return(buffer);
            if (timer.TryReset())
                Timers.Add(timer);
            else
                timer.Dispose();
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        if (_rented is not null)
            ArrayPool<byte>.Shared.Return(_rented);
    }
}
