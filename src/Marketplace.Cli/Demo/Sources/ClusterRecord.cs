namespace Marketplace.Cli.Demo.Sources;

/// <summary>One cluster of accelerators in the public records.</summary>
/// <param name="Name">Name as recorded.</param>
/// <param name="Status">"Existing", "Planned" or "Decommissioned".</param>
/// <param name="Certainty">"Confirmed", "Likely" or "Unlikely".</param>
/// <param name="PossibleDuplicate">The recorder suspects that another record is the same cluster.</param>
/// <param name="Owner">Owner as recorded; may be empty.</param>
/// <param name="Country">Country as recorded; may be empty.</param>
/// <param name="Place">Location as recorded; may be empty.</param>
/// <param name="Date">First operational day; null when not recorded.</param>
/// <param name="FacilityWatts">Whole-facility power, watts; null when not recorded.</param>
/// <param name="Chip">Primary accelerator as recorded; may be empty.</param>
/// <param name="Quantity">Accelerators of the primary kind; null when not recorded.</param>
/// <param name="SecondChip">Secondary accelerator as recorded; may be empty.</param>
/// <param name="BuildsUpon">Name of the earlier record that this one contains; may be empty.</param>
internal sealed record ClusterRecord(
    string Name, string Status, string Certainty, bool PossibleDuplicate, string Owner, string Country, string Place,
    DateOnly? Date, long? FacilityWatts, string Chip, long? Quantity, string SecondChip, string BuildsUpon);
