using Sms.OptOut;
using Sms.OptOut.Consent;
using Sms.OptOut.Ledger;
using Sms.OptOut.Policies;
using Sms.OptOut.UseCases;
using Sms.OptOut.Views;
using Sms.ServiceHost;

var builder = WebApplication.CreateBuilder(args);
builder.AddSmsService<Program>("optout")
    .AddStream(PersonLedger.Stream)
    .AddStream(Rulebook.Stream)
    .AddStream(Screening.Stream)
    .AddStream(Ruling.Stream)
    .AddStream(EarlierConsent.Stream)
    .AddView(new ConsentFacts())
    .AddView(new ReviewQueue())
    .Publish(ConsentBus.From);
builder.Services.AddSingleton(ConsentAnswers.From(builder.Configuration.GetSection("OptOut")));
builder.Services.AddSingleton<PersonLedgers>();
builder.Services.AddSingleton<WordBooks>();
builder.Services.AddHostedService<ConsentMetrics>();

var app = builder.Build();
var api = app.MapSmsService();
PersonConsent.Map(api);
ConsentProofFile.Map(api);
ChangeConsent.Map(api);
ReviewQueue.Map(api);
DecideReview.Map(api);
app.Run();
