using System.Text;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.Configuration;

namespace Sms.ServiceHost.Tests;

public sealed class SecretsTests : IDisposable
{
    private readonly DirectoryInfo _files = Directory.CreateTempSubdirectory("secrets-");

    public void Dispose() => _files.Delete(recursive: true);

    [Fact]
    public void A_secret_may_be_a_file_named_like_the_variable_and_the_file_wins()
    {
        File.WriteAllText(Path.Combine(_files.FullName, "Ingress__MasterKey"), "from a file\n");
        var builder = Builder("Development", ("Ingress:MasterKey", "from the environment"), ("Ingress:Other", "untouched"));
        builder.AddSecretFiles();
        builder.Configuration["Ingress:MasterKey"].ShouldBe("from a file");
        builder.Configuration["Ingress:Other"].ShouldBe("untouched");
    }

    [Fact]
    public void Without_a_directory_of_secrets_the_settings_stand()
    {
        _files.Delete();
        var builder = Builder("Development", ("Ingress:MasterKey", "from the environment"));
        builder.AddSecretFiles();
        builder.Configuration["Ingress:MasterKey"].ShouldBe("from the environment");
        _files.Create();
    }

    [Fact]
    public void Passwords_may_stand_apart_from_the_connections()
    {
        var settings = Builder("Development",
            ("ConnectionStrings:Store", "Host=postgres;Username=sms;Password=old"), ("Passwords:Store", "a;b='c"),
            ("ConnectionStrings:Bus", "amqp://sms@rabbitmq:5673/inbound"), ("Passwords:Bus", "p@ss/w:rd")).Configuration;
        new Npgsql.NpgsqlConnectionStringBuilder(settings.StoreConnection()).Password.ShouldBe("a;b='c");
        settings.BusConnection().ToString().ShouldBe("amqp://sms:p%40ss%2Fw%3Ard@rabbitmq:5673/inbound");
    }

    [Fact]
    public void Connections_that_hold_their_password_keep_it()
    {
        var settings = Builder("Development",
            ("ConnectionStrings:Store", "Host=postgres;Username=sms;Password=own"), ("ConnectionStrings:Bus", "amqp://sms:own@rabbitmq/")).Configuration;
        new Npgsql.NpgsqlConnectionStringBuilder(settings.StoreConnection()).Password.ShouldBe("own");
        settings.BusConnection().ToString().ShouldBe("amqp://sms:own@rabbitmq/");
    }

    [Theory]
    [InlineData("Production")]
    [InlineData("Staging")]
    public void Outside_development_a_published_secret_stops_the_start_and_the_setting_is_named(string environment)
    {
        foreach (var published in new[] { "development-only-helpdesk", "development-only:admin:00", "sk_live_development-only", InBase64("development-only-master-key-32-b.") })
            Should.Throw<InvalidOperationException>(Builder(environment, ("Passwords:Store", published)).RefuseDevelopmentSecrets)
                .Message.ShouldSatisfyAllConditions(said => said.ShouldContain("Passwords:Store"), said => said.ShouldNotContain(published));
    }

    [Fact]
    public void A_published_secret_in_a_file_stops_the_start_too()
    {
        File.WriteAllText(Path.Combine(_files.FullName, "Passwords__Store"), "development-only-helpdesk");
        var builder = Builder("Production");
        builder.AddSecretFiles();
        Should.Throw<InvalidOperationException>(builder.RefuseDevelopmentSecrets).Message.ShouldContain("Passwords:Store");
    }

    [Fact]
    public void In_development_published_secrets_will_do_and_in_production_secrets_of_ones_own()
    {
        Builder("Development", ("Passwords:Store", "development-only-helpdesk")).RefuseDevelopmentSecrets();
        Builder("Production", ("Passwords:Store", "Q2xvY2s"), ("Ingress:MasterKey", InBase64("01234567890123456789012345678901"))).RefuseDevelopmentSecrets();
    }

    private WebApplicationBuilder Builder(string environment, params (string Name, string Value)[] settings)
    {
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions { EnvironmentName = environment });
        builder.Configuration.AddInMemoryCollection(settings.Append(("SecretsDirectory", _files.FullName))
            .Select(setting => KeyValuePair.Create(setting.Item1, (string?)setting.Item2)));
        return builder;
    }

    private static string InBase64(string text) => Convert.ToBase64String(Encoding.ASCII.GetBytes(text));
}
