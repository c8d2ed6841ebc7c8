using Sms.EndToEnd.Tests;

// One platform for all: starting seven services and two servers takes longer than most tests.
[assembly: AssemblyFixture(typeof(Platform))]
[assembly: CollectionBehavior(DisableTestParallelization = true)]
