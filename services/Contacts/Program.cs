using Sms.Contacts;
using Sms.Contacts.Contacts;
using Sms.Contacts.Imports;
using Sms.Contacts.Timeline;
using Sms.Contacts.UseCases;
using Sms.Contacts.Views;
using Sms.ServiceHost;
using Sms.Webhooks;

var builder = WebApplication.CreateBuilder(args);
builder.AddSmsService<Program>("contacts")
    .AddStream(Contact.Stream)
    .AddStream(Key.Stream)
    .AddStream(Entry.Inbound)
    .AddStream(Entry.Outbound)
    .AddStream(Entry.Ticket)
    .AddStream(Entry.Consent)
    .AddStream(Import.Stream)
    .AddView(new ContactList())
    .AddView(new ContactTimeline())
    .AddView(new ImportProgress())
    .Publish(Contact.Stream, ContactsBus.From)
    .AddWebhooks(ContactWebhooks.Events());
builder.Services.AddSingleton<ContactBook>();
builder.Services.AddSingleton<ChangeContact>();
builder.Services.AddSingleton<ImportSignal>();
builder.Services.AddHostedService<EnterContacts>();

var app = builder.Build();
var api = app.MapSmsService();
ContactList.Map(api);
ContactSearch.Map(api);
ContactTimeline.Map(api);
LiveTimeline.Map(api);
EnterContact.Map(api);
ChangeNumbers.Map(api);
ChangeTags.Map(api);
ChangeNotes.Map(api);
MergeContacts.Map(api);
UploadContacts.Map(api);
EnterLookedAt.Map(api);
ImportProgress.Map(api);
ContactExport.Map(api);
api.MapWebhooks();
app.Run();
