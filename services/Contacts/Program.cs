using Sms.Contacts.Contacts;
using Sms.Contacts.Views;
using Sms.ServiceHost;

var builder = WebApplication.CreateBuilder(args);
builder.AddSmsService<Program>("contacts")
    .AddStream(Contact.Stream)
    .AddView(new ContactList())
    .AddView(new ContactTimeline());

var app = builder.Build();
var api = app.MapSmsService();
ContactList.Map(api);
ContactTimeline.Map(api);
app.Run();
