using System.Text.RegularExpressions;

namespace Sms.GatewayProtocol;

internal sealed partial class ProfileRules
{
    private static readonly string[] InTexts = ["to", "from", "text", "handle", "device", "sim", "account", "callback"];
    private static readonly string[] InPaths = ["device", "account"];
    private static readonly string[] InQueries = ["limit", "page", "skip", "number", "since", "until", "device", "account", "contact"];

    private void CheckSending(SendingRules sending)
    {
        Expect(sending.BaseUrl is null || (Uri.TryCreate(sending.BaseUrl, UriKind.Absolute, out var url) && url.Scheme is "https" or "http"
            && !sending.BaseUrl.EndsWith('/') && url is { Query: "", Fragment: "", UserInfo: "" }), "/sending/baseUrl", "must be an http or https URL without a slash at the end");
        CheckTemplate(sending.Path, InPaths, "/sending/path");
        Expect(sending.Path.StartsWith('/'), "/sending/path", "must begin with a slash");
        Expect(sending.Authentication.Scheme is not AuthenticationScheme.Header || HeaderName().IsMatch(sending.Authentication.Header ?? ""),
            "/sending/authentication/header", "is not the name of a header");
        Expect(sending.Authentication.Scheme is AuthenticationScheme.Header || sending.Authentication.Header is null,
            "/sending/authentication/header", "is for the scheme header");

        foreach (var (place, template) in sending.Fields)
        {
            var at = $"/sending/fields/{place.Replace("~", "~0", StringComparison.Ordinal).Replace("/", "~1", StringComparison.Ordinal)}";
            Expect(sending.Format is BodyFormat.Form ? place.Length is >= 1 and <= 100 && !place.StartsWith('/') : JsonPointer.IsValid(place), at,
                sending.Format is BodyFormat.Form ? "must be the name of a form's field" : "must be a JSON pointer");
            CheckTemplate(template, InTexts, at);
        }
        Expect(sending.Fields.Values.Any(t => t == "{to}"), "/sending/fields", "must hold {to}");
        Expect(sending.Fields.Values.Any(t => t == "{text}"), "/sending/fields", "must hold {text}");
        Expect(sending.LongestText is null or (>= 1 and <= 100_000), "/sending/longestText", "must be 1 to 100000");
        Expect(sending.Handle.Kind is HandleKind.None ? sending.Handle.Longest == 0 : sending.Handle.Longest is >= 16 and <= 256,
            "/sending/handle/longest", "must be 16 to 256, or 0 where there is no handle");
        Expect(sending.Handle.Kind is HandleKind.None || sending.Fields.Values.Any(t => t == "{handle}"), "/sending/fields", "must hold {handle}");

        Expect(JsonPointer.IsValid(sending.IdAt), "/sending/idAt", "must be a JSON pointer");
        for (var i = 0; i < sending.ErrorAt.Count; i++)
            Expect(sending.ErrorAt[i] is { } pointer && JsonPointer.IsValid(pointer), $"/sending/errorAt/{i}", "must be a JSON pointer");
        for (var i = 0; i < sending.Answers.Count; i++)
            if (Expect(sending.Answers[i] is not null, $"/sending/answers/{i}", "is null"))
            {
                Expect(sending.Answers[i].Status is null or (>= 200 and <= 599), $"/sending/answers/{i}/status", "must be 200 to 599");
                Expect(sending.Answers[i] is not { Status: null, Error: null }, $"/sending/answers/{i}", "must name a status or an error");
            }
    }

    private void CheckHistory(HistoryRules history, GatewayProfile profile)
    {
        CheckTemplate(history.Path, InPaths, "/history/path");
        Expect(history.Path.StartsWith('/'), "/history/path", "must begin with a slash");
        foreach (var (parameter, template) in history.Query)
            CheckTemplate(template, InQueries, $"/history/query/{parameter}");
        Expect(history.PageSize is >= 1 and <= 1000, "/history/pageSize", "must be 1 to 1000");
        Expect(history.GivesUpAfterHours is null or (>= 1 and <= 720), "/history/givesUpAfterHours", "must be 1 to 720");
        Expect(history.Page is { Each: not null, Means: NoticeKind.Inbound }, "/history/page", "must mean inbound, with each");
        Expect(profile.Sending is not null, "/sending", "is missing, and history needs its base URL");
        CheckEvent(history.Page, BodyFormat.Json, "/history/page");
        foreach (var field in profile.Duplicates.Inbound)
            Expect(Has(history.Page, field) || field is NoticeField.DeviceId, "/history/page/fields", $"must say where {Camel(field)} is: duplicates are recognised by it");
        if (history.Contacts is { } contacts)
        {
            CheckTemplate(contacts.Path, InPaths, "/history/contacts/path");
            Expect(contacts.Path.StartsWith('/'), "/history/contacts/path", "must begin with a slash");
            foreach (var (parameter, template) in contacts.Query)
                CheckTemplate(template, InQueries, $"/history/contacts/query/{parameter}");
            Expect(contacts.PageSize is >= 1 and <= 1000, "/history/contacts/pageSize", "must be 1 to 1000");
            Expect(contacts.Each.Length == 0 || JsonPointer.IsValid(contacts.Each), "/history/contacts/each", "must be a JSON pointer");
            Expect(JsonPointer.IsValid(contacts.Contact), "/history/contacts/contact", "must be a JSON pointer");
            Expect(JsonPointer.IsValid(contacts.LastAt), "/history/contacts/lastAt", "must be a JSON pointer");
        }
        foreach (var pointer in history.Only.Keys)
            Expect(JsonPointer.IsValid(pointer), "/history/only", "must be JSON pointers");
    }

    private void CheckRedelivery(RedeliveryRules redelivery, GatewayProfile profile)
    {
        Expect(profile.Sending is not null, "/sending", "is missing, and redelivery needs its base URL");
        CheckTemplate(redelivery.Path, InPaths, "/redelivery/path");
        Expect(redelivery.Path.StartsWith('/'), "/redelivery/path", "must begin with a slash");
        foreach (var (place, template) in redelivery.Fields)
        {
            Expect(JsonPointer.IsValid(place), "/redelivery/fields", "must be JSON pointers");
            CheckTemplate(template, ["since", "until", "device"], "/redelivery/fields");
        }
    }

    private void CheckTemplate(string? template, string[] known, string at)
    {
        if (Expect(template is { Length: >= 1 and <= 500 }, at, "must be 1 to 500 characters"))
            Expect(Braces().Matches(template!).All(m => known.Contains(m.Groups["name"].Value)), at, $"may hold in braces only {string.Join(", ", known)}");
    }

    [GeneratedRegex(@"\{(?<name>[^{}]*)\}")]
    private static partial Regex Braces();
}
