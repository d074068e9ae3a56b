namespace Marketplace.Domain.Catalog;

/// <summary>
/// The registry's first entries. Ratings are public all-in provisioned figures per accelerator divided by 1.25 (PUE): estimates, versioned so that a better figure
/// becomes a new version. Dense performance is the vendor's published figure without sparsity.
/// </summary>
public static class ReferenceAccelerators
{
    private const string RatingSource = "Public all-in provisioned watts per accelerator / 1.25 PUE; estimate";

    /// <summary>All of them.</summary>
    public static readonly Accelerator[] All =
    [
        Of("A100", "NVIDIA", "A100 SXM4 80GB", "Ampere", 312_000, "BF16", 890),
        Of("H100", "NVIDIA", "H100 SXM5 80GB", "Hopper", 989_000, "BF16", 1390),
        Of("H200", "NVIDIA", "H200 SXM 141GB", "Hopper", 989_000, "BF16", 1390),
        Of("B200", "NVIDIA", "B200 SXM 192GB", "Blackwell", 2_250_000, "BF16", 1740),
        Of("GB200", "NVIDIA", "GB200 NVL72", "Blackwell", 2_500_000, "BF16", 1680),
        Of("MI300X", "AMD", "Instinct MI300X", "CDNA 3", 1_307_000, "BF16", 1430),
        Of("MI325X", "AMD", "Instinct MI325X", "CDNA 3", 1_307_000, "BF16", 1740),
        Of("MI355X", "AMD", "Instinct MI355X", "CDNA 4", 2_500_000, "BF16", 2120),
        Of("TPU7", "Google", "TPU v7 Ironwood", "TPU v7", 2_307_000, "BF16", 1090),
        Of("MI450", "AMD", "Instinct MI450", "CDNA 5", 0, "BF16", 0),
    ];

    private static Accelerator Of(string id, string vendor, string model, string generation, long gflops, string precision, long watts) => new()
    {
        Id = id,
        Vendor = vendor,
        Model = model,
        Generation = generation,
        DenseGflops = gflops,
        Precision = precision,
        Ratings = watts == 0 ? [] : [new Rating { Version = 1, Watts = watts, Source = RatingSource }],
        Source = "Vendor's public datasheet, dense",
    };
}
