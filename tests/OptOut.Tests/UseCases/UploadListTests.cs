using System.Net;
using System.Net.Http.Json;
using System.Text;
using Sms.EventStore;
using Sms.OptOut.Imports;
using Sms.OptOut.Views;
using Sms.ServiceHost;
using Sms.Testing;

namespace Sms.OptOut.Tests.UseCases;

public sealed class UploadListTests(ServiceUnderTest<Program> optOut) : IClassFixture<ServiceUnderTest<Program>>
{
    [RealServersFact]
    public async Task A_list_is_entered_row_by_row_what_is_wrong_is_said_and_a_second_time_changes_nothing()
    {
        var (asha, ravi) = (new Person(optOut), new Person(optOut));
        await asha.Texts("hi", at: 0);
        var list = $"number,change,purpose,at,reason\r\n{asha.Number},opted-out,,2026-06-12T13:00:00Z,\"moved, no forwarding\"\r\n{ravi.Number},opted-in,marketing,2020-01-01,web form\r\nnobody!,what,,,\r\n";
        var done = await Import(list);
        done.ShouldSatisfyAllConditions(i => i.Rows.ShouldBe(3), i => i.Done.ShouldBe(3), i => i.Recorded.ShouldBe(2), i => i.Refused.ShouldBe(1));
        (await optOut.Client.GetFromJsonAsync<Page<RowError>>($"/imports/{done.ImportId}/errors"))!.Items.ShouldHaveSingleItem().ShouldSatisfyAllConditions(
            e => e.Row.ShouldBe(3), e => e.Field.ShouldBe("change"));
        var consent = await asha.Consent();
        consent.State.ShouldBe("opted-out");
        consent.Facts[^1].ShouldSatisfyAllConditions(f => f.Source.ShouldBe("import"), f => f.Reason.ShouldBe("moved, no forwarding"), f => f.Actor.ShouldBe("operator:tester"));
        (await ravi.Consent()).Places[0].Purposes.Single(p => p.Purpose == "marketing").Allowed.ShouldBeTrue();

        (await Import(list)).ShouldSatisfyAllConditions(i => i.Recorded.ShouldBe(0), i => i.Unchanged.ShouldBe(2));
        (await asha.Consent()).Facts.Count.ShouldBe(2);
    }

    [RealServersFact]
    public async Task What_is_exported_can_be_imported_and_says_the_same()
    {
        var asha = new Person(optOut);
        await asha.Texts("STOP", at: 0);
        var own = await optOut.Client.GetStringAsync("/export?format=own");
        own.Split("\r\n").Single(line => line.StartsWith(asha.Number, StringComparison.Ordinal)).ShouldBe($"{asha.Number},opted-out,{Person.Shop},sms,,,2026-06-12T12:00:00Z,sms,,You are unsubscribed and will get no more texts from this number. Reply START to resubscribe.");
        (await Import(own)).Refused.ShouldBe(0);
        (await asha.Consent()).State.ShouldBe("opted-out");
        var twilio = await optOut.Client.GetStringAsync("/export?format=twilio");
        twilio.Split("\r\n").Single(line => line.StartsWith(asha.Number, StringComparison.Ordinal)).ShouldEndWith($",{Person.Shop},opt-out,opt-out-message,2026-06-12T12:00:00Z");
        (await Import(twilio, "twilio")).Refused.ShouldBe(0);
    }

