using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace Marketplace.Cli.Demo.Supply;

/// <summary>Capacity of one accelerator that came on line at one place, as the public records have it.</summary>
/// <param name="Site">Campus or cluster, by its recorded name.</param>
/// <param name="Owner">Recorded owner; may be empty. Nobody named takes part: a simulated supplier stands in.</param>
/// <param name="Accelerator">Id of the rated model that the record names.</param>
/// <param name="Zone">Zone of the recorded place.</param>
/// <param name="OnLine">The day the record dates it.</param>
/// <param name="FacilityWatts">Increase of whole-facility power, watts.</param>
/// <param name="CriticalWatts">FacilityWatts / 1.25, rounded down.</param>
/// <param name="Offered">Accelerators that this power carries at the rating, rounded down.</param>
/// <param name="Attested">Accelerators offered, but no more than the record counts where it counts them.</param>
/// <param name="Source">The file and row the figures are from.</param>
internal sealed record Listing(
    string Site, string Owner, string Accelerator, string Zone, DateOnly OnLine, long FacilityWatts, long CriticalWatts, long Offered, long Attested,
    string Source)
{
    /// <summary>The calendar quarter in which it came on line: 2024Q3.</summary>
    public string Quarter => string.Create(CultureInfo.InvariantCulture, $"{OnLine.Year:0000}Q{(OnLine.Month + 2) / 3}");

    /// <summary>What an attestor signs: SHA-256 over the figures and their source, lower-case hexadecimal.</summary>
    public string Evidence => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(string.Create(
        CultureInfo.InvariantCulture, $"{Source}|{Site}|{OnLine:yyyy-MM-dd}|{Accelerator}|{FacilityWatts}|{Attested}"))));
}
