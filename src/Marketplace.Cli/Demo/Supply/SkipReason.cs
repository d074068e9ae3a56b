namespace Marketplace.Cli.Demo.Supply;

/// <summary>Why a record lists no capacity.</summary>
internal enum SkipReason
{
    NotOperational,
    NotConfirmed,
    PossibleDuplicate,
    SameSite,
    Undated,
    Later,
    FellAgain,
    NoPower,
    NoIncrease,
    Unnamed,
    SeveralAccelerators,
    Unrated,
    PlaceUnknown,
    TooSmall,
}

/// <summary>A record that lists no capacity.</summary>
/// <param name="Reason">The first reason met.</param>
/// <param name="Record">The record's name, with its date where it has several.</param>
/// <param name="Accelerator">The accelerator it names; empty when it names none.</param>
/// <param name="FacilityWatts">Power it would have listed, watts; 0 when not recorded.</param>
internal readonly record struct Skip(SkipReason Reason, string Record, string Accelerator, long FacilityWatts);

/// <summary>The reasons in words.</summary>
internal static class SkipReasons
{
    public static string Words(this SkipReason reason) => reason switch
    {
        SkipReason.NotOperational => "planned or decommissioned",
        SkipReason.NotConfirmed => "neither confirmed nor likely",
        SkipReason.PossibleDuplicate => "possibly another record's cluster",
        SkipReason.SameSite => "at a campus that is already counted",
        SkipReason.Undated => "no date",
        SkipReason.Later => "dated after the market opens: not on line yet, or a projection",
        SkipReason.FellAgain => "power that fell again before the market opens",
        SkipReason.NoPower => "no power on line",
        SkipReason.NoIncrease => "no increase of power or count",
        SkipReason.Unnamed => "names no accelerator",
        SkipReason.SeveralAccelerators => "names several accelerators, power not told apart",
        SkipReason.Unrated => "accelerator without a rating",
        SkipReason.PlaceUnknown => "place not recorded",
        SkipReason.TooSmall => "less power than one accelerator",
        _ => throw new ArgumentOutOfRangeException(nameof(reason), reason, "No words for this reason."),
    };
}
