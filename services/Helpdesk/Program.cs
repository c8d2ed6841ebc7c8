using Sms.Helpdesk.Tickets;
using Sms.Helpdesk.UseCases;
using Sms.Helpdesk.Views;
using Sms.ServiceHost;

var builder = WebApplication.CreateBuilder(args);
builder.AddSmsService<Program>("helpdesk")
    .AddStream(Ticket.Stream)
    .AddView(new TicketInbox())
    .AddView(new TicketConversation());

var app = builder.Build();
var api = app.MapSmsService();
TicketInbox.Map(api);
TicketConversation.Map(api);
SolveTicket.Map(api);
app.Run();
