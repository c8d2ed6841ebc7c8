using Sms.Console.Tests;
using Sms.Testing.Browser;

// One platform and one browser for all; the tests keep to people and things of their own.
[assembly: AssemblyFixture(typeof(Chromium))]
[assembly: AssemblyFixture(typeof(Desk))]
[assembly: CollectionBehavior(DisableTestParallelization = true)]
