using Sms.Testing;

namespace Sms.OptOut.Tests;

public sealed class StoredEventsTests : StoredSamples<Program>;
