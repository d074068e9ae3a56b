using System.Text.Json;

namespace Marketplace.Cli.Connections;

/// <summary>A named address and key, kept in the user's settings.</summary>
internal sealed record Profile(string Address, string Key);

/// <summary>The user's profiles: one file, which only its owner can read, because it holds keys.</summary>
internal sealed class Profiles(DirectoryInfo settings)
{
    /// <summary>The profile used unless another is named.</summary>
    public const string DefaultName = "default";

    private static readonly JsonSerializerOptions Indented = new() { WriteIndented = true };

    private string FilePath => Path.Combine(settings.FullName, "profiles.json");

    /// <summary>All profiles by name; none when the file is missing.</summary>
    public SortedDictionary<string, Profile> Read()
    {
        if (!File.Exists(FilePath))
        {
            return [];
        }

        try
        {
            return new(JsonSerializer.Deserialize<Dictionary<string, Profile>>(File.ReadAllText(FilePath)) ?? [], StringComparer.Ordinal);
        }
        catch (JsonException)
        {
            throw new UsageException($"{FilePath} is not a file of profiles.");
        }
    }

    /// <summary>A profile by name; null when there is none.</summary>
    public Profile? Find(string name) => Read().GetValueOrDefault(name);

    /// <summary>Keeps a profile under a name, in the place of the one before.</summary>
    public void Save(string name, Profile profile)
    {
        var all = Read();
        all[name] = profile;
        settings.Create();
        var options = new FileStreamOptions { Mode = FileMode.Create, Access = FileAccess.Write };
        if (!OperatingSystem.IsWindows())
        {
            options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        }

        var written = FilePath + ".new";
        using (var file = new FileStream(written, options))
        {
            JsonSerializer.Serialize(file, all, Indented);
        }

        File.Move(written, FilePath, overwrite: true);
    }
}
