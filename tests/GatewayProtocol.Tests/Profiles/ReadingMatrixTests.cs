using System.Text;
using System.Text.Json;

namespace Sms.GatewayProtocol.Tests.Profiles;

/// <summary>What every gateway's reading must stand.</summary>
public sealed class ReadingMatrixTests
{
    [Theory]
    [MemberData(nameof(Samplers.All), MemberType = typeof(Samplers))]
    public void What_the_gateway_tells_is_read(string name)
    {
        var profile = Requests.Profile(name);
        var text = profile.ReadText(Samplers.Genuine(profile));
        text.From.ShouldBe("+919876543210");
        text.Text.ShouldBe("What is my balance?");
        text.To.ShouldBe(Samplers.PlaceOf(profile, NoticeField.To) is null ? null : "+911234500000");
        text.SentAt.ShouldBe(Samplers.PlaceOf(profile, NoticeField.SentAt) is null ? null : Samplers.Text.SentAt);
        text.DedupeKey.ShouldNotBeNullOrEmpty();
        text.Encrypted.ShouldBeFalse();
    }

    [Theory]
    [MemberData(nameof(Samplers.All), MemberType = typeof(Samplers))]
    public void Any_text_and_any_sender_are_kept_as_written_but_for_what_the_database_cannot_hold(string name)
    {
        var profile = Requests.Profile(name);
        string[] texts = ["", " ", "سلام 😀 \u2028", "a\r\nb\t\"c\\ & d=e+f%20", "a\0b", new string('x', 1 << 20)];
        foreach (var words in texts)
            profile.ReadText(Samplers.Sign(profile, Samplers.Unsigned(profile, Samplers.Text with { Text = words }))).Text.ShouldBe(words.Replace('\0', '\uFFFD'));
        string[] senders = ["919876543210", "56161", "AD-AIRTEL", "09876543210", "Acme & Söhne", "12345678901234567890", "a\0b"];
        foreach (var sender in senders)
            profile.ReadText(Samplers.Unsigned(profile, Samplers.Text with { From = sender })).From.ShouldBe(sender.Replace('\0', '\uFFFD'));
    }

    [Theory]
    [MemberData(nameof(Samplers.All), MemberType = typeof(Samplers))]
    public void A_sender_or_text_that_is_missing_or_of_the_wrong_kind_is_refused_with_its_place(string name)
    {
        var profile = Requests.Profile(name);
        var unsigned = Samplers.Unsigned(profile);
        var (from, text) = (Samplers.PlaceOf(profile, NoticeField.From)!, Samplers.PlaceOf(profile, NoticeField.Text)!);
        Reason(NoticeField.From, null).ShouldEndWith(" is missing");
        Reason(NoticeField.Text, null).ShouldBe($"{text} is missing");
        Reason(NoticeField.From, "\"\"").ShouldBe($"{from} is empty");
        Reason(NoticeField.From, "\" \"").ShouldBe($"{from} is empty");
        Reason(NoticeField.From, $"\"{new string('9', 321)}\"").ShouldBe($"{from} is longer than 320 characters");
        if (profile.Profile.Content.Format is BodyFormat.Form)
            return;
        Reason(NoticeField.From, "null").ShouldEndWith(" is null");
        Reason(NoticeField.From, "1.5").ShouldBe($"{from} is a number that is not plain digits");
        Reason(NoticeField.From, "true").ShouldBe($"{from} is not a string");
        Reason(NoticeField.From, "[\"1\"]").ShouldBe($"{from} is not a string");
        Reason(NoticeField.Text, "1234").ShouldBe($"{text} is not a string");
        Reason(NoticeField.Text, "\"\\ud83d\"").ShouldBe($"{text} holds half of a surrogate pair");

        string Reason(NoticeField field, string? json) => profile.Read(unsigned.With(profile, field, json)).Reason.ShouldNotBeNull();
    }

    [Theory]
    [MemberData(nameof(Samplers.All), MemberType = typeof(Samplers))]
    public void Optional_fields_may_be_missing_and_those_that_make_the_key_may_not(string name)
    {
        var profile = Requests.Profile(name);
        foreach (var field in Enum.GetValues<NoticeField>().Where(f => f is not (NoticeField.From or NoticeField.Text) && Samplers.PlaceOf(profile, f) is not null))
        {
            var rules = profile.Profile.Content.Events.First(e => e.Means is NoticeKind.Inbound);
            var key = profile.Profile.Duplicates.Inbound;
            var without = profile.Read(Samplers.Unsigned(profile).With(profile, field, null));
            if (rules.Needed.Contains(field) || key.SequenceEqual([field]) || (field is NoticeField.SentAt && key.Contains(field)))
                without.Reason.ShouldNotBeNull().ShouldEndWith(" is missing");
            else
                without.Reason.ShouldBeNull($"{field}");
        }
    }

