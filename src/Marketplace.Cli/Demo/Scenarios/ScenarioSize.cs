namespace Marketplace.Cli.Demo.Scenarios;

/// <summary>How large the simulated market is.</summary>
/// <param name="Rounds">Least steps of the clock; more when more prices were published.</param>
/// <param name="MakerFirms">Firms of two market makers each.</param>
/// <param name="Buyers">Buyers, two to a firm.</param>
/// <param name="MakerPace">Rounds between two turns of a maker.</param>
/// <param name="BuyerPace">A buyer bids in one of so many rounds.</param>
/// <param name="SupplierPace">Rounds between two offers of a supplier.</param>
internal sealed record ScenarioSize(int Rounds, int MakerFirms, int Buyers, int MakerPace, int BuyerPace, int SupplierPace)
{
    /// <summary>About 300 participants and 50,000 orders.</summary>
    public static ScenarioSize Full { get; } = new(600, 30, 220, 12, 10, 40);
}
