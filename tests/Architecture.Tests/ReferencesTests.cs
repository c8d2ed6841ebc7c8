namespace Sms.Architecture.Tests;

public sealed class ReferencesTests
{
    private static readonly string[] Services = [.. Tree.Folders("services").Select(folder => Path.GetFileName(folder))];
    private static readonly string[] Blocks = [.. Tree.Folders("building-blocks").Select(folder => Path.GetFileName(folder))];

    public static TheoryData<string> ServiceNames() => new(Services);

    public static TheoryData<string> BlockNames() => new(Blocks);

    [Theory]
    [MemberData(nameof(ServiceNames))]
    public void A_service_refers_to_building_blocks_only(string service) =>
        Tree.References(Path.Combine(Tree.Root, "services", service)).Projects.Except(Blocks).ShouldBeEmpty();

    [Theory]
    [MemberData(nameof(ServiceNames))]
    public void A_service_leaves_the_packages_to_the_building_blocks(string service) =>
        Tree.References(Path.Combine(Tree.Root, "services", service)).Packages.ShouldBeEmpty();

    [Theory]
    [MemberData(nameof(BlockNames))]
    public void A_building_block_refers_to_no_service_and_to_no_other_block_but_where_it_stands_on_one(string block) =>
        Tree.References(Path.Combine(Tree.Root, "building-blocks", block)).Projects.ShouldBe(block switch
        {
            "ServiceHost" or "EventStore.Marten" => ["EventStore"],
            "Webhooks" => ["ServiceHost"],
            _ => Array.Empty<string>(),
        });

    [Fact]
    public void The_bus_messages_refer_to_nothing_at_all() =>
        Tree.References(Path.Combine(Tree.Root, "building-blocks/BusMessages")).ShouldSatisfyAllConditions(
            references => references.Projects.ShouldBeEmpty(), references => references.Packages.ShouldBeEmpty());

    [Fact]
    public void No_service_uses_a_type_of_another()
    {
        var names = Tree.Services.Select(service => service.Assembly.GetName().Name!).ToHashSet();
        foreach (var (_, _, assembly) in Tree.Services)
            assembly.GetReferencedAssemblies().Select(reference => reference.Name!).Where(names.Contains).ShouldBeEmpty(assembly.GetName().Name);
    }
}
