using Sms.Contacts;
using Sms.Contacts.Contacts;
using Sms.Contacts.Timeline;
using Sms.Contacts.UseCases;
using Sms.Contacts.Views;
using Sms.ServiceHost;

var builder = WebApplication.CreateBuilder(args);
builder.AddSmsService<Program>("contacts")
    .AddStream(Contact.Stream)
    .AddStream(Key.Stream)
    .AddStream(Entry.Inbound)
    .AddStream(Entry.Outbound)
    .AddStream(Entry.Ticket)
    .AddStream(Entry.Consent)
    .AddView(new ContactList())
    .AddView(new ContactTimeline())
    .Publish(Contact.Stream, ContactsBus.From);
builder.Services.AddSingleton<ContactBook>();
builder.Services.AddSingleton<ChangeContact>();

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
app.Run();
