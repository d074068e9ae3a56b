using System.CommandLine;
using System.Globalization;
using Gwh.Marketplace.V1;
using Marketplace.Cli.Screens;
using Marketplace.Cli.Units;

namespace Marketplace.Cli.Commands;

/// <summary>gwh venue</summary>
internal static class VenueCommands
{
    public static Command Create(Verbs verbs) => Verbs.Noun("venue", "The venue: its time and its limits", ShowOne(verbs), AdvanceClock(verbs), ConfirmClock(verbs));

    private static Command ShowOne(Verbs verbs) => verbs.Read("show", "Shows the venue's time and limits", [],
        async asked => await asked.Client.Catalog.GetVenueAsync(new(), cancellationToken: asked.Cancellation),
        (asked, answer) => Show(asked, answer.Venue));

    private static Command AdvanceClock(Verbs verbs)
    {
        var time = Inputs.TimeArgument("time", "The new time: 2027-01-01T12:00Z; now or later");
        return verbs.Write("advance-clock", "Moves a manual clock forward (operator)", [time],
            async asked => await asked.Client.Admin.AdvanceClockAsync(new() { RequestId = asked.RequestId, AdvanceToTime = asked.Get(time) }, cancellationToken: asked.Cancellation),
            (asked, answer) => Show(asked, answer.Venue));
    }

    private static Command ConfirmClock(Verbs verbs) => verbs.Write("confirm-clock", "Confirms the wall clock after a jump (operator)", [],
        async asked => await asked.Client.Admin.ConfirmClockAsync(new() { RequestId = asked.RequestId }, cancellationToken: asked.Cancellation),
        (asked, answer) => Show(asked, answer.Venue));

    private static Task Show(Asked asked, Venue venue)
    {
        asked.Screen.Facts(
            ("time", TimeText.Format(venue.Now)), ("clock", EnumText.Format(venue.ClockMode) + (venue.ClockHalted ? ", halted" : "")), ("ids kept for", Words(venue.IdWindow)),
            ("orders a batch", Number(venue.MaxBatchOrders)), ("message bytes", Number(venue.MaxMessageBytes)), ("session window", Number(venue.SessionWindow)),
            ("instruments a stream", Number(venue.MaxStreamInstruments)), ("levels a side", Number(venue.MaxBookDepth)), ("heartbeat", Words(venue.HeartbeatInterval)),
            ("settlement cycle", Words(venue.SettlementCycle)));
        return Task.CompletedTask;
    }

    private static string Words(Google.Protobuf.WellKnownTypes.Duration? duration) => duration is null ? "" : $"{duration.ToTimeSpan():c}";

    private static string Number(int number) => number.ToString("N0", CultureInfo.InvariantCulture);
}
