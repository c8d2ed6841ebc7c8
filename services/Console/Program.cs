using Sms.Console;
using Sms.Console.Accounts;
using Sms.Console.Pages;
using Sms.Console.Pages.Facts;
using Sms.Console.Pages.Rules;
using Sms.Console.UseCases;
using Sms.Console.Views;
using Sms.ServiceHost;

var builder = WebApplication.CreateBuilder(args);
builder.AddSmsService<Program>("console")
    .AddStream(Account.Stream)
    .AddStream(Invitation.Stream)
    .AddStream(ActionTaken.Stream)
    .AddView(new AccountList())
    .AddView(new ActionLog());
builder.Services.AddSessions(builder.Configuration);
builder.Services.AddSecurity(builder.Configuration);
builder.Services.AddSingletonHosted<Live>();
builder.Services.AddSingletonHosted<Throughput>();
builder.Services.AddScoped<Viewer>().AddScoped<Platform>().AddScoped<OnBehalf>().AddScoped<ShownOnce>().AddScoped<ChangeAccounts.Change>();
builder.Services.AddScoped<Drafts>().AddSingleton<Trials>().AddScoped<Telling>();
builder.Services.AddHttpContextAccessor().AddLocalization().AddRazorComponents();
builder.Services.AddErrorPages();

var app = builder.Build();
app.UseSecurityHeaders();
app.UseRequestLocalization("en");
app.UseAssets();
var api = app.MapSmsService().WithApiKeysOnly();
app.UseRateLimiter();
app.UseAntiforgery();
Live.Map(app);
Invite.Map(api);
SignIn.Map(app);
AcceptInvitation.Map(app);
ChangeAccounts.Map(app);
app.MapRazorComponents<App>().RequireAuthorization(Roles.Reader);
app.MapForms();
app.Run();
