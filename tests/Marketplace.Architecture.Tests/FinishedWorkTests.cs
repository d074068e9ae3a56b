using System.Text.RegularExpressions;
using Marketplace.Architecture.Tests.Support;

namespace Marketplace.Architecture.Tests;

/// <summary>What is checked in is finished, belongs to no one machine and gives nothing away.</summary>
public sealed partial class FinishedWorkTests
{
    private static readonly Dictionary<string, string> s_maySleep = [];

    [Fact]
    public void Nothing_is_left_for_later() => Offenders.None(Matches(Later(), ".cs", ".proto", ".js", ".csproj", ".props", ".yaml", ".yml", ".sh", ".md"));

    [Fact]
    public void No_test_sleeps() => Offenders.None(Matches(Sleep(), ".cs")
        .Where(line => line.Split('/') is ["tests", var project, ..] && project.EndsWith(".Tests", StringComparison.Ordinal) && !s_maySleep.ContainsKey(line.Split(':')[0])));

    [Fact]
    public void Every_file_that_may_sleep_is_there_and_does() => Assert.All(s_maySleep.Keys, file => Assert.Matches(Sleep(), Repository.Read(file)));

    [Fact]
    public void Only_measurements_are_left_out_of_a_test_run() =>
        Offenders.None(Matches(ByName(), ".cs").Where(line => !line.Split(':')[0].EndsWith("Figures.cs", StringComparison.Ordinal)));

    [Fact]
    public void No_file_names_a_folder_of_one_machine() => Offenders.None(Matches(MachinePath(), All));

    [Fact]
    public void No_file_holds_a_secret() => Offenders.None(Matches(Secret(), All));

    [Fact]
    public void Restores_name_no_registry()
    {
        Assert.DoesNotContain(Repository.Files, file => Path.GetFileName(file).ToLowerInvariant() is "nuget.config" or ".npmrc" or ".yarnrc" or "package-lock.json");
        Offenders.None(Matches(Registry(), ".csproj", ".props", ".targets", ".json", ".yaml", ".sln", ""));
    }

    private static string[] All => [.. Repository.Files.Select(Path.GetExtension).Distinct()!];

    // The words are cut in two so that this file does not find itself.
    [GeneratedRegex(@"\bTO" + @"DO\b|\bFIX" + @"ME\b|\bHA" + @"CK\b|NotImplemented" + "Exception", RegexOptions.CultureInvariant)]
    private static partial Regex Later();

    [GeneratedRegex(@"\bExplicit\s*=\s*tr" + "ue", RegexOptions.CultureInvariant)]
    private static partial Regex ByName();

    // Waiting for ever until somebody cancels is no sleep.
    [GeneratedRegex(@"Thread\.Sle" + @"ep\(|Task\.Del" + @"ay\((?!Timeout\.Infinite)", RegexOptions.CultureInvariant)]
    private static partial Regex Sleep();

    [GeneratedRegex(@"(?<![\w.$~/-])/(tmp|work|root|home|Users)/[\w.]", RegexOptions.CultureInvariant)]
    private static partial Regex MachinePath();

    [GeneratedRegex("gwh_[0-9a-f]{72}|-----BEGIN [A-Z ]*PRIVATE KEY|AKIA[0-9A-Z]{16}|gh[pousr]_[A-Za-z0-9]{36}|(?i:(password|passwd|secret|api_?key)[\"']?\\s*[:=]\\s*[\"'][A-Za-z0-9+/=_-]{20,}[\"'])", RegexOptions.CultureInvariant)]
    private static partial Regex Secret();

    [GeneratedRegex("RestoreSources|RestoreAdditionalProjectSources|\"resolved\"|--registry|--source |api/v3/index", RegexOptions.CultureInvariant)]
    private static partial Regex Registry();

    /// <summary>Each line that matches, as "file:line".</summary>
    private static IEnumerable<string> Matches(Regex pattern, params string[] extensions) =>
        from file in Repository.FilesOf(extensions)
        from line in Repository.Lines(file).Index()
        where pattern.IsMatch(line.Item)
        select $"{file}:{line.Index + 1}";
}
