using Microsoft.AspNetCore.WebUtilities;

namespace Sms.Console.Pages.Inbox;

/// <summary>Which tickets the list shows: those of a tab or saved view, narrowed, or what is searched for. It stands in the address of the page.</summary>
/// <param name="Tab">One of <see cref="Tabs"/>.</param>
/// <param name="View">A saved view instead.</param>
/// <param name="Status">Where the tickets stand.</param>
/// <param name="Agent">The agent they are with; <c>me</c>, <c>nobody</c>.</param>
/// <param name="Team">The team they are with; <c>none</c>.</param>
/// <param name="Priority">How urgent they are.</param>
/// <param name="Tag">A tag they have.</param>
/// <param name="Words">What is searched for instead.</param>
/// <param name="After">Where the part shown begins.</param>
public sealed record ListChoice(string Tab, string? View, string? Status, string? Agent, string? Team, string? Priority, string? Tag, string? Words, string? After)
{
    /// <summary>The tabs, in their order.</summary>
    public static readonly IReadOnlyList<string> Tabs = ["open", "mine", "unassigned", "waiting", "paused", "solved"];

    /// <summary>Where a ticket may stand and how urgent it may be, as Helpdesk calls it.</summary>
    public static readonly IReadOnlyList<string> Statuses = ["new", "open", "pending", "on-hold", "solved", "closed"], Priorities = ["low", "normal", "high", "urgent"];

    private static readonly string[] Open = ["new", "open", "pending", "on-hold"];

    /// <summary>Whether filters narrow it.</summary>
    public bool IsNarrowed => (Status ?? Agent ?? Team ?? Priority ?? Tag) is not null;

    /// <summary>What a page's address says.</summary>
    public static ListChoice Of(Viewer viewer) => Of(viewer.Query);

    /// <summary>What the parts of an address say.</summary>
    public static ListChoice Of(Func<string, string?> query)
    {
        return new(
            Part("tab") is { } tab && Tabs.Contains(tab) ? tab : Tabs[0], Part("view"), Part("status"), Part("agent"), Part("team"), Part("priority"), Part("tag"),
            Part("q") is { } words ? words[..Math.Min(words.Length, 200)] : null, Part("after"));

        string? Part(string name) => query(name)?.Trim() is { Length: > 0 } value ? value : null;
    }

    /// <summary>The address of a page beside which this list is shown.</summary>
    public string Beside(string page) => QueryHelpers.AddQueryString(page, Parts().Where(part => part.Value is not null));

    /// <summary>The tickets, as Helpdesk is asked for them.</summary>
    public ApiPath Tickets()
    {
        ApiPath path = $"/tickets?limit=40";
        path.And("after", After);
        if (View is not null)
            return path.And("view", View);
        var (statuses, agent, waiting) = Tab switch
        {
            "mine" => (Open, "me", (bool?)null),
            "unassigned" => (Open, "nobody", null),
            "waiting" => (Open, null, true),
            "paused" => (["pending", "on-hold"], null, null),
            "solved" => (["solved", "closed"], null, null),
            _ => (Open, (string?)null, null),
        };
        foreach (var status in Status is null ? statuses : [Status])
            path.And("status", status);
        return path.And("agent", Agent ?? agent).And("team", Team).And("priority", Priority).And("tag", Tag).And("waiting", waiting);
    }

    /// <summary>How many tickets a tab has.</summary>
    public static long Count(TicketCounts counts, string tab, string me)
    {
        return tab switch
        {
            "mine" => counts.ByAgent.GetValueOrDefault(me),
            "unassigned" => counts.ByAgent.GetValueOrDefault(""),
            "waiting" => counts.Waiting,
            "paused" => In("pending", "on-hold"),
            "solved" => In("solved", "closed"),
            _ => In(Open),
        };

        long In(params string[] statuses) => statuses.Sum(status => counts.ByStatus.GetValueOrDefault(status));
    }

    private Dictionary<string, string?> Parts() => new()
    {
        ["tab"] = Tab == Tabs[0] ? null : Tab, ["view"] = View, ["status"] = Status, ["agent"] = Agent, ["team"] = Team, ["priority"] = Priority, ["tag"] = Tag, ["q"] = Words, ["after"] = After,
    };
}
