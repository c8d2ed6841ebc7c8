using Sms.AutoReply;
using Sms.AutoReply.Breakers;
using Sms.AutoReply.Deeds;
using Sms.AutoReply.People;
using Sms.AutoReply.Rules;
using Sms.AutoReply.Shadows;
using Sms.AutoReply.Trials;
using Sms.AutoReply.UseCases;
using Sms.AutoReply.Views;
using Sms.ServiceHost;

var builder = WebApplication.CreateBuilder(args);
builder.AddSmsService<Program>("autoreply")
    .AddStream(RuleSet.Stream)
    .AddStream(Answer.Stream)
    .AddStream(Person.Stream)
    .AddStream(KnownContact.Stream)
    .AddStream(Breaker.Stream)
    .AddStream(Shadow.Stream)
    .AddStream(Trial.Stream)
    .AddStream(FrozenCase.Stream)
    .AddStream(DeedProgress.Stream)
    .AddView(new RecentAnswers())
    .AddView(new RuleSetList())
    .AddView(new BreakerList())
    .AddView(new CaseList())
    .AddView(new DeedList())
    .Publish(AnswerBus.From);
builder.Services.AddSingleton(ReplyLifetime.From(builder.Configuration));
builder.Services.AddSingleton(MailServer.From(builder.Configuration));
builder.Services.AddSingleton<WebhookCalls>();
builder.Services.AddSingleton<RuleSets>();
builder.Services.AddSingleton<FrozenCases>();
builder.Services.AddHostedService<RuleMetrics>();
builder.Services.AddHostedService<PerformDeeds>();

var app = builder.Build();
var api = app.MapSmsService();
RuleSetList.Map(api);
PublishRules.Map(api);
ShadowRules.Map(api);
TryRules.Map(api);
TryOnLatestTexts.Map(api);
PreviewReply.Map(api);
ImportRules.Map(api);
RulePacks.Map(api);
RecentAnswers.Map(api);
RuleActivity.Map(api);
Explanation.Map(api);
CaseList.Map(api);
FreezeCase.Map(api);
BreakerList.Map(api);
CloseBreaker.Map(api);
HandOver.Map(api);
DeedList.Map(api);
app.Run();
