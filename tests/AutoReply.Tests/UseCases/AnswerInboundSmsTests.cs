using System.Net.Http.Json;
using System.Text.Json.Nodes;
using Sms.AutoReply.People;
using Sms.AutoReply.Rules;
using Sms.BusMessages;
using Sms.EventStore;
using Sms.PhoneNumbers;
using Sms.Testing;

namespace Sms.AutoReply.Tests.UseCases;

public sealed class AnswerInboundSmsTests(ServiceUnderTest<Program> autoReply) : IClassFixture<ServiceUnderTest<Program>>
{
    private readonly Business _business = new(autoReply);

    [RealServersFact]
    public async Task The_first_rule_that_matches_answers_and_is_named()
    {
        await _business.Rules(Some.Hours, Some.Rule("price", Match.Contains, ["price"], "see {{tenantName}}"));
        var (sent, ruled) = (await autoReply.Broker.Hear<SendSms>(), await autoReply.Broker.Hear<InboundSmsRuled>());
        var (hours, price, other) = (Business.Sms("hours"), Business.Sms("What's the PRICE?"), Business.Sms("hello"));
        foreach (var sms in new[] { hours, price, other })
            await autoReply.Publish(sms, sms.SmsId);

        var sends = await Eventually.Sees(() => sent.Envelopes.ToList(), seen => seen.Count == 2);
        var send = sends.Single(s => s.Message.InReplyTo == hours.SmsId);
        send.CorrelationId.ShouldBe(hours.SmsId);
        send.Message.ShouldSatisfyAllConditions(
            s => s.Text.ShouldBe("9 to 18, +919876543210"), s => s.From.ShouldBe(hours.To), s => s.To.ShouldBe(hours.From),
            s => s.RequestedBy.ShouldBe("rule:hours"), s => (s.ExpiresAt - s.RequestedAt).ShouldBe(TimeSpan.FromMinutes(15)));
        sends.Single(s => s.Message.InReplyTo == price.SmsId).Message.Text.ShouldBe("see Acme Corp");
        var told = await Eventually.Sees(() => ruled.Messages, seen => seen.Count == 3);
        told.ToDictionary(r => r.SmsId, r => r.Outcome).ShouldBe(
            new Dictionary<Guid, string> { [hours.SmsId] = "answered", [price.SmsId] = "answered", [other.SmsId] = "none" }, ignoreOrder: true);
    }

    [RealServersFact]
    public async Task A_text_that_comes_again_by_redelivery_or_replay_is_answered_once()
    {
        await _business.Rules(Some.Rule("all", Match.Any, []));
        var heard = await autoReply.Broker.Hear<SendSms>();
        var (sms, published, replayed) = (Business.Sms("hello"), Guid.CreateVersion7(), Guid.CreateVersion7());
        await Task.WhenAll(Enumerable.Range(0, 5).Select(_ => autoReply.Publish(sms, sms.SmsId, published)));
        await autoReply.Publish(sms, sms.SmsId, replayed);

        await Eventually.Sees(
            () => autoReply.Database.Query(
                $"select message_id from sms_inbox where message_id in ({published}, {replayed})", r => r.GetGuid(0)),
            handled => handled.Count == 2);
        var last = Business.Sms("last");
        await autoReply.Publish(last, last.SmsId);
        await Eventually.Sees(() => heard.Messages, seen => seen.Any(s => s.InReplyTo == last.SmsId));
        heard.Messages.Count(s => s.InReplyTo == sms.SmsId).ShouldBe(1);
        (await autoReply.Log.Events($"answer-{sms.SmsId}", 0, 10, default)).Count.ShouldBe(1);
    }

    [RealServersFact]
    public async Task The_rules_of_a_label_are_for_its_texts_and_the_default_ones_for_all_others()
    {
        await _business.Rules(Some.Rule("everybody's", Match.Any, []));
        await _business.Rules(new RuleSet { Rules = [Some.Rule("orders'", Match.Any, [])] }, "orders");
        (await _business.Rule(Business.Sms("hi", "+919876500001") with { Label = "orders" }))["came"]!["rules"]![0]!.GetValue<string>().ShouldBe("orders'");
        (await _business.Rule(Business.Sms("hi", "+919876500002") with { Label = "support" }))["came"]!["rules"]![0]!.GetValue<string>().ShouldBe("everybody's");
        (await _business.Rule(Business.Sms("hi", "+919876500003")))["label"]!.GetValue<string>().ShouldBe("default");
    }

    [RealServersFact]
    public async Task It_is_explained_of_every_rule_why_it_did_or_did_not_match_and_what_stopped_the_walk()
    {
        await _business.Rules(
            Some.Hours, Some.Rule("vip", Match.Contains, ["price"]) with { Only = new RuleFilter { Tags = ["vip"] } },
            Some.Rule("price", Match.Word, ["price"]), Some.Rule("rest", Match.Any, []));
        var explained = await _business.Rule(Business.Sms("the price?", "+919876500004"));
        explained["tried"]!.AsArray().Select(t => $"{t!["rule"]}: {t["why"]}").ShouldBe(
            ["hours: no-word-equals-text", "vip: contact-has-no-such-tag", "price: matched"]);
        explained["stoppedBy"]!.GetValue<string>().ShouldBe("price");
        explained["notTried"]!.AsArray().Select(t => t!.GetValue<string>()).ShouldBe(["rest"]);
    }