    [RealServersFact]
    public async Task Two_instances_work_a_list_off_and_every_row_is_entered_once()
    {
        await optOut.Another();
        var prefix = $"+9188{Random.Shared.Next(10_000):0000}";
        var list = new StringBuilder("number,change,at\n");
        for (var i = 0; i < 5_500; i++)
            list.Append(System.Globalization.CultureInfo.InvariantCulture, $"{prefix}{i / 2:0000},{(i % 2 == 0 ? "opted-out" : "opted-in")},2024-01-0{1 + i % 2}\n");
        (await Import(list.ToString())).ShouldSatisfyAllConditions(i => i.Recorded.ShouldBe(5_500), i => i.Refused.ShouldBe(0));
        (await optOut.Database.Query($"select count(*), count(distinct person) from consent_facts where person like {prefix + "%"}", r => (r.GetInt64(0), r.GetInt64(1))))
            .ShouldBe([(5_500, 2_750)]);
        (await optOut.Client.GetFromJsonAsync<PersonConsent>($"/consent/{prefix}0000"))!.ShouldSatisfyAllConditions(c => c.State.ShouldBe("opted-in"), c => c.BrokenAt.ShouldBeNull());
        await RebuiltViews.ShouldEqualLive(optOut);
    }

    [RealServersFact]
    public async Task The_same_key_is_the_same_import()
    {
        using var client = optOut.ClientWith(ServiceUnderTest<Program>.AdminKey);
        client.DefaultRequestHeaders.Add("Idempotency-Key", "june");
        var ids = new HashSet<Guid>();
        for (var i = 0; i < 2; i++)
            ids.Add((await (await client.PostAsync("/imports", new StringContent($"number,change\n{new Person(optOut).Number},opted-out\n"))).Content.ReadFromJsonAsync<ImportProgress.Row>())!.ImportId);
        ids.ShouldHaveSingleItem();
    }

    [RealServersFact]
    public async Task An_upload_that_broke_off_is_forgotten_after_a_day_and_one_that_may_still_be_coming_in_is_not()
    {
        var (old, recent) = (Guid.NewGuid(), Guid.NewGuid());
        var now = DateTimeOffset.UtcNow;
        foreach (var (id, no, at) in new[] { (old, 1, now.AddHours(-30)), (old, 2, now.AddHours(-25)), (recent, 1, now.AddHours(-30)), (recent, 2, now.AddHours(-23)) })
            await optOut.Database.Query($"insert into import_parts (import_id, no, first_row, rows, stored_at) values ({id}, {no}, 1, {"[]"}, {at})", _ => 0);
        await Eventually.Sees(
            () => optOut.Database.Query($"select import_id from import_parts where import_id in ({old}, {recent})", r => r.GetGuid(0)), left => !left.Contains(old));
        (await optOut.Database.Query($"select count(*) from import_parts where import_id = {recent}", r => r.GetInt64(0)))[0].ShouldBe(2);
    }

    [RealServersFact]
    public async Task What_is_no_list_is_refused_and_so_is_who_may_not()
    {
        (await optOut.Client.PostAsync("/imports?format=excel", new StringContent("x"))).StatusCode.ShouldBe(HttpStatusCode.BadRequest);
        (await optOut.Client.PostAsync("/imports", new StringContent(""))).StatusCode.ShouldBe(HttpStatusCode.BadRequest);
        (await optOut.Client.PostAsync("/imports", new StringContent("name,age\nAsha,33\n"))).StatusCode.ShouldBe(HttpStatusCode.BadRequest);
        (await optOut.ClientWith(ServiceUnderTest<Program>.ReaderKey).PostAsync("/imports", new StringContent("number,change\n"))).StatusCode.ShouldBe(HttpStatusCode.Forbidden);
        (await optOut.ClientWith(ServiceUnderTest<Program>.ReaderKey).GetAsync("/export")).StatusCode.ShouldBe(HttpStatusCode.Forbidden);
    }

    private async Task<ImportProgress.Row> Import(string csv, string format = "own")
    {
        var answer = await optOut.Client.PostAsync($"/imports?format={format}", new StringContent(csv, Encoding.UTF8, "text/csv"));
        answer.StatusCode.ShouldBe(HttpStatusCode.Accepted);
        return (await Eventually.Sees(
            () => optOut.Client.GetFromJsonAsync<ImportProgress.Row>(answer.Headers.Location), row => row!.State == "done", TimeSpan.FromSeconds(60)))!;
    }
}
