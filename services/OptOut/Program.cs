using Sms.OptOut;
using Sms.OptOut.Consent;
using Sms.OptOut.Imports;
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
    .AddStream(Import.Stream)
    .AddStream(EarlierConsent.Stream)
    .AddStream(ProofKeys.Stream)
    .AddView(new ConsentFacts())
    .AddView(new ReviewQueue())
    .AddView(new ImportProgress())
    .AddView(new WaitingTexts())
    .Publish(ConsentBus.From);
builder.Services.AddSingleton(ConsentAnswers.From(builder.Configuration.GetSection("OptOut")));
if (ProofKey.From(builder.Configuration["OptOut:ProofKey"]) is { } proofKey)
    builder.Services.AddSingleton(proofKey);
builder.Services.AddSingleton<PersonLedgers>();
builder.Services.AddSingleton<WordBooks>();
builder.Services.AddSingleton<PolicyEffects>();
builder.Services.AddSingleton<BulkPace>();
builder.Services.AddSingleton<ImportSignal>();
builder.Services.AddHostedService<ConsentMetrics>();
builder.Services.AddHostedService<ApplyPolicies>();
builder.Services.AddHostedService<EnterLists>();
builder.Services.AddHostedService<ChainEarlierWords>();
builder.Services.AddHostedService<IntroduceProofKey>();

var app = builder.Build();
var api = app.MapSmsService();
PersonConsent.Map(api);
ConsentProofFile.Map(api);
ProofKeyList.Map(api);
ChangeConsent.Map(api);
ReviewQueue.Map(api);
DecideReview.Map(api);
SetRules.Map(api);
PolicyPreview.Map(api);
TextPreview.Map(api);
UploadList.Map(api);
ImportProgress.Map(api);
ConsentExport.Map(api);
app.Run();
