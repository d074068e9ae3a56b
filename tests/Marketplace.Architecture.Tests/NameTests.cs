using System.Text.RegularExpressions;
using Marketplace.Architecture.Tests.Support;

namespace Marketplace.Architecture.Tests;

/// <summary>Names are words of the field. A name that needs one of the words below has not been found yet.</summary>
public sealed partial class NameTests
{
    private static readonly Dictionary<string, string> s_allowed = new()
    {
        ["SharedData"] = "It is the folder of that name.",
    };

    [Fact]
    public void No_type_is_named_by_a_word_that_says_nothing() =>
        Offenders.None(Projects.All.Where(project => project != Projects.Protocol).SelectMany(Projects.TypesOf)
            .Select(type => type.Name.Split('`')[0]).Where(name => Empty().IsMatch(name) && !s_allowed.ContainsKey(name)));

    [Fact]
    public void No_file_is_named_by_a_word_that_says_nothing() =>
        Offenders.None(Repository.FilesOf(".cs").Select(file => Path.GetFileName(file).Split('.')[0]).Where(name => Empty().IsMatch(name) && !s_allowed.ContainsKey(name)));

    [Fact]
    public void A_concept_has_the_same_folder_in_every_layer()
    {
        // What hosts any machine and what reads across all of them belong to no one concept.
        var concepts = FoldersOf(Projects.Domain).Concat(["Hosting", "Audit"]);
        Assert.Subset(concepts.ToHashSet(), FoldersOf(Projects.Grains).ToHashSet());
    }

    [GeneratedRegex("(Manager|Helper|Util|Utils|Utilities|Processor|Impl)|(Data|Info)$", RegexOptions.CultureInvariant)]
    private static partial Regex Empty();

    private static IEnumerable<string> FoldersOf(string project) => Repository.FilesOf(".cs")
        .Where(file => file.StartsWith($"src/{project}/", StringComparison.Ordinal)).Select(file => file.Split('/')).Where(parts => parts.Length > 3).Select(parts => parts[2]).Distinct();
}
