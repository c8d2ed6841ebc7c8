namespace Sms.EventStore.Tests;

public sealed class NamedIdTests
{
    /// <summary>The namespace for domain names of RFC 9562; any scope would do.</summary>
    private static readonly Guid Scope = new("6ba7b810-9dad-11d1-80b4-00c04fd430c8");

    // Computed with Python's hashlib from the definition: SHA-1 of the scope and each part after its length, big-endian.
    [Theory]
    [InlineData("4ebd0208-8328-5d69-8c44-ec50939c0967")]
    [InlineData("b692efeb-eb2a-5df5-a41e-b6b0fa78d578", "a")]
    [InlineData("ac02e423-82c8-5db1-9b74-dba0ecb1cd52", "ab", "c")]
    public void An_id_never_changes(string id, params string[] parts) => NamedId.Of(Scope, parts).ShouldBe(new Guid(id));

    [Fact]
    public void Long_and_non_ASCII_parts_are_named_too() =>
        NamedId.Of(Scope, "é🙂", "", new string('x', 1000)).ShouldBe(new Guid("2e215c7f-5e97-57b6-beb3-37a6b9818a9e"));

    [Fact]
    public void It_is_a_UUID_of_version_5()
    {
        for (var i = 0; i < 100; i++)
        {
            var id = NamedId.Of(Scope, $"{i}");
            (id.Version, id.Variant & 0xC).ShouldBe((5, 0x8));
        }
    }

    [Fact]
    public void Parts_do_not_run_together()
    {
        Guid[] ids =
        [
            NamedId.Of(Scope, "ab", "c"), NamedId.Of(Scope, "a", "bc"), NamedId.Of(Scope, "abc"), NamedId.Of(Scope, "abc", ""),
            NamedId.Of(Scope, "", "abc"), NamedId.Of(Scope), NamedId.Of(Scope, ""), NamedId.Of(Scope, "", ""),
        ];
        ids.ShouldBeUnique();
    }

    [Fact]
    public void The_same_parts_in_another_scope_are_something_else() =>
        NamedId.Of(Guid.NewGuid(), "a").ShouldNotBe(NamedId.Of(Scope, "a"));
}
