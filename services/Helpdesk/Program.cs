using Sms.Helpdesk;
using Sms.Helpdesk.Customers;
using Sms.Helpdesk.Desk;
using Sms.Helpdesk.Texts;
using Sms.Helpdesk.Tickets;
using Sms.Helpdesk.UseCases;
using Sms.Helpdesk.Views;
using Sms.ServiceHost;
using Sms.Webhooks;

var builder = WebApplication.CreateBuilder(args);
builder.AddSmsService<Program>("helpdesk")
    .AddStream(Ticket.Stream)
    .AddStream(Conversation.Stream)
    .AddStream(Text.Stream)
    .AddStream(Outgoing.Stream)
    .AddStream(AgentRequest.Stream)
    .AddStream(Customer.Stream)
    .AddStream(DeskState.Stream)
    .AddView(new TicketInbox())
    .AddView(new TicketEntries())
    .AddView(new DueWork())
    .AddView(new TextLog())
    .AddView(new Known())
    .Publish(TicketBus.From)
    .Publish(Ticket.Stream, TicketBus.Standing)
    .AddWebhooks(HelpdeskWebhooks.Events());
builder.Services.AddSingleton<TicketWork>();
builder.Services.AddSingleton<RouteTexts>();
builder.Services.AddSingleton<ChangeTicket>();
builder.Services.AddSingleton<CorrectTickets>();
builder.Services.AddSingletonHosted<LiveFeed>();
builder.Services.AddSingletonHosted<AttendToDue>();
builder.Services.AddHostedService<NumberEarlierTickets>();

var app = builder.Build();
var api = app.MapSmsService();
TicketLists.Map(api);
TicketDetails.Map(api);
TicketConversation.Map(api);
TextLog.Map(api);
TicketRoutes.Map(api);
OpenTicket.Map(api);
CorrectTickets.Map(api);
Writing.Map(api);
LiveFeed.Map(api);
SetUpDesk.Map(api);
api.MapWebhooks();
app.Run();
