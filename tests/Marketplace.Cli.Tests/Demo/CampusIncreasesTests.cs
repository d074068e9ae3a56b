using System.Collections.Immutable;
using Marketplace.Cli.Demo.Sources;
using Marketplace.Cli.Demo.Supply;

namespace Marketplace.Cli.Tests.Demo;

public sealed class CampusIncreasesTests
{
    private static readonly DateOnly End = new(2025, 10, 31);
    private readonly ImmutableArray<Skip>.Builder skips = ImmutableArray.CreateBuilder<Skip>();

    [Fact]
    public void Only_increases_are_listed() =>
        Assert.Equal(["2024-08-11 44 H100 25000", "2024-09-02 130 H100 75000"], Increases(
            ("2024-04-24", 0, "Construction starts"),
            ("2024-08-11", 44, "25k H100s"),
            ("2024-09-02", 174, "100k H100s online"),
            ("2024-11-12", 174, "")));

    [Fact]
    public void New_power_is_shared_by_the_new_counts() =>
        Assert.Equal(["2024-09-02 174 H100 100000", "2025-02-17 87 H100 50000", "2025-02-17 87 H200 50000"], Increases(
            ("2024-09-02", 174, "100k H100s online"),
            ("2025-02-17", 348, "150k H100s and 50k H200s online")));

    [Fact]
    public void Power_that_falls_and_comes_back_is_counted_once() =>
        Assert.Equal(["2024-08-11 400 H100 25000", "2025-09-17 50 H100 10000"], Increases(
            ("2024-08-11", 400, "25k H100s"),
            ("2025-01-01", 300, ""),
            ("2025-09-17", 450, "35k H100s")));

    [Fact]
    public void Power_that_falls_and_stays_away_is_taken_off_the_latest()
    {
        Assert.Equal(["2024-08-11 348 H100 25000"], Increases(
            ("2024-08-11", 349, "25k H100s"),
            ("2025-07-22", 424, "30k B200s added (in GB200 configuration)"),
            ("2025-09-17", 348, "")));
        Assert.Equal([75_000_000, 1_000_000], skips.Where(skip => skip.Reason == SkipReason.FellAgain).Select(skip => skip.FacilityWatts));
    }

    [Fact]
    public void A_later_look_at_the_same_power_may_name_the_accelerator() =>
        Assert.Equal(["2025-06-23 478 Trainium2 500000"], Increases(
            ("2025-06-23", 478, "Buildings 1-7 are operational"),
            ("2025-10-17", 478, "about 500,000 Trainium2 chips")));

    [Fact]
    public void A_rise_that_names_no_accelerator_is_skipped()
    {
        Assert.Empty(Increases(("2025-09-26", 295, "Building 1 and 2 fully operational")));
        Assert.Equal(new Skip(SkipReason.Unnamed, "Campus, 2025-09-26", "", 295_000_000), Assert.Single(skips));
    }

    [Fact]
    public void What_is_dated_later_is_skipped_as_later()
    {
        Assert.Single(Increases(("2025-10-19", 276, "110,000 GB200"), ("2026-02-17", 1379, "550,000 GB200")));
        Assert.Equal(SkipReason.Later, Assert.Single(skips).Reason);
    }

    [Fact]
    public void A_campus_without_power_is_skipped_once()
    {
        Assert.Empty(Increases(("2024-05-31", 0, "Land clearing"), ("2025-05-31", 0, "Roof complete")));
        Assert.Equal(SkipReason.NoPower, Assert.Single(skips).Reason);
    }

    private List<string> Increases(params (string Date, long Megawatts, string Words)[] points) =>
    [
        .. CampusIncreases.Of([.. points.Select(point => new CampusPoint(
            "Campus", "", "Memphis, TN 38109", DateOnly.Parse(point.Date), point.Megawatts * 1_000_000, point.Words))], End, skips)
            .Select(increase => $"{increase.Date:yyyy-MM-dd} {increase.FacilityWatts / 1_000_000} {increase.Chip} {increase.Count}"),
    ];
}
