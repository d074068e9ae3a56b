using System.CommandLine;
using Gwh.Marketplace.V1;
using Marketplace.Cli.Screens;
using Marketplace.Cli.Units;

namespace Marketplace.Cli.Commands;

/// <summary>What is typed for a new order of a side, and the request it makes: limit, market, stop or stop-limit by which prices are given.</summary>
internal sealed class NewOrderInputs
{
    private readonly Side _side;
    private readonly Argument<string> _instrument = Inputs.Text("instrument", "The instrument, such as H100-USEAST-2027Q1");
    private readonly Argument<QuantityText> _quantity;
    private readonly Argument<PriceText?> _price;
    private readonly Option<PriceText?> _worst = Inputs.Price("--worst-price", "Worst price of a market or stop order; the collar where not given");
    private readonly Option<PriceText?> _stop = Inputs.Price("--stop", "Makes it a stop order, without a limit: the last trade price at which it acts as a market order");
    private readonly Option<PriceText?> _stopLimit = Inputs.Price("--stop-limit", "Makes it a stop-limit order, with a limit: the last trade price at which it acts as a limit order");
    private readonly Option<QuantityText?> _display = Inputs.QuantityOption("--display", "Makes it an iceberg: as much is shown at once");
    private readonly Option<string?> _force = Inputs.OneOf<TimeInForce>("--time-in-force", "How long it stands; ioc for a market order, gtc for any other where not given");
    private readonly Option<Google.Protobuf.WellKnownTypes.Timestamp?> _expires = Inputs.Time("--expires", "When it expires; makes it gtd");
    private readonly Option<bool> _postOnly = Inputs.Flag("--post-only", "Refuse it rather than trade at once");
    private readonly Option<string?> _prevention = Inputs.OneOf<SelfTradePrevention>("--stp", "Self-trade prevention; the instrument's where not given");
    private readonly Option<long> _sequence = Inputs.Number("--if-sequence", "Refuse it unless the book is at this sequence, as 'gwh order preview' tells it");

    public NewOrderInputs(Side side)
    {
        _side = side;
        _prevention.Aliases.Add("--self-trade");
        _quantity = Inputs.Quantity(
            $"Quantity: 1.5GWh, 300MWh, 266880kWh, \"8xH100 24h\", \"8xH100\" for the whole period; accelerators are rounded {(side == Side.Bid ? "up" : "down")} to the lot");
        _price = Inputs.PriceArgument(
            $"Limit: $1.52M/GWh, $2.11/GPUh, or a number of USD per GWh; per GPU-hour is rounded {(side == Side.Bid ? "down" : "up")} to the tick. Not given: a market or stop order");
    }

    public Symbol[] All => [_instrument, _quantity, _price, _worst, _stop, _stopLimit, _display, _force, _expires, _postOnly, _prevention, _sequence];

    public async Task<PlaceOrderRequest> Request(Asked asked, string id)
    {
        var limit = asked.Get(_price);
        var type = TypeOf(asked, limit is not null);
        var standing = EnumText.Parse<TimeInForce>(asked.Get(_force));
        var instrument = asked.Get(_instrument);
        return new()
        {
            ClientOrderId = id,
            InstrumentId = instrument,
            Side = _side,
            Type = type,
            QuantityKwh = await OrderSizes.Kwh(asked, asked.Get(_quantity), instrument, _side),
            PriceUsdPerGwh = await Price(asked, limit ?? asked.Get(_worst)),
            StopPriceUsdPerGwh = await Price(asked, asked.Get(_stop) ?? asked.Get(_stopLimit)),
            DisplayKwh = asked.Get(_display) is { } tip ? await OrderSizes.Kwh(asked, tip, instrument, _side) : 0,
            TimeInForce = standing == TimeInForce.Unspecified && asked.Has(_expires) ? TimeInForce.Gtd : standing,
            ExpireTime = asked.Get(_expires),
            PostOnly = asked.Get(_postOnly),
            SelfTradePrevention = EnumText.Parse<SelfTradePrevention>(asked.Get(_prevention)),
            IfBookSequence = asked.Get(_sequence),
        };
    }

    private OrderType TypeOf(Asked asked, bool hasLimit)
    {
        if (hasLimit && asked.Has(_worst))
        {
            throw new UsageException("A limit order has no --worst-price.");
        }

        if (asked.Has(_stop) && (hasLimit || asked.Has(_stopLimit)))
        {
            throw new UsageException("A stop order with a limit is --stop-limit PRICE; --stop acts as a market order.");
        }

        if (asked.Has(_stopLimit) && !hasLimit)
        {
            throw new UsageException("A --stop-limit order needs a limit; without one it is --stop PRICE.");
        }

        return asked.Has(_stop) ? OrderType.Stop : asked.Has(_stopLimit) ? OrderType.StopLimit : hasLimit ? OrderType.Limit : OrderType.Market;
    }

    private async Task<long> Price(Asked asked, PriceText? typed) => typed is { } known ? await OrderSizes.UsdPerGwh(asked, known, asked.Get(_instrument), _side) : 0;
}
