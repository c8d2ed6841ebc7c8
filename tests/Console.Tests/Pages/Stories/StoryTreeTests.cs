using System.Text.Json;
using Sms.Console.Pages.Facts;
using Sms.Console.Pages.Stories;

namespace Sms.Console.Tests.Pages.Stories;

public sealed class StoryTreeTests
{
    private static readonly DateTimeOffset Noon = new(2026, 6, 12, 12, 0, 0, TimeSpan.Zero);

    private readonly Fact _received = Make("ingress.sms-received.v1", "sms-1", 1, 0);

    [Fact]
    public void A_fact_stands_under_the_one_that_caused_it()
    {
        var wrote = Make("helpdesk.customer-wrote.v1", "ticket-1", 1, 30, _received.Id);
        var ruled = Make("autoreply.sms-ruled.v1", "answer-1", 1, 20, _received.Id);
        var asked = Make("outbound.sms-requested.v1", "reply-1", 1, 40, ruled.Id);
        var root = StoryTree.Of([asked, wrote, ruled, _received]).ShouldHaveSingleItem();
        root.Fact.ShouldBe(_received);
        root.Led.Select(node => node.Fact).ShouldBe([ruled, wrote]);
        root.Led[0].Led.ShouldHaveSingleItem().After.ShouldBe(TimeSpan.FromMilliseconds(40));
        root.All().Select(node => node.Fact).ShouldBe([_received, ruled, asked, wrote]);
    }

    [Fact]
    public void What_something_outside_caused_stands_after_what_came_before_it_in_its_stream()
    {
        var accepted = Make("outbound.sms-accepted.v1", "reply-1", 1, 10, _received.Id);
        var delivered = Make("outbound.sms-delivered.v1", "reply-1", 2, 900, Guid.CreateVersion7());
        var node = StoryTree.Of([_received, accepted, delivered]).Single().Led.Single().Led.ShouldHaveSingleItem();
        node.Fact.ShouldBe(delivered);
        node.FromElsewhere.ShouldBeTrue();
        StoryTree.Missing([_received, accepted, delivered]).ShouldBe([delivered.CausationId!.Value]);
    }

    [Fact]
    public void What_a_person_began_stands_by_itself()
    {
        var replied = Make("helpdesk.agent-replied.v1", "ticket-1", 2, 5000);
        StoryTree.Of([replied, _received]).Select(node => node.Fact).ShouldBe([_received, replied]);
    }

    [Fact]
    public void A_fact_that_two_answers_tell_of_is_told_once() => StoryTree.Of([_received, _received]).ShouldHaveSingleItem().Led.ShouldBeEmpty();

    [Fact]
    public void Of_nothing_there_is_no_story() => StoryTree.Of([]).ShouldBeEmpty();

    [Theory]
    [InlineData(0, "0 ms")]
    [InlineData(999, "999 ms")]
    [InlineData(1240, "1.2 s")]
    [InlineData(60_000, "1 min")]
    [InlineData(192_000, "3 min 12 s")]
    [InlineData(7_500_000, "2 h 5 min")]
    [InlineData(90_000_000, "1 d 1 h")]
    public void Spans_are_written_in_the_units_that_matter(int milliseconds, string written) => TimeAxis.Written(TimeSpan.FromMilliseconds(milliseconds)).ShouldBe(written);

    [Fact]
    public void The_axis_has_room_for_milliseconds_and_hours()
    {
        var axis = new TimeAxis(TimeSpan.FromHours(2));
        axis.Marks.ShouldContain(TimeSpan.FromMilliseconds(10));
        axis.Marks.Last().ShouldBe(TimeSpan.FromHours(1));
        axis.Place(TimeSpan.Zero).ShouldBe("2%");
        axis.Place(TimeSpan.FromHours(2)).ShouldBe("96%");
        new TimeAxis(TimeSpan.Zero).Place(TimeSpan.Zero).ShouldBe("2%");
    }

    private static Fact Make(string type, string stream, long version, int after, Guid? cause = null) =>
        new(version, Guid.CreateVersion7(), stream, version, type, JsonElement.Parse("{}"), Noon.AddMilliseconds(after), null, cause, "system");
}
