using Marketplace.Cli.Connections;

namespace Marketplace.Cli.Tests.Connections;

public sealed class ConnectionTests : IDisposable
{
    private readonly DirectoryInfo _settings = Directory.CreateTempSubdirectory("gwh-settings-");

    public void Dispose() => _settings.Delete(recursive: true);

    [Fact]
    public void Options_go_before_the_environment_and_the_environment_before_the_profile()
    {
        var profile = new Profile("http://profile", "profile-key");
        Assert.Equal(new("http://option", "option-key"), Connection.Resolve("http://option", "option-key", Variables("http://variable", "variable-key"), profile));
        Assert.Equal(new("http://variable", "variable-key"), Connection.Resolve(null, null, Variables("http://variable", "variable-key"), profile));
        Assert.Equal(new("http://profile", "profile-key"), Connection.Resolve(null, null, Variables(null, null), profile));
        Assert.Equal(new("http://variable", "option-key"), Connection.Resolve(null, "option-key", Variables("http://variable", null), profile));
    }

    [Fact]
    public void Address_has_a_default_and_a_key_has_none()
    {
        Assert.Equal(Connection.DefaultAddress, Connection.Resolve(null, "key", Variables(null, null), null)!.Address);
        Assert.Null(Connection.Resolve("http://option", null, Variables(null, null), null));
        Assert.Null(Connection.Resolve("http://option", "", Variables(null, ""), null));
    }

    [Fact]
    public void Profiles_are_kept_in_a_file_that_only_their_owner_can_read()
    {
        var profiles = new Profiles(_settings);
        profiles.Save("default", new("http://one", "key-one"));
        profiles.Save("other", new("http://two", "key-two"));
        profiles.Save("default", new("http://three", "key-three"));

        Assert.Equal(new("http://three", "key-three"), profiles.Find("default"));
        Assert.Equal(["default", "other"], profiles.Read().Keys);
        Assert.Null(profiles.Find("missing"));
        if (!OperatingSystem.IsWindows())
        {
            Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(Path.Combine(_settings.FullName, "profiles.json")));
        }
    }

    [Fact]
    public void File_that_is_no_file_of_profiles_is_told()
    {
        File.WriteAllText(Path.Combine(_settings.FullName, "profiles.json"), "nonsense");
        Assert.Throws<UsageException>(() => new Profiles(_settings).Find("default"));
    }

    private static Func<string, string?> Variables(string? address, string? key) => name =>
        name == Connection.AddressVariable ? address : name == Connection.KeyVariable ? key : throw new ArgumentOutOfRangeException(nameof(name));
}
