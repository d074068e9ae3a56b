using System.Text.Json;

namespace Marketplace.Conformance.Tests.Cases;

/// <summary>The folder of cases: MARKETPLACE_CONFORMANCE, else ../shared/conformance from the repository's root. It is never part of the checkout.</summary>
internal static class CaseFile
{
    private static readonly JsonSerializerOptions Form = new(JsonSerializerDefaults.Web) { Converters = { new WholeNumber(), new AnyNumber(), new Flag() } };

    public static string Folder { get; } = Environment.GetEnvironmentVariable("MARKETPLACE_CONFORMANCE") is { Length: > 0 } named
        ? Path.GetFullPath(named, Root())
        : Path.Combine(Root(), "..", "shared", "conformance");

    /// <summary>The cases of a file; where it is missing the test is skipped, or fails under MARKETPLACE_REQUIRE_ALL=1.</summary>
    public static ConformanceCase[] Read(string name)
    {
        var path = Path.Combine(Folder, name);
        if (!File.Exists(path))
        {
            var reason = $"{name} is neither where MARKETPLACE_CONFORMANCE says nor in ../shared/conformance beside the checkout.";
            Assert.False(Environment.GetEnvironmentVariable("MARKETPLACE_REQUIRE_ALL") == "1", reason);
            Assert.Skip(reason);
        }

        return Parse(File.ReadAllText(path));
    }

    /// <summary>The cases a text holds. What is optional may be null or absent, a whole number may be written as 100.0, and what the form does not name is passed over.</summary>
    public static ConformanceCase[] Parse(string text) => JsonSerializer.Deserialize<ConformanceCase[]>(text, Form)!;

    private static string Root()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (folder is not null && !File.Exists(Path.Combine(folder.FullName, "Marketplace.sln")))
        {
            folder = folder.Parent;
        }

        return folder?.FullName ?? throw new DirectoryNotFoundException("No folder above the tests has Marketplace.sln.");
    }
}
