namespace Marketplace.Cli.Demo.Supply;

/// <summary>
/// What the records call an accelerator, and the id of the rated model it is. Only forms the rating is of are mapped: a PCIe card, a GH200 or an
/// MI300A draws and does something else, so it stays unrated.
/// </summary>
internal static class AcceleratorNames
{
    /// <summary>The id in the registry, or null when no rating covers the recorded name.</summary>
    public static string? IdOf(string recorded) => recorded switch
    {
        "A100" or "NVIDIA A100" or "NVIDIA A100 SXM4 40 GB" or "NVIDIA A100 SXM4 80 GB" => "A100",
        "H100" or "NVIDIA H100 SXM5 80GB" => "H100",
        "H200" or "NVIDIA H200 SXM" => "H200",
        "B200" or "NVIDIA B200" => "B200",
        "GB200" or "NVIDIA GB200" => "GB200",
        "MI300X" or "AMD Instinct MI300X" => "MI300X",
        "MI325X" or "AMD Instinct MI325X" => "MI325X",
        "MI355X" or "AMD Instinct MI355X" => "MI355X",
        "TPUv7" or "TPU v7" or "Google TPU v7 Ironwood" => "TPU7",
        _ => null,
    };
}
