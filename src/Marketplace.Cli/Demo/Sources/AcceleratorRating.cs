namespace Marketplace.Cli.Demo.Sources;

/// <summary>The public figures of one accelerator model.</summary>
/// <param name="Id">Id in the venue's registry.</param>
/// <param name="Vendor">Maker.</param>
/// <param name="Generation">Architecture generation.</param>
/// <param name="RatedWatts">Critical-IT watts per accelerator: the all-in provisioned figure / 1.25; an estimate.</param>
/// <param name="DenseGflops">Dense 16-bit performance, GFLOP/s, without sparsity.</param>
internal sealed record AcceleratorRating(string Id, string Vendor, string Generation, int RatedWatts, long DenseGflops);
