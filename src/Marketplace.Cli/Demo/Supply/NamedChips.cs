using System.Collections.Immutable;
using System.Globalization;
using System.Text.RegularExpressions;

namespace Marketplace.Cli.Demo.Supply;

/// <summary>An accelerator that the words of a record name, and how many of it they count.</summary>
/// <param name="Name">As the record calls it.</param>
/// <param name="Count">As counted there, cumulative; null when named without a count.</param>
internal readonly record struct NamedChip(string Name, long? Count);

/// <summary>Finds the accelerators in the words of a campus record: "150k H100s and 50k H200s online".</summary>
internal static partial class NamedChips
{
    /// <summary>
    /// Every accelerator named, once, in the order of the text, with the greatest of its counts. "H100 equivalents" name no accelerator.
    /// </summary>
    public static ImmutableArray<NamedChip> In(string words)
    {
        words = LinkTarget().Replace(words, "]");
        var rack = RackForm().Match(words);
        var plain = RackForm().Replace(words, "");
        return
        [
            .. Chip().Matches(plain).Select(match =>
            {
                var name = match.Groups["name"].Value;
                // "30k B200s added (in GB200 configuration)": the rack form is the model that is rated and sold.
                if (rack.Success && rack.Groups["form"].Value == "G" + name) name = rack.Groups["form"].Value;
                return new NamedChip(name, CountOf(match));
            }).GroupBy(chip => chip.Name, (name, chips) => new NamedChip(name, chips.Max(chip => chip.Count))),
        ];
    }

    private static long? CountOf(Match match)
    {
        if (!match.Groups["count"].Success) return null;
        var count = long.Parse(match.Groups["count"].Value.Replace(",", "", StringComparison.Ordinal), CultureInfo.InvariantCulture);
        return match.Groups["thousand"].Success ? count * 1000 : count;
    }

    [GeneratedRegex(@"\]\([^)]*\)")]
    private static partial Regex LinkTarget();

    [GeneratedRegex(@"in (?<form>GB\d{3}) configuration")]
    private static partial Regex RackForm();

    [GeneratedRegex(@"(?:\b(?<count>\d[\d,]*)(?<thousand>k)?\s+)?\[?(?:NVIDIA\s+|AMD\s+)?(?<![A-Za-z0-9])" +
        @"(?<name>GB300|GB200|B300|B200|GH200|H100|H200|A100|MI\d{3}[AX]?|Trainium ?\d|TPU ?v\d[a-z]?)s?\b(?!\s+equivalents)")]
    private static partial Regex Chip();
}
