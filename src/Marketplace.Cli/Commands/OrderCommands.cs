using System.CommandLine;
using Gwh.Marketplace.V1;
using Marketplace.Cli.Screens;
using Marketplace.Cli.Units;
using Marketplace.Client.Errors;

namespace Marketplace.Cli.Commands;

/// <summary>gwh order</summary>
internal static class OrderCommands
{
    public static Command Create(Verbs verbs) => Verbs.Noun("order", "Orders: bid, ask, cancel, replace, reduce",
        Place(verbs, "bid", "Bids for tokens; a market order where no price is given", Side.Bid),
        Place(verbs, "ask", "Asks for tokens held; a market order where no price is given", Side.Ask),
        Cancel(verbs), Replace(verbs), Reduce(verbs), ShowOne(verbs), List(verbs));

    private static Command Place(Verbs verbs, string verb, string description, Side side)
    {
        var instrument = Inputs.Text("instrument", "The instrument, such as H100-USEAST-2027Q1");
        var quantity = Inputs.Quantity(
            $"Quantity: 1.5GWh, 300MWh, 266880kWh, \"8xH100 24h\", \"8xH100\" for the whole period; accelerators are rounded {(side == Side.Bid ? "up" : "down")} to the lot");
        var price = Inputs.PriceArgument(
            $"Limit: $1.52M/GWh, $2.11/GPUh, or a number of USD per GWh; per GPU-hour is rounded {(side == Side.Bid ? "down" : "up")} to the tick. Not given: a market order");
        var worst = Inputs.Price("--worst-price", "Worst price of a market order; the collar where not given");
        var force = Inputs.OneOf<TimeInForce>("--time-in-force", "How long it stands; gtc for a limit order, ioc for a market order where not given");
        var expires = Inputs.Time("--expires", "When it expires; makes it gtd");
        var postOnly = Inputs.Flag("--post-only", "Refuse it rather than trade at once");
        var prevention = Inputs.OneOf<SelfTradePrevention>("--self-trade", "Self-trade prevention; the instrument's where not given");
        return verbs.Place(verb, description, [instrument, quantity, price, worst, force, expires, postOnly, prevention],
            async asked =>
            {
                var limit = asked.Get(price);
                if (limit is not null && asked.Has(worst))
                {
                    throw new UsageException("A limit order has no --worst-price.");
                }

                var typed = limit ?? asked.Get(worst);
                var standing = EnumText.Parse<TimeInForce>(asked.Get(force));
                return await asked.Client.Trading.PlaceOrderAsync(
                    new()
                    {
                        ClientOrderId = asked.RequestId,
                        InstrumentId = asked.Get(instrument),
                        Side = side,
                        Type = limit is null ? OrderType.Market : OrderType.Limit,
                        QuantityKwh = await OrderSizes.Kwh(asked, asked.Get(quantity), asked.Get(instrument), side),
                        PriceUsdPerGwh = typed is { } known ? await OrderSizes.UsdPerGwh(asked, known, asked.Get(instrument), side) : 0,
                        TimeInForce = standing == TimeInForce.Unspecified && asked.Has(expires) ? TimeInForce.Gtd : standing,
                        ExpireTime = asked.Get(expires),
                        PostOnly = asked.Get(postOnly),
                        SelfTradePrevention = EnumText.Parse<SelfTradePrevention>(asked.Get(prevention)),
                    },
                    cancellationToken: asked.Cancellation);
            },
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
        return verbs.Write("replace", "Gives an order a new price, a new open quantity, or both; it keeps its turn only at its price with less", [order, price, quantity],
            async asked =>
            {
                var request = new ReplaceOrderRequest { RequestId = asked.RequestId, ClientOrderId = asked.Get(order) };
                if (asked.Get(price) is not null || asked.Get(quantity) is not null)
                {
                    var now = (await asked.Client.Trading.GetOrderAsync(new() { ClientOrderId = asked.Get(order) }, cancellationToken: asked.Cancellation)).Order;
                    request.PriceUsdPerGwh = asked.Get(price) is { } known ? await OrderSizes.UsdPerGwh(asked, known, now.InstrumentId, now.Side) : 0;
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
                asked.Screen.Table(["order", "instrument", "side", ">price", ">per GPU-hour", ">open", ">filled", "until"], orders.Select(order => new[]
                {
                    order.ClientOrderId, order.InstrumentId, EnumText.Format(order.Side), PriceText.Format(order.PriceUsdPerGwh),
                    PriceText.FormatPerGpuHour(order.PriceUsdPerGwh, watts[order.InstrumentId]), QuantityText.Format(order.OpenKwh), QuantityText.Format(order.FilledKwh),
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
            ("stands", EnumText.Format(order.TimeInForce) + (order.ExpireTime is null ? "" : $" {TimeText.Format(order.ExpireTime)}") + (order.PostOnly ? ", post-only" : "")),
            ("self-trade", EnumText.Format(order.SelfTradePrevention)),
            ("fees", $"maker {order.MakerFeeBps} bps, taker {order.TakerFeeBps} bps; charged {Dollars.Format(order.FeeMicros)}"),
            ("filled", QuantityText.Format(order.FilledKwh) + average), ("open", QuantityText.Format(order.OpenKwh)),
            ("held", order.Side == Side.Bid ? Dollars.Format(order.HoldMicros) : QuantityText.Format(order.HoldKwh)),
            ("in the book", order.OrderId == 0 ? "" : $"order {order.OrderId}, sequence {order.BookSequence}"), ("at", TimeText.Format(order.EventTime)));
    }
}
