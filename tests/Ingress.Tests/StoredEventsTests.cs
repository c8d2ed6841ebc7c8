using Sms.Testing;

namespace Sms.Ingress.Tests;

public sealed class StoredEventsTests : StoredSamples<Program>;
