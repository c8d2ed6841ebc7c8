namespace Sms.Outbound.Tests.Interleavings;

/// <summary>Whatever happens in whatever order: no text against consent, no text twice, no text lost.</summary>
public sealed class InterleavingTests
{
    private const int Worlds = 300, Steps = 400;

    [Theory]
    [InlineData(null)]
    [InlineData("smsgate@a")]
    public void In_every_world_nothing_leaves_against_consent_nothing_twice_and_nothing_is_lost(string? repeatableAt)
    {
        var (requested, onPhone, suppressed, unknown) = (0, 0, 0, 0);
        for (var seed = 1; seed <= Worlds; seed++)
        {
            var world = new World(seed, repeatableAt);
            world.Run(Steps);

            world.Flaws.ShouldBeEmpty($"seed {seed}");
            world.Leaks.ShouldBe(0, $"seed {seed}: a text left after a STOP was recorded");
            world.OnPhone.Where(text => text.Value > 1).ShouldBeEmpty($"seed {seed}: a text left twice");
            world.OnPhone.Keys.Except(world.Requested).Except(world.ConsentAnswers).ShouldBeEmpty($"seed {seed}");
            world.ConsentAnswers.ShouldBeUnique($"seed {seed}");
            foreach (var text in world.Requested)
            {
                var state = world.StateOf(text);
                state.ShouldBeOneOf([SendState.Accepted, SendState.Suppressed, SendState.Expired, SendState.Unknown], $"seed {seed}");
                if (state is SendState.Accepted)
                    world.OnPhone.ShouldContainKey(text, $"seed {seed}");
                if (state is SendState.Suppressed or SendState.Expired && repeatableAt is null)
                    world.OnPhone.ShouldNotContainKey(text, $"seed {seed}");
                (suppressed, unknown) = (suppressed + (state is SendState.Suppressed ? 1 : 0), unknown + (state is SendState.Unknown ? 1 : 0));
            }
            (requested, onPhone) = (requested + world.Requested.Count, onPhone + world.OnPhone.Count);
        }
        // That these worlds are worth looking at.
        onPhone.ShouldBeInRange(requested / 20, requested);
        suppressed.ShouldBeGreaterThan(requested / 20);
        unknown.ShouldBeGreaterThan(Worlds / 10);
    }

    [Fact]
    public void Without_trouble_every_text_arrives()
    {
        for (var seed = 1; seed <= 50; seed++)
        {
            var world = World.WithoutTrouble(seed);
            world.Run(Steps);
            world.Requested.ShouldAllBe(text => world.StateOf(text) == SendState.Accepted && world.OnPhone[text] == 1);
        }
    }
}
