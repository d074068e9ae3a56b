using Marketplace.Domain.Tests.Support;

namespace Marketplace.Domain.Tests.Golden;

/// <summary>
/// A checked-in file of "name: value" lines that must come out the same for ever. A line that changes is a journal that cannot be read any more; only new lines may come.
/// Set MARKETPLACE_WRITE_GOLDEN=1 to write the file anew, then look at what changed.
/// </summary>
internal static class GoldenFile
{
    /// <summary>Asserts that the file says this, line by line.</summary>
    public static void Says(string name, IEnumerable<(string Name, string Value)> lines)
    {
        var path = PathOf(name);
        var expected = lines.OrderBy(line => line.Name, StringComparer.Ordinal).Select(line => $"{line.Name}: {line.Value}").ToArray();
        if (Environment.GetEnvironmentVariable("MARKETPLACE_WRITE_GOLDEN") == "1")
        {
            File.WriteAllText(path, string.Join('\n', expected) + "\n");
        }

        Assert.Equal(File.ReadAllLines(path), expected);
    }

    /// <summary>The lines of the file.</summary>
    public static (string Name, string Value)[] Read(string name) =>
        [.. File.ReadAllLines(PathOf(name)).Select(line => line.Split(": ", 2)).Select(parts => (parts[0], parts[1]))];

    private static string PathOf(string name) => Path.Combine(RepositoryRoot.Path, "tests", "Marketplace.Domain.Tests", "Golden", name);
}
