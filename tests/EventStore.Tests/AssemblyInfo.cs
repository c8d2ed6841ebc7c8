// Most tests wait for servers, not for a processor.
[assembly: CollectionBehavior(MaxParallelThreads = 8)]