    [RealServersFact]
    public async Task Two_instances_that_rule_on_one_persons_texts_at_once_keep_to_the_cooldown_and_the_cap()
    {
        await using var another = await autoReply.Another();
        await _business.Rules(new RuleSet
        {
            Rules = [Some.Rule("hours", Match.Contains, ["hours"]) with { CooldownMinutes = 60, Continue = true }, Some.Rule("echo", Match.Any, [], "you said {{text}}")],
            Limits = Limits.None with { PerPerson = [new(7, 10)] },
        });
        const string person = "+919876500005";
        var texts = Enumerable.Range(0, 40).Select(no => Business.Sms($"hours {no}", person, Some.Noon.AddSeconds(no))).ToList();
        await Task.WhenAll(texts.Select(sms => autoReply.Publish(sms, sms.SmsId)));
        var rulings = new List<JsonNode>();
        foreach (var sms in texts)
            rulings.Add((await _business.Explained(sms.SmsId))["came"]!);

        rulings.Count(r => r["rules"]!.AsArray().Any(rule => rule!.GetValue<string>() == "hours")).ShouldBe(1);
        rulings.Sum(r => r["deeds"]!.AsArray().Count).ShouldBe(7);
        rulings.Count(r => r["withheld"]?.GetValue<string>() == Withheld.PersonCap).ShouldBeGreaterThan(30);
    }

    [RealServersFact]
    public async Task A_breaker_opens_is_shown_and_is_closed_by_a_person()
    {
        await _business.Rules(new RuleSet { Rules = [Some.Rule("all", Match.Any, [])], Limits = Limits.None with { PerEndpoint = [new(3, 10)] } });
        var outcomes = new List<string?>();
        for (var no = 0; no < 5; no++)
            outcomes.Add((await _business.Rule(Business.Sms("hi", $"+9198765010{no:00}", Some.Noon.AddYears(1)) with { Endpoint = "busy" }))["came"]!["withheld"]?.GetValue<string>());
        outcomes.ShouldBe([null, null, null, Withheld.EndpointCap, Withheld.EndpointBreaker]);
        (await _business.Rule(Business.Sms("hi", "+919876501099", Some.Noon.AddYears(1)) with { Endpoint = "quiet" }))["came"]!["withheld"].ShouldBeNull();

        (await autoReply.Client.GetFromJsonAsync<JsonNode>("/breakers"))!.AsArray().ShouldHaveSingleItem()!.ShouldSatisfyAllConditions(
            b => b["scope"]!.GetValue<string>().ShouldBe("busy"), b => b["isOpen"]!.GetValue<bool>().ShouldBeTrue(), b => b["most"]!.GetValue<int>().ShouldBe(3));
        (await autoReply.ClientWith(ServiceUnderTest<Program>.ReaderKey).PostAsJsonAsync("/breakers/close", new { scope = "busy" })).StatusCode.ShouldBe(System.Net.HttpStatusCode.Forbidden);
        (await autoReply.Client.PostAsJsonAsync("/breakers/close", new { scope = "busy" })).EnsureSuccessStatusCode();
        (await _business.Rule(Business.Sms("hi", "+919876501098", Some.Noon.AddYears(1)) with { Endpoint = "busy" }))["came"]!["withheld"].ShouldBeNull();
        (await autoReply.Client.GetFromJsonAsync<JsonNode>("/breakers"))![0]!["closedBy"]!.GetValue<string>().ShouldBe("operator:tester");
    }

    [RealServersFact]
    public async Task Our_own_numbers_are_not_answered_once_texts_have_come_in_on_them()
    {
        await _business.Rules(Some.Rule("all", Match.Any, []));
        await _business.Rule(Business.Sms("hi", "+919876502001") with { To = "+911234500099" });
        (await _business.Rule(Business.Sms("hi", "+911234500099")))["came"]!["withheld"]!.GetValue<string>().ShouldBe(Withheld.SenderIsOurNumber);
    }

