using System.CommandLine;
using Gwh.Marketplace.V1;
using Marketplace.Cli.Screens;
using Marketplace.Cli.Units;
using Marketplace.Client.Errors;

namespace Marketplace.Cli.Commands;

/// <summary>gwh order preview</summary>
internal static class OrderPreviewCommands
{
    public static Command Create(Verbs verbs) => Verbs.Noun("preview", "What a new order would do if it were sent now; nothing is sent",
        Of(verbs, "bid", "What a bid would do", Side.Bid), Of(verbs, "ask", "What an ask would do", Side.Ask));

    private static Command Of(Verbs verbs, string verb, string description, Side side)
    {
        var inputs = new NewOrderInputs(side);
        return verbs.Read(verb, description, inputs.All,
            async asked => await asked.Client.Trading.PreviewOrderAsync(new() { Order = await inputs.Request(asked, "") }, cancellationToken: asked.Cancellation),
            Show);
    }

    private static async Task Show(Asked asked, PreviewOrderResponse preview)
    {
        if (preview.Reason != RejectReason.Unspecified)
        {
            asked.Screen.Facts(("refused", preview.Reason.WireName()), ("field", preview.Field), ("as of", Sequence(preview)));
            return;
        }

        var order = preview.Order;
        var watts = (await asked.Instrument(order.InstrumentId)).RatedWatts;
        if (preview.Fills.Count > 0)
        {
            asked.Screen.Table([">fills", ">price", ">per GPU-hour", ">fee"], preview.Fills.Select(fill => new[]
            {
                QuantityText.Format(fill.QuantityKwh), PriceText.Format(fill.PriceUsdPerGwh), PriceText.FormatPerGpuHour(fill.PriceUsdPerGwh, watts), Dollars.Format(fill.FeeMicros),
            }));
        }

        await OrderCommands.Show(asked, order);
        asked.Screen.Facts(
            ("would rest", QuantityText.Format(preview.RestingKwh)),
            ("taken off", preview.DecrementedKwh == 0 ? "" : $"{QuantityText.Format(preview.DecrementedKwh)} by self-trade prevention"),
            ("held at entry", order.Side == Side.Bid ? Dollars.Format(preview.EntryHoldMicros) : QuantityText.Format(order.QuantityKwh)),
            ("as of", $"{Sequence(preview)}: send it with --if-sequence {preview.BookSequence}"));
    }

    private static string Sequence(PreviewOrderResponse preview) => preview.BookSequence == 0 ? "" : $"book sequence {preview.BookSequence}";
}
