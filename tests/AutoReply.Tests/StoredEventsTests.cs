using Sms.Testing;

namespace Sms.AutoReply.Tests;

public sealed class StoredEventsTests : StoredSamples<Program>;
