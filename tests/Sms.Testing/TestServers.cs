using Xunit;

namespace Sms.Testing;

/// <summary>The real PostgreSQL and RabbitMQ that <c>./sms test</c> starts for the tests.</summary>
public static class TestServers
{
    /// <summary>A superuser's connection string, or null when there is no server.</summary>
    public static string? Postgres { get; } = Environment.GetEnvironmentVariable("SMS_TEST_POSTGRES");

    /// <summary>The broker's <c>amqp://</c> address, or null.</summary>
    public static string? RabbitMq { get; } = Environment.GetEnvironmentVariable("SMS_TEST_RABBITMQ");

    /// <summary>The address of the broker's management API, or null.</summary>
    public static string? RabbitMqManagement { get; } = Environment.GetEnvironmentVariable("SMS_TEST_RABBITMQ_MANAGEMENT");

    /// <summary>Whether tests that need the servers can run.</summary>
    public static bool Present => Postgres is not null && RabbitMq is not null && RabbitMqManagement is not null;

    /// <summary>The reason to skip them, or null. On CI there is none: a test that cannot run there has failed.</summary>
    public static string? SkipReason =>
        Present || Environment.GetEnvironmentVariable("CI") == "true" ? null : "needs PostgreSQL and RabbitMQ: run ./sms test";

    internal static string Required(string? value) =>
        value ?? throw new InvalidOperationException("This test needs PostgreSQL and RabbitMQ: run ./sms test.");
}

/// <summary>A test on real servers; skipped where there are none, except on CI.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class RealServersFactAttribute : FactAttribute
{
    /// <summary>Skips where the servers are missing.</summary>
    public RealServersFactAttribute(
        [System.Runtime.CompilerServices.CallerFilePath] string? file = null,
        [System.Runtime.CompilerServices.CallerLineNumber] int line = -1)
        : base(file, line) => Skip = TestServers.SkipReason;
}

/// <summary>The same for a test with several sets of data.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class RealServersTheoryAttribute : TheoryAttribute
{
    /// <summary>Skips where the servers are missing.</summary>
    public RealServersTheoryAttribute(
        [System.Runtime.CompilerServices.CallerFilePath] string? file = null,
        [System.Runtime.CompilerServices.CallerLineNumber] int line = -1)
        : base(file, line) => Skip = TestServers.SkipReason;
}
