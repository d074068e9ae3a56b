using System.CommandLine;
using Gwh.Marketplace.V1;
using Marketplace.Cli.Screens;
using Marketplace.Cli.Units;
using Marketplace.Client.Errors;

namespace Marketplace.Cli.Commands;

/// <summary>gwh order</summary>
internal static class OrderCommands
{
    public static Command Create(Verbs verbs) => Verbs.Noun("order", "Orders: bid, ask, preview, cancel, replace, reduce, cancel-all",
        Place(verbs, "bid", "Bids for tokens; a market order where no price is given", Side.Bid),
        Place(verbs, "ask", "Asks for tokens held; a market order where no price is given", Side.Ask),
        OrderPreviewCommands.Create(verbs), Cancel(verbs), Replace(verbs), Reduce(verbs), CancelAllCommand.Create(verbs), ShowOne(verbs), List(verbs));

    private static Command Place(Verbs verbs, string verb, string description, Side side)
    {
        var inputs = new NewOrderInputs(side);
        return verbs.Place(verb, description, inputs.All,
            async asked => await asked.Client.Trading.PlaceOrderAsync(await inputs.Request(asked, asked.RequestId), cancellationToken: asked.Cancellation),
            (asked, answer) => Show(asked, answer.Order));
    }

    private static Command Cancel(Verbs verbs)
    {
        var order = Inputs.Text("order", "Your id of the order");
        return verbs.Write("cancel", "Cancels what is open of an order", [order],
            async asked => await asked.Client.Trading.CancelOrderAsync(
                new() { RequestId = asked.RequestId, ClientOrderId = asked.Get(order) }, cancellationToken: asked.Cancellation),
            (asked, answer) => Show(asked, answer.Order));
    }

    private static Command Replace(Verbs verbs)
    {
        var order = Inputs.Text("order", "Your id of the order");
        var price = Inputs.Price("--price", "New price; as it is where not given");
        var quantity = Inputs.QuantityOption("--quantity", "New open quantity; as it is where not given");
        var stop = Inputs.Price("--stop", "New stop price of an order that waits for one; as it is where not given");
        return verbs.Write("replace", "Gives an order a new price, open quantity or stop price; it keeps its turn only at its price with less", [order, price, quantity, stop],
            async asked =>
            {
                var request = new ReplaceOrderRequest { RequestId = asked.RequestId, ClientOrderId = asked.Get(order) };
                if (asked.Get(price) is not null || asked.Get(quantity) is not null || asked.Get(stop) is not null)
                {
                    var now = (await asked.Client.Trading.GetOrderAsync(new() { ClientOrderId = asked.Get(order) }, cancellationToken: asked.Cancellation)).Order;
                    request.PriceUsdPerGwh = asked.Get(price) is { } known ? await OrderSizes.UsdPerGwh(asked, known, now.InstrumentId, now.Side) : 0;
                    request.StopPriceUsdPerGwh = asked.Get(stop) is { } stopped ? await OrderSizes.UsdPerGwh(asked, stopped, now.InstrumentId, now.Side) : 0;
                    request.QuantityKwh = asked.Get(quantity) is { } size ? await OrderSizes.Kwh(asked, size, now.InstrumentId, now.Side) : 0;
                }

                return await asked.Client.Trading.ReplaceOrderAsync(request, cancellationToken: asked.Cancellation);
            },
            (asked, answer) => Show(asked, answer.Order));
    }

    private static Command Reduce(Verbs verbs)
    {
        var order = Inputs.Text("order", "Your id of the order");
        var quantity = Inputs.Quantity("What is to stay open: 1.5GWh, 300MWh, or a number of kWh");
        return verbs.Write("reduce", "Lowers what is open of an order; it keeps its turn", [order, quantity],
            async asked => await asked.Client.Trading.ReduceOrderAsync(
                new()
                {
                    RequestId = asked.RequestId,
                    ClientOrderId = asked.Get(order),
                    QuantityKwh = asked.Get(quantity).ToKwh(out var wrong) ?? throw new UsageException(wrong),
                },
                cancellationToken: asked.Cancellation),
            (asked, answer) => Show(asked, answer.Order));
    }

