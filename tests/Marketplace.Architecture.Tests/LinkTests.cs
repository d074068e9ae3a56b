using System.Text.RegularExpressions;
using Marketplace.Architecture.Tests.Support;

namespace Marketplace.Architecture.Tests;

/// <summary>What the pages point at is there.</summary>
public sealed partial class LinkTests
{
    [Fact]
    public void Every_relative_link_leads_somewhere() => Offenders.None(
        from page in Repository.FilesOf(".md")
        from Match link in Link().Matches(Repository.Read(page))
        let target = link.Groups[1].Value
        where !target.Contains("://", StringComparison.Ordinal) && !target.StartsWith("mailto:", StringComparison.Ordinal)
        where !Leads(page, target)
        select $"{page}: {target}");

    [Fact]
    public void Every_path_named_in_a_page_exists() => Offenders.None(
        from page in Repository.FilesOf(".md")
        from Match path in NamedPath().Matches(Repository.Read(page))
        where !Repository.Has(path.Groups[1].Value)
        select $"{page}: {path.Groups[1].Value}");

    [Fact]
    public void Decisions_are_numbered_without_a_gap()
    {
        var numbers = Repository.Files.Where(file => file.StartsWith("docs/decisions/", StringComparison.Ordinal)).Select(file => int.Parse(Path.GetFileName(file)[..4])).Order().ToArray();
        Assert.NotEmpty(numbers);
        Assert.Equal(Enumerable.Range(1, numbers.Length), numbers);
    }

    [GeneratedRegex(@"\]\(([^)\s]+)\)", RegexOptions.CultureInvariant)]
    private static partial Regex Link();

    [GeneratedRegex(@"`((?:src|tests|protos|docs|deploy|\.ci)/[\w./-]*)`", RegexOptions.CultureInvariant)]
    private static partial Regex NamedPath();

    [GeneratedRegex(@"^#+\s+(.*?)\s*$", RegexOptions.Multiline | RegexOptions.CultureInvariant)]
    private static partial Regex Heading();

    private static bool Leads(string page, string target)
    {
        var (path, fragment) = target.Split('#') is [var before, var after] ? (before, after) : (target, "");
        var file = path.Length == 0 ? page : Path.GetRelativePath(Repository.Root, Path.GetFullPath(Path.Combine(Repository.Root, Path.GetDirectoryName(page)!, path))).Replace('\\', '/');
        return Repository.Has(file) && (fragment.Length == 0 || Heading().Matches(Repository.Read(file)).Any(heading => Anchor(heading.Groups[1].Value) == fragment));
    }

    private static string Anchor(string heading) =>
        string.Concat(heading.ToLowerInvariant().Replace(' ', '-').Where(c => char.IsLetterOrDigit(c) || c is '-' or '_'));
}
