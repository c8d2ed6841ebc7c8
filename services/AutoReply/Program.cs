using Sms.AutoReply;
using Sms.AutoReply.Rules;
using Sms.AutoReply.UseCases;
using Sms.AutoReply.Views;
using Sms.ServiceHost;

var builder = WebApplication.CreateBuilder(args);
builder.AddSmsService<Program>("autoreply")
    .AddStream(RuleSet.Stream)
    .AddStream(Answer.Stream)
    .AddView(new RecentAnswers())
    .Publish(AnswerBus.From);
builder.Services.AddSingleton(ReplyLifetime.From(builder.Configuration));

var app = builder.Build();
var api = app.MapSmsService();
RulesInForce.Map(api);
ReplaceRules.Map(api);
RecentAnswers.Map(api);
app.Run();