    [Theory]
    [MemberData(nameof(Samplers.InJson), MemberType = typeof(Samplers))]
    public void Ids_and_numbers_may_be_json_numbers(string name)
    {
        var profile = Requests.Profile(name);
        profile.ReadText(Samplers.Unsigned(profile).With(profile, NoticeField.From, "919876543210")).From.ShouldBe("919876543210");
        if (Samplers.PlaceOf(profile, NoticeField.Sim) is not null)
            profile.ReadText(Samplers.Unsigned(profile).With(profile, NoticeField.Sim, "2")).Sim.ShouldBe("2");
    }

    [Theory]
    [MemberData(nameof(Samplers.InJson), MemberType = typeof(Samplers))]
    public void A_time_is_read_in_any_zone_and_refused_without(string name)
    {
        var profile = Requests.Profile(name);
        foreach (var written in (string[])["2026-06-12T14:32:00Z", "2026-06-12T20:02:00.000+05:30", "2026-06-12T14:32:00.000000000Z"])
            profile.ReadText(Samplers.Unsigned(profile).With(profile, NoticeField.SentAt, $"\"{written}\"")).SentAt.ShouldBe(Samplers.Text.SentAt);
        var at = Samplers.PlaceOf(profile, NoticeField.SentAt)!;
        foreach (var (json, reason) in (ReadOnlySpan<(string, string)>)[
            ("\"2026-06-12T14:32:00\"", "has no time zone"), ("\"yesterday\"", "is not an ISO 8601 time"), ("\"2026-02-30T14:32:00Z\"", "is not an ISO 8601 time"),
            ("1781274720", "is not a string"), ("\"2026-06-12T14:32:00Z\\\"\"", "is not an ISO 8601 time"), ("{}", "is not a string")])
            profile.Read(Samplers.Unsigned(profile).With(profile, NoticeField.SentAt, json)).Reason.ShouldBe($"{at} {reason}");
    }

    [Theory]
    [MemberData(nameof(Samplers.InJson), MemberType = typeof(Samplers))]
    public void A_field_that_appears_twice_is_refused_wherever_on_the_way_it_does(string name)
    {
        var profile = Requests.Profile(name);
        var names = Samplers.PlaceOf(profile, NoticeField.From)![1..].Split('/');
        var body = Samplers.Unsigned(profile).BodyText();
        for (var depth = 0; depth < names.Length; depth++)
        {
            var twice = body.Replace($"\"{names[depth]}\":", $"\"{names[depth]}\":\"x\",\"{names[depth]}\":", StringComparison.Ordinal);
            var reason = profile.Read(Samplers.Unsigned(profile).WithBody(twice)).Reason;
            reason.ShouldNotBeNull($"{names[depth]}");
            reason.ShouldEndWith(" appears twice");
        }
        profile.ReadText(Samplers.Unsigned(profile).WithBody(body.Replace("{", "{\"unknown\":1,\"unknown\":{\"from\":[]},", StringComparison.Ordinal))).From.ShouldBe("+919876543210");
    }

    [Theory]
    [MemberData(nameof(Samplers.InJson), MemberType = typeof(Samplers))]
    public void What_is_no_json_is_refused_with_the_place_and_a_byte_order_mark_is_not(string name)
    {
        var profile = Requests.Profile(name);
        var unsigned = Samplers.Unsigned(profile);
        profile.ReadText(unsigned.WithBody("\uFEFF" + unsigned.BodyText())).From.ShouldBe("+919876543210");
        Refused([]).ShouldBe("the body is empty");
        Refused([0xFF, 0xFE, (byte)'{', 0]).ShouldBe("the body is not valid UTF-8");
        Refused("hello"u8).ShouldBe("the body is not JSON (line 1, byte 1)");
        Refused("[]"u8).ShouldBe("the body is not a JSON object");
        Refused(Encoding.UTF8.GetBytes(unsigned.BodyText()[..^1])).ShouldStartWith("the body is not JSON");
        Refused(Encoding.UTF8.GetBytes(unsigned.BodyText() + "x")).ShouldStartWith("the body is not JSON");
        Refused(Encoding.UTF8.GetBytes("{\"x\":" + new string('[', 10_000) + new string(']', 10_000) + "}")).ShouldBe("the body is nested deeper than 32 levels");
        Refused(Encoding.UTF8.GetBytes(string.Concat(Enumerable.Repeat("{\"data\":{\"payload\":", 10_000)))).ShouldStartWith("the body is ");

        string Refused(ReadOnlySpan<byte> body) => profile.Read(unsigned with { Body = body.ToArray() }).Reason.ShouldNotBeNull();
    }

