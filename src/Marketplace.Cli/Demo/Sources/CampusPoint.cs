namespace Marketplace.Cli.Demo.Sources;

/// <summary>One dated point of a campus in the public records: what the whole facility draws since then, cumulative.</summary>
/// <param name="Campus">Name of the campus as recorded.</param>
/// <param name="Owner">Owner as recorded, without the recorder's certainty mark; may be empty.</param>
/// <param name="Place">Address as recorded.</param>
/// <param name="Date">The day the point holds from.</param>
/// <param name="FacilityWatts">Whole-facility power, watts, cumulative; may fall.</param>
/// <param name="Text">What the record says happened; the only place where a campus names its accelerators.</param>
internal sealed record CampusPoint(string Campus, string Owner, string Place, DateOnly Date, long FacilityWatts, string Text);