    [RealServersFact]
    public async Task What_contacts_tickets_and_people_say_counts_for_the_next_text()
    {
        const string person = "+919876503001";
        var (contactId, ticketId) = (Guid.NewGuid(), Guid.NewGuid());
        await _business.Rules(new RuleSet
        {
            Rules =
            [
                Some.Rule("ticket", Match.Any, [], "we are on #{{ticket.number}}") with { Only = new RuleFilter { HasOpenTicket = true } },
                Some.Rule("vip", Match.Any, [], "hello {{contact.firstName}}") with { Only = new RuleFilter { Tags = ["vip"] } },
            ],
            Limits = Limits.None with { QuietMinutesAfterPerson = 5 },
        });
        (await Reply("one")).ShouldBeNull();

        await autoReply.Publish(Contact(2, person, "vip"), contactId);
        await Facts(2);
        await autoReply.Publish(Contact(1, person, ""), contactId); // old news
        (await Reply("two")).ShouldBe("hello Ada");

        await autoReply.Publish(Ticket(1, "open"), ticketId);
        await Facts(4);
        (await Reply("three")).ShouldBe("we are on #77");
        await autoReply.Publish(Ticket(2, "solved"), ticketId);
        await Facts(6);

        await autoReply.Publish(Contact(3, "+919876503002", "vip"), contactId); // has another number now
        await Facts(7);
        (await Reply("four")).ShouldBeNull();
        await autoReply.Publish(Contact(4, person, "vip"), contactId);
        await Facts(8);

        await autoReply.Publish(new SmsChanged
        {
            SendId = Guid.NewGuid(), Version = 1, InReplyTo = Guid.Empty, Endpoint = "sms", From = "+911234500000", To = person, Text = "I am looking into it", Purpose = "reply",
            RequestedBy = "operator:jo", Status = "held", ChangedAt = Some.Noon.AddHours(1),
        }, Guid.NewGuid());
        await Facts(9);
        (await _business.Rule(Business.Sms("five", person, Some.Noon.AddHours(1).AddMinutes(4))))["came"]!["withheld"]!.GetValue<string>().ShouldBe(Withheld.PersonAnswers);
        (await _business.Rule(Business.Sms("six", person, Some.Noon.AddHours(1).AddMinutes(6))))["came"]!["rules"]![0]!.GetValue<string>().ShouldBe("vip");

        async Task<string?> Reply(string text) => (await _business.Rule(Business.Sms(text, person)))["came"]!["deeds"]!.AsArray().Select(d => d!["text"]!.GetValue<string>()).SingleOrDefault();

        Task Facts(int many) => Eventually.Sees(
            () => autoReply.Log.Events($"person-{Person.IdOf(PhoneNumber.Parse(person))}", 0, 100, default), facts => facts.Count == many);

        ContactChanged Contact(long version, string number, string tags) => new()
        {
            ContactId = contactId, Version = version, Numbers = number, Verified = true, Name = "Ada Lovelace", Tags = tags, ChangedAt = Some.Noon,
        };

        TicketChanged Ticket(long version, string status) => new()
        {
            TicketId = ticketId, Version = version, Number = 77, Customer = person, OurNumber = "+911234500000", Status = status, Priority = "normal", ChangedAt = Some.Noon,
        };
    }

    [RealServersFact]
    public async Task A_conversation_handed_over_is_the_rules_again_when_somebody_says_so_or_its_ticket_is_solved()
    {
        const string person = "+919876504001";
        var ticketId = Guid.NewGuid();
        await _business.Rules(Some.Rule("broken", Match.Contains, ["broken"], null) with { Actions = [new() { Do = RuleAction.HandsOver }] }, Some.Rule("all", Match.Any, []));
        var asked = await autoReply.Broker.Hear<TicketAsked>();
        var broken = Business.Sms("it is broken", person);
        (await _business.Rule(broken))["came"]!["outcome"]!.GetValue<string>().ShouldBe("handed-over");
        await Eventually.Sees(() => asked.Messages, seen => seen.Any(t => t.SmsId == broken.SmsId));
        (await Withheld()).ShouldBe(AutoReply.Rules.Withheld.HandedOver);

        (await autoReply.Client.PostAsJsonAsync("/conversations/resume", new { number = person, ourNumber = broken.To })).EnsureSuccessStatusCode();
        (await Withheld()).ShouldBeNull();
        (await autoReply.Client.PostAsJsonAsync("/conversations/pause", new { number = person, ourNumber = broken.To })).EnsureSuccessStatusCode();
        (await Withheld()).ShouldBe(AutoReply.Rules.Withheld.HandedOver);

        foreach (var (version, status) in new[] { (1, "open"), (2, "solved") })
        {
            await autoReply.Publish(new TicketChanged
            {
                TicketId = ticketId, Version = version, Number = 78, Customer = person, OurNumber = broken.To, Status = status, Priority = "normal", ChangedAt = Some.Noon,
            }, ticketId);
            await Eventually.Sees(() => autoReply.Database.Query(
                $"select count(*) from mt_events where type = 'autoreply.ticket-seen.v1' and data ->> 'TicketId' = {ticketId.ToString()}", r => r.GetInt64(0)), seen => seen[0] == version);
        }
        (await Withheld()).ShouldBeNull();
        await RebuiltViews.ShouldEqualLive(autoReply);

        async Task<string?> Withheld() => (await _business.Rule(Business.Sms($"hello {Guid.NewGuid()}", person)))["came"]!["withheld"]?.GetValue<string>();
    }
}
