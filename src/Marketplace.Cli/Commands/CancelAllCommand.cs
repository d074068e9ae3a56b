using System.CommandLine;
using System.Globalization;
using Gwh.Marketplace.V1;
using Marketplace.Cli.Screens;
using Marketplace.Cli.Units;

namespace Marketplace.Cli.Commands;

/// <summary>gwh order cancel-all</summary>
internal static class CancelAllCommand
{
    public static Command Create(Verbs verbs)
    {
        var instrument = Inputs.Text("--instrument", "Only of this instrument", "INSTRUMENT");
        var side = Inputs.OneOf<Side>("--side", "Only of this side");
        var session = Inputs.Text("--session", "Only entered through this session", "SESSION");
        var firm = Inputs.Flag("--firm", "Of every participant of your firm");
        var participant = Inputs.Text("--participant", "For the operator: of this participant", "PARTICIPANT");
        var firmId = Inputs.Text("--firm-id", "For the operator: of every participant of this firm", "FIRM");
        return verbs.Write("cancel-all", "Cancels all open orders, or those of a scope, and tells what came of each", [instrument, side, session, firm, participant, firmId],
            async asked => await asked.Client.Trading.MassCancelOrdersAsync(
                new()
                {
                    RequestId = asked.RequestId,
                    InstrumentId = asked.Get(instrument),
                    Side = EnumText.Parse<Side>(asked.Get(side)),
                    SessionId = asked.Get(session),
                    Firm = asked.Get(firm),
                    ParticipantId = asked.Get(participant),
                    FirmId = asked.Get(firmId),
                },
                cancellationToken: asked.Cancellation),
            Show);
    }

    private static Task Show(Asked asked, MassCancelOrdersResponse report)
    {
        var total = report.CancelledOrders + report.EndedOrders;
        if (report.Orders.Count > 0)
        {
            asked.Screen.Table(["participant", "order", "instrument", ">cancelled"], report.Orders.Select(order => new[]
            {
                order.ParticipantId, order.ClientOrderId, order.InstrumentId, order.CancelledKwh == 0 ? "had ended" : QuantityText.Format(order.CancelledKwh),
            }));
        }

        asked.Screen.Facts(
            ("cancelled", $"{report.CancelledOrders} orders, {QuantityText.Format(long.Parse(report.CancelledKwh, CultureInfo.InvariantCulture))}"),
            ("had ended", $"{report.EndedOrders} orders"), ("listed", total > report.Orders.Count ? $"{report.Orders.Count} of {total}" : ""));
        return Task.CompletedTask;
    }
}