    private static Command ShowOne(Verbs verbs)
    {
        var order = Inputs.Text("order", "The owner's id of the order");
        var participant = Inputs.Text("--participant", "Whose; one's own where not given", "PARTICIPANT");
        return verbs.Read("show", "Shows an order, open or ended", [order, participant],
            async asked => await asked.Client.Trading.GetOrderAsync(
                new() { ClientOrderId = asked.Get(order), ParticipantId = asked.Get(participant) }, cancellationToken: asked.Cancellation),
            (asked, answer) => Show(asked, answer.Order));
    }

    private static Command List(Verbs verbs)
    {
        var instrument = Inputs.Text("--instrument", "Only of this instrument", "INSTRUMENT");
        var participant = Inputs.Text("--participant", "Whose; one's own where not given", "PARTICIPANT");
        return verbs.List("list", "Lists open orders", [instrument, participant],
            async (asked, size, token) => await asked.Client.Trading.ListOpenOrdersAsync(
                new() { InstrumentId = asked.Get(instrument), ParticipantId = asked.Get(participant), PageSize = size, PageToken = token }, cancellationToken: asked.Cancellation),
            page => page.Orders, page => page.NextPageToken,
            async (asked, orders) =>
            {
                var watts = await asked.RatedWatts(orders.Select(order => order.InstrumentId));
                asked.Screen.Table(["order", "instrument", "side", ">price", ">per GPU-hour", ">stop", ">open", ">filled", "until"], orders.Select(order => new[]
                {
                    order.ClientOrderId, order.InstrumentId, EnumText.Format(order.Side), PriceText.Format(order.PriceUsdPerGwh),
                    PriceText.FormatPerGpuHour(order.PriceUsdPerGwh, watts[order.InstrumentId]),
                    order.Status == OrderStatus.Untriggered ? PriceText.Format(order.StopPriceUsdPerGwh) : "", QuantityText.Format(order.OpenKwh), QuantityText.Format(order.FilledKwh),
                    order.ExpireTime is null ? EnumText.Format(order.TimeInForce) : TimeText.Format(order.ExpireTime),
                }));
            });
    }

    /// <summary>The effective terms, as the venue echoes them, and how far the order is.</summary>
    internal static async Task Show(Asked asked, Order order)
    {
        var watts = (await asked.Instrument(order.InstrumentId)).RatedWatts;
        var average = order.FilledKwh == 0 ? "" : $", {Dollars.Format(order.FilledNotionalMicros)} in all";
        asked.Screen.Facts(
            ("order", order.ClientOrderId),
            ("status", EnumText.Format(order.Status) + (order.Reason == RejectReason.Unspecified ? "" : $" ({order.Reason.WireName()})")),
            ("terms", $"{EnumText.Format(order.Side)} {QuantityText.Format(order.QuantityKwh)} of {order.InstrumentId}, {EnumText.Format(order.Type)}"),
            ("price", PriceText.Format(order.PriceUsdPerGwh, watts)),
            ("stop", order.StopPriceUsdPerGwh == 0 ? "" : PriceText.Format(order.StopPriceUsdPerGwh, watts)),
            ("shown", order.DisplayKwh == 0 ? "" : $"{QuantityText.Format(order.DisplayKwh)} at once"),
            ("stands", EnumText.Format(order.TimeInForce) + (order.ExpireTime is null ? "" : $" {TimeText.Format(order.ExpireTime)}") + (order.PostOnly ? ", post-only" : "")),
            ("self-trade", EnumText.Format(order.SelfTradePrevention)),
            ("fees", $"maker {order.MakerFeeBps} bps, taker {order.TakerFeeBps} bps; charged {Dollars.Format(order.FeeMicros)}"),
            ("filled", QuantityText.Format(order.FilledKwh) + average), ("open", QuantityText.Format(order.OpenKwh)),
            ("held", order.Side == Side.Bid ? Dollars.Format(order.HoldMicros) : QuantityText.Format(order.HoldKwh)),
            ("session", order.SessionId), ("in the book", order.OrderId == 0 ? "" : $"order {order.OrderId}, sequence {order.BookSequence}"), ("at", order.EventTime is null ? "" : TimeText.Format(order.EventTime)));
    }
}
