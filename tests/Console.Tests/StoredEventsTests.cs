using Sms.Testing;

namespace Sms.Console.Tests;

public sealed class StoredEventsTests : StoredSamples<Program>;
