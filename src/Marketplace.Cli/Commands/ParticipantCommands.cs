using System.CommandLine;
using System.Globalization;
using Gwh.Marketplace.V1;

namespace Marketplace.Cli.Commands;

/// <summary>gwh participant</summary>
internal static class ParticipantCommands
{
    public static Command Create(Verbs verbs) => Verbs.Noun("participant", "Participants, each with one account",
        CreateParticipant(verbs), List(verbs), SetLimits(verbs), Suspend(verbs), Resume(verbs));

    private static Command CreateParticipant(Verbs verbs)
    {
        var participant = Inputs.Text("participant", "Id of the new participant: 1 to 64 characters of [A-Za-z0-9_.-]");
        var firm = Inputs.Required("--firm", "Its firm", "FIRM");
        var limits = new LimitOptions();
        return verbs.Write("create", "Enters a participant, with an account", [participant, firm, .. limits.All],
            async asked => await asked.Client.Admin.CreateParticipantAsync(
                new() { RequestId = asked.RequestId, ParticipantId = asked.Get(participant), FirmId = asked.Get(firm), Limits = limits.Of(asked) }, cancellationToken: asked.Cancellation),
            (asked, answer) => Show(asked, [answer.Participant]));
    }

    private static Command List(Verbs verbs)
    {
        var firm = Inputs.Text("--firm", "Only of this firm", "FIRM");
        return verbs.List("list", "Lists participants", [firm],
            async (asked, size, token) => await asked.Client.Admin.ListParticipantsAsync(
                new() { FirmId = asked.Get(firm), PageSize = size, PageToken = token }, cancellationToken: asked.Cancellation),
            page => page.Participants, page => page.NextPageToken, Show);
    }

    private static Command SetLimits(Verbs verbs)
    {
        var participant = Inputs.Text("participant", "The participant");
        var limits = new LimitOptions();
        return verbs.Write("set-limits", "Sets what a participant may use; give all three", [participant, .. limits.All],
            async asked => await asked.Client.Admin.SetParticipantLimitsAsync(
                new() { RequestId = asked.RequestId, ParticipantId = asked.Get(participant), Limits = limits.Of(asked) }, cancellationToken: asked.Cancellation),
            (asked, answer) => Show(asked, [answer.Participant]));
    }

    private static Command Suspend(Verbs verbs)
    {
        var participant = Inputs.Text("participant", "The participant");
        return verbs.Write("suspend", "Suspends a participant: no new orders, its open ones are cancelled", [participant],
            async asked => await asked.Client.Admin.SuspendParticipantAsync(
                new() { RequestId = asked.RequestId, ParticipantId = asked.Get(participant) }, cancellationToken: asked.Cancellation),
            (asked, answer) => Show(asked, [answer.Participant]));
    }

    private static Command Resume(Verbs verbs)
    {
        var participant = Inputs.Text("participant", "The participant");
        return verbs.Write("resume", "Lets a suspended participant trade again", [participant],
            async asked => await asked.Client.Admin.ResumeParticipantAsync(
                new() { RequestId = asked.RequestId, ParticipantId = asked.Get(participant) }, cancellationToken: asked.Cancellation),
            (asked, answer) => Show(asked, [answer.Participant]));
    }

    private static Task Show(Asked asked, IReadOnlyList<Participant> participants)
    {
        asked.Screen.Table(["participant", "firm", "state", ">orders/s", ">open orders", ">streams"], participants.Select(participant => new[]
        {
            participant.ParticipantId, participant.FirmId, participant.Suspended ? "suspended" : "active", Number(participant.Limits.OrdersPerSecond),
            Number(participant.Limits.MaxOpenOrders), Number(participant.Limits.MaxStreams),
        }));
        return Task.CompletedTask;
    }

    private static string Number(int number) => number.ToString("N0", CultureInfo.InvariantCulture);

    /// <summary>The limits of a participant; not given is the venue's default for a new one.</summary>
    private sealed class LimitOptions
    {
        private readonly Option<int> _orders = new("--orders-per-second") { Description = "Orders, cancels and changes a second, 1 to 10,000,000", HelpName = "NUMBER" };
        private readonly Option<int> _open = new("--max-open-orders") { Description = "Open orders at once, 1 to 4,000,000", HelpName = "NUMBER" };
        private readonly Option<int> _streams = new("--max-streams") { Description = "Streams at once, 1 to 10,000", HelpName = "NUMBER" };

        public IEnumerable<Symbol> All => [_orders, _open, _streams];

        public ParticipantLimits Of(Asked asked) => new() { OrdersPerSecond = asked.Get(_orders), MaxOpenOrders = asked.Get(_open), MaxStreams = asked.Get(_streams) };
    }
}
