using Sms.EventStore;

namespace Sms.ServiceHost.Tests;

public sealed class StatesInPassingTests
{
    private static readonly StreamOf<string, Wrote> Line = new("line", "", (line, wrote) => line + wrote.Letter);

    private readonly StatesInPassing<string, Wrote> _states = new(Line);
    private int _reads;

    private sealed record Wrote(char Letter);

    [Fact]
    public async Task A_stream_that_passes_from_its_start_is_never_read_and_told_as_it_stood_after_each_fact()
    {
        for (var version = 1; version <= 26; version++)
            (await After(version)).ShouldBe(Alphabet[..version]);
        _reads.ShouldBe(0);
    }

    [Fact]
    public async Task A_stream_that_is_met_in_its_middle_is_read_once()
    {
        foreach (var version in new[] { 20, 21, 22, 23 })
            (await After(version)).ShouldBe(Alphabet[..version]);
        _reads.ShouldBe(1);
    }

    [Fact]
    public async Task What_is_told_again_or_out_of_order_is_what_was_told_before()
    {
        foreach (var version in new[] { 1, 2, 3, 2, 3, 4, 1, 2, 9, 10, 4 })
            (await After(version)).ShouldBe(Alphabet[..version]);
        _reads.ShouldBe(3, "for the second 2, for 9 and for the second 4");
    }

    [Fact]
    public async Task A_fact_that_is_not_told_is_not_read_and_still_counted_in()
    {
        (await After(3, isAskedFor: false)).ShouldBeNull();
        (await After(1)).ShouldBe("a");
        (await After(2, isAskedFor: false)).ShouldBe("ab");
        (await After(3)).ShouldBe("abc");
        _reads.ShouldBe(0);
    }

    [Fact]
    public async Task Streams_are_kept_apart_and_more_of_them_than_are_kept_are_told_all_the_same()
    {
        for (var version = 1; version <= 2; version++)
            for (var line = 0; line < 10_001; line++)
                (await After(version, stream: $"line-{line}")).ShouldBe(Alphabet[..version]);
        _reads.ShouldBeInRange(1, 10_001);
    }

    private const string Alphabet = "abcdefghijklmnopqrstuvwxyz";

    private async Task<string?> After(int version, bool isAskedFor = true, string stream = "line-1") => await _states.After(
        new StoredEvent(Guid.NewGuid(), stream, version, "wrote", new Wrote(Alphabet[version - 1]), DateTimeOffset.UnixEpoch, null, null, Cause.System),
        () =>
        {
            _reads++;
            return Task.FromResult(Alphabet[..version]);
        },
        isAskedFor);
}
