using System.Text.Json;
using Microsoft.Extensions.DependencyInjection;
using Sms.BusMessages;
using Sms.Contacts.Contacts;
using Sms.Contacts.Views;
using Sms.EventStore;
using Sms.ServiceHost;
using Sms.Testing;
using static Sms.Contacts.Tests.ContactsUnderTest;

namespace Sms.Contacts.Tests;

/// <summary>
/// Whatever happens, in whatever order: no text is lost or twice, no number has two contacts, what is shown is what the streams add up
/// to at every version, and the views made again from the log are the ones there are.
/// </summary>
public sealed class HistoriesTests(ContactsUnderTest contacts) : IClassFixture<ContactsUnderTest>
{
    [RealServersTheory]
    [InlineData(1), InlineData(2), InlineData(3)]
    public async Task Histories_of_chance_lose_no_text_and_leave_no_number_with_two_contacts(int seed)
    {
        var random = new Random(seed);
        var numbers = Enumerable.Range(0, 8).Select(_ => NewNumber()).ToArray();
        var (texts, ids, delivered) = (new List<InboundSmsReceived>(), new HashSet<Guid>(), new List<(InboundSmsReceived Sms, Guid MessageId)>());
        for (var step = 0; step < 40; step++)
        {
            var batch = new List<Task>();
            var handled = new List<Guid>();
            for (var n = random.Next(1, 6); n > 0; n--)
                batch.Add(Act());
            await Task.WhenAll(batch);
            await contacts.Handled([.. handled]);
            foreach (var number in numbers)
                if ((await contacts.Get<Page<ContactList.Row>>($"/contacts?number={Uri.EscapeDataString(number)}")).Items is [var row])
                    ids.Add(row.Id);

            Task Act()
            {
                switch (random.Next(10))
                {
                    case <= 4:
                        return Write(Text(Any(numbers), $"text {texts.Count}", Noon.AddSeconds(random.Next(1000))), Guid.CreateVersion7());
                    case 5 when delivered.Count > 0:
                        var (again, messageId) = Any(delivered);
                        // The same message, or the same text in another one.
                        return Write(again, random.Next(2) == 0 ? messageId : Guid.CreateVersion7());
                    case 6 when ids.Count > 1:
                        return contacts.Send(HttpMethod.Post, $"/contacts/{Any(ids)}/merged", new { contactId = Any(ids) });
                    case 7 when ids.Count > 1:
                        return contacts.Send(HttpMethod.Delete, $"/contacts/{Any(ids)}/merged/{Any(ids)}", null);
                    case 8 when ids.Count > 0:
                        return contacts.Send(HttpMethod.Put, $"/contacts/{Any(ids)}", new
                        {
                            name = random.Next(3) == 0 ? null : $"Name {random.Next(9)}",
                            tags = Enumerable.Range(0, random.Next(4)).Select(_ => $"{(char)('a' + random.Next(5))}").ToArray(),
                            fields = random.Next(2) == 0 ? null : new { plan = $"{random.Next(3)}" },
                            externalIds = random.Next(2) == 0 ? null : new[] { $"crm:{seed}-{random.Next(4)}" },
                        });
                    case 9 when ids.Count > 0:
                        return contacts.Send(HttpMethod.Post, $"/contacts/{Any(ids)}/numbers{(random.Next(2) == 0 ? "" : "/remove")}", new { number = Any(numbers) });
                    default:
                        return Task.CompletedTask;
                }
            }

            async Task Write(InboundSmsReceived sms, Guid messageId)
            {
                if (texts.TrueForAll(known => known.SmsId != sms.SmsId))
                    texts.Add(sms);
                delivered.Add((sms, messageId));
                handled.Add(messageId);
                await contacts.Publish(sms, sms.SmsId, messageId);
            }
        }

        await EveryTextIsInOneTimeline(texts, numbers);
        await NoNumberHasTwoContacts();
        await EveryVersionIsWhatTheFactsUpToItAddUpTo();
        await RebuiltViews.ShouldEqualLive(contacts);
        (await contacts.DeadLetters("contacts-record-inbound-sms")).ShouldBe(0);

        T Any<T>(ICollection<T> of) => of.ElementAt(random.Next(of.Count));
    }

    private async Task EveryTextIsInOneTimeline(List<InboundSmsReceived> texts, string[] numbers)
    {
        var standing = await contacts.Database.Query($"select id from contacts where merged_into is null", r => r.GetGuid(0));
        var seen = new List<ContactTimeline.Row>();
        foreach (var id in standing)
        {
            var timeline = await contacts.Timeline(id, limit: 7);
            timeline.Select(entry => (entry.At, entry.Id)).ShouldBeInOrder();
            seen.AddRange(timeline.Where(entry => numbers.Contains(entry.Number)));
        }
        seen.Select(entry => entry.Id).ShouldBe(texts.Select(sms => sms.SmsId), ignoreOrder: true);
        (await contacts.Database.Query($"select coalesce(sum(texts), 0) from contact_activity a where exists (select from contacts c where c.id = a.contact_id)", r => r.GetInt64(0)))[0]
            .ShouldBe((await contacts.Database.Query($"select count(*) from timeline where kind = 'text-in'", r => r.GetInt64(0)))[0]);
    }

    private async Task NoNumberHasTwoContacts()
    {
        var of = await contacts.Database.Query(
            $"select n, count(*) from contacts c, unnest(c.numbers) n where c.merged_into is null group by n", r => (Number: r.GetString(0), Contacts: r.GetInt64(1)));
        of.ShouldAllBe(number => number.Contacts == 1);
        // Nor would it have after everybody stands for themselves again: what each has by itself is nobody else's.
        var own = new List<string>();
        foreach (var id in await contacts.Database.Query($"select id from contacts", r => r.GetGuid(0)))
            own.AddRange((await contacts.Store.Load(Contact.Stream, id)).State.Own.Numbers);
        own.ShouldBeUnique();
    }

    private async Task EveryVersionIsWhatTheFactsUpToItAddUpTo()
    {
        var types = contacts.Services.GetRequiredService<EventTypes>();
        foreach (var id in await contacts.Database.Query($"select id from contacts", r => r.GetGuid(0)))
        {
            var (contact, version) = (Contact.Stream.Initial, 0L);
            foreach (var e in await contacts.Log.Events(Contact.Stream.StreamId(id.ToString()), 0, 10_000, default))
            {
                contact = Contact.Stream.Evolve(contact, (ContactEvent)types.Read(e.Type, e.Data.GetRawText()));
                version = e.Version;
                Json(await contacts.Get<ContactList.Row>($"/contacts/{id}?asOf={version}")).ShouldBe(Json(ContactList.Row.Of(id, version, contact)));
            }
            var now = await contacts.Get<ContactList.Row>($"/contacts/{id}");
            Json(now with { LastTextAt = null, LastText = null, Texts = null }).ShouldBe(Json(ContactList.Row.Of(id, version, contact)));
        }
    }

    private static string Json(ContactList.Row row) => JsonSerializer.Serialize(row);
}
