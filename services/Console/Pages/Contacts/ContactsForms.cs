using System.Net.Http.Headers;
using Microsoft.AspNetCore.Mvc;
using Microsoft.Extensions.Localization;
using Sms.ServiceHost;

namespace Sms.Console.Pages.Contacts;

/// <summary>What the forms of contacts ask of the service.</summary>
public static class ContactsForms
{
    /// <summary>The fields of a contact, which a form has any number of.</summary>
    public const string FieldName = "fieldName", FieldValue = "fieldValue";

    private const string Service = "contacts";
    private const long LargestList = 256L << 20;

    /// <summary>Maps them.</summary>
    public static void Map(IEndpointRouteBuilder app)
    {
        var forms = app.MapGroup("/contacts").ForForms(Roles.Agent);
        forms.MapPost("/enter", (IFormCollection form, OnBehalf behalf, IStringLocalizer<ContactsWords> words) => behalf.Ask(
            HttpMethod.Post, Service, $"/contacts", new { Contact = Draft(form, isNew: true), Region = One(form, "region") }, "contact.enter", null,
            answer => ($"/contacts/{answer.Value.GetProperty("id").GetGuid()}", words["said.entered"])));
        forms.MapPost("/{id:guid}/revise", (Guid id, IFormCollection form, OnBehalf behalf, IStringLocalizer<ContactsWords> words) => behalf.Ask(
            HttpMethod.Put, Service, $"/contacts/{id}", Draft(form, isNew: false), "contact.revise", id, PageOf(id), words["said.revised"]));
        forms.MapPost("/{id:guid}/numbers", (Guid id, [FromForm] string? number, OnBehalf behalf) => behalf.Ask(
            HttpMethod.Post, Service, $"/contacts/{id}/numbers", new { number }, "contact.add-number", id, PageOf(id)));
        forms.MapPost("/{id:guid}/numbers/remove", (Guid id, [FromForm] string? number, OnBehalf behalf) => behalf.Ask(
            HttpMethod.Post, Service, $"/contacts/{id}/numbers/remove", new { number }, "contact.remove-number", id, PageOf(id)));
        forms.MapPost("/{id:guid}/tags", (Guid id, [FromForm] string? tag, OnBehalf behalf) => behalf.Ask(
            HttpMethod.Put, Service, $"/contacts/{id}/tags/{tag?.Trim()}", null, "contact.tag", id, PageOf(id)));
        forms.MapPost("/{id:guid}/tags/remove", (Guid id, [FromForm] string? tag, OnBehalf behalf) => behalf.Ask(
            HttpMethod.Delete, Service, $"/contacts/{id}/tags/{tag}", null, "contact.untag", id, PageOf(id)));
        forms.MapPost("/{id:guid}/notes", (Guid id, [FromForm] string? text, OnBehalf behalf) => behalf.Ask(
            HttpMethod.Post, Service, $"/contacts/{id}/notes", new { text }, "contact.note", id, PageOf(id)));
        forms.MapPost("/{id:guid}/notes/{note:guid}/remove", (Guid id, Guid note, OnBehalf behalf) => behalf.Ask(
            HttpMethod.Delete, Service, $"/contacts/{id}/notes/{note}", null, "contact.remove-note", id, PageOf(id)));
        forms.MapPost("/{id:guid}/merged", (Guid id, [FromForm] Guid part, OnBehalf behalf, IStringLocalizer<ContactsWords> words) => behalf.Ask(
            HttpMethod.Post, Service, $"/contacts/{id}/merged", new { ContactId = part }, "contact.merge", id, PageOf(id), words["said.merged"]));
        forms.MapPost("/{id:guid}/unmerge", (Guid id, [FromForm] Guid part, OnBehalf behalf, IStringLocalizer<ContactsWords> words) => behalf.Ask(
            HttpMethod.Delete, Service, $"/contacts/{id}/merged/{part}", null, "contact.unmerge", id, PageOf(id), words["said.unmerged"]));

        var lists = app.MapGroup("/contacts").ForForms(Roles.Admin);
        lists.MapPost("/imports/look", Look).WithMetadata(new RequestSizeLimitAttribute(LargestList)).WithFormOptions(multipartBodyLengthLimit: LargestList);
        lists.MapPost("/imports/{id:guid}/enter", (Guid id, OnBehalf behalf) => behalf.Ask(
            HttpMethod.Post, Service, $"/imports/{id}/enter", null, "contacts.import", id, answer => (PageOfImport(answer), null)));
        app.MapGet("/contacts/export", Export).RequireAuthorization(Roles.Admin).ExcludeFromDescription();
    }

    private static async Task<IResult> Look(IFormFile? list, [FromForm] string? region, [FromForm] string? column, OnBehalf behalf, IStringLocalizer<ContactsWords> words)
    {
        if (list is not { Length: > 0 })
            return behalf.Refuse("list", words["import.file.missing"]);
        var isCards = list.FileName.EndsWith(".vcf", StringComparison.OrdinalIgnoreCase) || list.ContentType.Contains("vcard", StringComparison.OrdinalIgnoreCase);
        var path = ((ApiPath)$"/imports?dryRun=true&format={(isCards ? "vcard" : "csv")}").And("region", region);
        foreach (var line in Fields.Lines(column))
        {
            if (line.LastIndexOf('=') is not (> 0 and var equals))
                return behalf.Refuse("column", words["import.renamed.wrong", line]);
            path.And("column", $"{line[..equals].Trim()}:{line[(equals + 1)..].Trim()}");
        }
        using var body = new StreamContent(list.OpenReadStream()) { Headers = { ContentType = new MediaTypeHeaderValue(isCards ? "text/vcard" : "text/csv") } };
        return await behalf.Ask(
            HttpMethod.Post, Service, path, body, "contacts.dry-run", null, answer => (PageOfImport(answer), null));
    }

    // Who took everybody's data along is on record.
    private static async Task<IResult> Export(string? format, Platform platform, OnBehalf behalf)
    {
        var isCards = format == "vcard";
        await behalf.Record(Service, "contacts.export", null, StatusCodes.Status200OK);
        return await platform.Download(Service, $"/contacts/export?format={(isCards ? "vcard" : "csv")}", isCards ? "contacts.vcf" : "contacts.csv");
    }

    private static string PageOf(Guid id) => $"/contacts/{id}";

    private static string PageOfImport(Answer<System.Text.Json.JsonElement> import) => $"/contacts/imports/{import.Value.GetProperty("importId").GetGuid()}";

    private static object Draft(IFormCollection form, bool isNew)
    {
        var isVerified = One(form, "isVerified") == "true";
        return new
        {
            Numbers = isNew ? Several(form, "numbers", '\n') : null,
            Name = One(form, "name"),
            Language = One(form, "language"),
            TimeZone = One(form, "timeZone"),
            Tags = Several(form, "tags", ','),
            ExternalIds = Several(form, "externalIds", ','),
            Fields = form[FieldName].Zip(form[FieldValue]).Where(field => !string.IsNullOrWhiteSpace(field.First) && !string.IsNullOrWhiteSpace(field.Second))
                .DistinctBy(field => field.First).ToDictionary(field => field.First!, field => field.Second!),
            // What was left as it was is not said: a name or an id from elsewhere says by itself who it is, and so does who enters one.
            Verified = isNew || isVerified == (One(form, "wasVerified") == "true") ? null : (bool?)isVerified,
        };
    }

    private static string? One(IFormCollection form, string name) => form[name].ToString().Trim() is { Length: > 0 } value ? value : null;

    private static string[] Several(IFormCollection form, string name, char between) =>
        form[name].ToString().Split(between, StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);
}
