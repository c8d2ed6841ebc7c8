using Sms.Testing;

namespace Sms.Helpdesk.Tests;

public sealed class StoredEventsTests : StoredSamples<Program>;