    [Theory]
    [InlineData("twilio")]
    [InlineData("plivo")]
    public void What_is_no_form_is_refused_and_a_form_may_come_as_a_query(string name)
    {
        var profile = Requests.Profile(name);
        var unsigned = Samplers.Unsigned(profile);
        Refused("From=%zz").ShouldBe("the body is not a form in UTF-8");
        Refused("From=%ff").ShouldBe("the body is not a form in UTF-8");
        Refused("From=%2").ShouldBe("the body is not a form in UTF-8");
        Refused(string.Join('&', Enumerable.Range(0, 1001).Select(i => $"f{i}="))).ShouldBe("the form has more than 1000 fields");
        Refused("").ShouldEndWith(" is missing");
        Refused(unsigned.BodyText() + "&From=1").ShouldBe("From appears twice");
        profile.ReadText(unsigned.WithBody("&&" + unsigned.BodyText() + "&unknown&unknown=1")).From.ShouldBe("+919876543210");
        profile.ReadText(unsigned.WithBody("\uFEFF" + unsigned.BodyText())).From.ShouldBe("+919876543210");
        profile.Read(unsigned with { Body = (byte[])[.. unsigned.Body.Span, (byte)'&', (byte)'x', (byte)'=', 0xFF] }).Reason.ShouldBe("the body is not a form in UTF-8");
        Refused("{\"x\":" + new string('[', 10_000) + new string(']', 10_000) + "}").ShouldEndWith(" is missing");

        var get = Samplers.Sign(profile, new InboundRequest("GET", $"{Requests.Url}?{unsigned.BodyText()}", [], default));
        profile.Verify(get, Requests.Now, Samplers.Key(profile)).ShouldBe("genuine");
        profile.ReadText(get).ShouldBe(profile.ReadText(unsigned));
        // A body beside a query that is signed is nobody's word.
        profile.ReadText(get with { Body = "From=evil&To=1&MessageSid=2&Body=3"u8.ToArray() }).From.ShouldBe("+919876543210");
        profile.Verify(get with { Method = "POST", Body = unsigned.Body }, Requests.Now, Samplers.Key(profile)).ShouldBe("wrong-body");

        string Refused(string body) => profile.Read(unsigned.WithBody(body)).Reason.ShouldNotBeNull();
    }

    [Theory]
    [MemberData(nameof(Samplers.All), MemberType = typeof(Samplers))]
    public void An_event_that_the_profile_does_not_name_is_kept_for_a_person(string name)
    {
        var profile = Requests.Profile(name);
        var place = profile.Profile.Content.Event!.Alternatives[0];
        var request = Samplers.Unsigned(profile);
        request = profile.Profile.Content.Format is BodyFormat.Form
            ? request.WithBody($"{place}=something-new")
            : request.WithBody("{" + string.Join("", place[1..].Split('/')[..^1].Select(n => $"\"{n}\":{{")) + $"\"{place.Split('/')[^1]}\":\"something-new\"" + new string('}', place.Count(c => c == '/')));
        profile.Read(request).Reason.ShouldNotBeNull().ShouldEndWith("names an event that the profile does not know");
    }

    [Theory]
    [MemberData(nameof(Samplers.All), MemberType = typeof(Samplers))]
    public void A_profile_reads_back_from_its_json_the_same(string name)
    {
        var profile = GatewayProfiles.BuiltIn[name];
        var json = JsonSerializer.Serialize(profile, GatewayProfiles.Json);
        var parsed = GatewayProfiles.Parse(json);
        parsed.Problems.ShouldBeEmpty();
        JsonSerializer.Serialize(parsed.Profile, GatewayProfiles.Json).ShouldBe(json);
        parsed.Profile!.Name.ShouldBe(name);
    }
}
