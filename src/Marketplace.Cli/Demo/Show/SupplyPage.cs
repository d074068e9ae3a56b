using Marketplace.Cli.Demo.Scenarios;
using Marketplace.Cli.Demo.Supply;
using Spectre.Console;

namespace Marketplace.Cli.Demo.Show;

/// <summary>What came on line, what was left out and why, and where prices come from.</summary>
internal static class SupplyPage
{
    public static void Show(Screen screen, Scenario scenario)
    {
        var supply = scenario.Supply;
        var table = Screen.Columns("accelerator", "zone", "on line in", "|facility MW", "|critical-IT MW", "|accelerators", "|records");
        foreach (var group in supply.Listings.GroupBy(listing => (listing.Accelerator, listing.Zone))
            .OrderByDescending(group => group.Sum(listing => listing.CriticalWatts)).ThenBy(group => group.Key))
        {
            var quarters = group.Select(listing => listing.Quarter).Distinct().Order(StringComparer.Ordinal).ToList();
            Row(table, group.Key.Accelerator, group.Key.Zone, quarters.Count == 1 ? quarters[0] : $"{quarters[0]} .. {quarters[^1]}",
                Megawatts(group.Sum(listing => listing.FacilityWatts)), Megawatts(group.Sum(listing => listing.CriticalWatts)),
                Amounts.Count(group.Sum(listing => listing.Attested)), Amounts.Count(group.Count()));
        }

        screen.Show(table);
        var amd = supply.Listings.Where(listing => listing.Accelerator.StartsWith("MI", StringComparison.Ordinal)).Sum(listing => listing.CriticalWatts);
        screen.Say($"{supply.Listings.Length} increases, {Megawatts(supply.Listings.Sum(listing => listing.FacilityWatts))} MW of facilities, "
            + $"{Megawatts(supply.Listings.Sum(listing => listing.CriticalWatts))} MW critical IT at a PUE of 1.25; {Megawatts(amd)} MW of it AMD.");
        screen.Say($"{supply.Skips.Length} records skipped: " + string.Join("; ", supply.Skips.GroupBy(skip => skip.Reason).OrderByDescending(reason => reason.Count())
            .Select(reason => $"{reason.Count()} {reason.Key.Words()}")) + ".");
        screen.Say("Prices: " + string.Join("; ", scenario.Bases.Select(basis => basis.Words)) + ".");
    }

    /// <summary>Adds a row of plain text.</summary>
    public static void Row(Table table, params IEnumerable<string> cells) => table.AddRow(cells.Select(cell => new Text(cell)));

    private static string Megawatts(long watts) => Amounts.Count(watts / 1_000_000);
}
