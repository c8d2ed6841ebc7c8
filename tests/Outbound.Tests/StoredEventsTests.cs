using Sms.Testing;

namespace Sms.Outbound.Tests;

public sealed class StoredEventsTests : StoredSamples<Program>;
