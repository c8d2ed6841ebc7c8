using Sms.Testing;

// One platform for all: starting seven services and two servers takes longer than most tests.
[assembly: AssemblyFixture(typeof(RunningPlatform))]
[assembly: CollectionBehavior(DisableTestParallelization = true)]
