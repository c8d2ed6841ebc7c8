using Sms.Testing;

namespace Sms.Contacts.Tests;

public sealed class StoredEventsTests : StoredSamples<Program>;
