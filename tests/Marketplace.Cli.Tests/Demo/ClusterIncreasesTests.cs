using System.Collections.Immutable;
using Marketplace.Cli.Demo.Sources;
using Marketplace.Cli.Demo.Supply;

namespace Marketplace.Cli.Tests.Demo;

public sealed class ClusterIncreasesTests
{
    private static readonly ClusterRecord Plain = new(
        "Cluster", "Existing", "Confirmed", false, "", "Norway", "Oslo", new DateOnly(2024, 1, 1), 10_000_000, "NVIDIA H100 SXM5 80GB", 7_000, "", "");

    private readonly ImmutableArray<Skip>.Builder skips = ImmutableArray.CreateBuilder<Skip>();

    [Fact]
    public void A_cluster_lists_its_power_and_count()
    {
        var increase = Assert.Single(Increases(Plain));
        Assert.Equal((10_000_000, 7_000), (increase.FacilityWatts, increase.Count));
    }

    [Fact]
    public void A_cluster_that_builds_upon_another_adds_what_it_has_beyond_it()
    {
        var increases = Increases(Plain, Plain with { Name = "Phase 2", BuildsUpon = "Cluster", FacilityWatts = 25_000_000, Quantity = 17_000 });
        Assert.Equal([(10_000_000L, 7_000L), (15_000_000L, 10_000L)], increases.Select(increase => (increase.FacilityWatts, increase.Count!.Value)));
    }

    [Fact]
    public void A_cluster_that_replaces_the_accelerator_keeps_its_own_count()
    {
        var increases = Increases(
            Plain with { Chip = "NVIDIA A100" }, Plain with { Name = "Phase 2", BuildsUpon = "Cluster", FacilityWatts = 12_000_000, Quantity = 1_500 });
        Assert.Equal((2_000_000, 1_500), (increases[1].FacilityWatts, increases[1].Count));
    }

    [Fact]
    public void Two_forms_of_one_model_are_one_accelerator() =>
        Assert.Single(Increases(Plain with { Chip = "NVIDIA A100 SXM4 40 GB", SecondChip = "NVIDIA A100 SXM4 80 GB" }));

    public static TheoryData<string> Reasons => [.. Cases.Keys];

    private static readonly Dictionary<string, (ClusterRecord Record, SkipReason Reason)> Cases = new()
    {
        ["planned"] = (Plain with { Status = "Planned" }, SkipReason.NotOperational),
        ["decommissioned"] = (Plain with { Status = "Decommissioned" }, SkipReason.NotOperational),
        ["unlikely"] = (Plain with { Certainty = "Unlikely" }, SkipReason.NotConfirmed),
        ["duplicate"] = (Plain with { PossibleDuplicate = true }, SkipReason.PossibleDuplicate),
        ["at a campus"] = (Plain with { Place = "3231 Riverport Rd, Memphis, TN 38109" }, SkipReason.SameSite),
        ["undated"] = (Plain with { Date = null }, SkipReason.Undated),
        ["later"] = (Plain with { Date = new DateOnly(2025, 12, 1) }, SkipReason.Later),
        ["unnamed"] = (Plain with { Chip = "" }, SkipReason.Unnamed),
        ["two accelerators"] = (Plain with { SecondChip = "NVIDIA L40" }, SkipReason.SeveralAccelerators),
        ["no power"] = (Plain with { FacilityWatts = null }, SkipReason.NoPower),
    };

    [Theory]
    [MemberData(nameof(Reasons))]
    public void A_cluster_that_lists_nothing_says_why(string name)
    {
        var (record, reason) = Cases[name];
        Assert.Empty(Increases(record));
        Assert.Equal(reason, Assert.Single(skips).Reason);
    }

    [Fact]
    public void A_cluster_no_larger_than_what_it_builds_upon_adds_nothing()
    {
        Assert.Single(Increases(Plain, Plain with { Name = "Phase 2", BuildsUpon = "Cluster" }));
        Assert.Equal(SkipReason.NoIncrease, Assert.Single(skips).Reason);
    }

    private List<Increase> Increases(params ClusterRecord[] clusters) =>
    [
        .. ClusterIncreases.Of(
            [.. clusters],
            [new CampusPoint("Campus", "", "3231 Riverport Rd, Memphis, TN 38109", new DateOnly(2024, 1, 1), 1, "")], new DateOnly(2025, 11, 30), skips),
    ];
}
