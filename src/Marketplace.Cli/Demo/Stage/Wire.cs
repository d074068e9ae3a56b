using Google.Protobuf.WellKnownTypes;
using Gwh.Marketplace.V1;
using Marketplace.Cli.Demo.Scenarios;

namespace Marketplace.Cli.Demo.Stage;

/// <summary>The scenario's commands as the public contract spells them.</summary>
internal static class Wire
{
    private static readonly TimeSpan ValidFor = TimeSpan.FromHours(1);

    /// <summary>A batch sent at <paramref name="time"/>; it may be run within the hour, so that a repeat after a restart still can.</summary>
    public static SessionBatch ToWire(this Batch batch, DateTimeOffset time)
    {
        var wire = new SessionBatch { ValidUntil = (time + ValidFor).ToTimestamp() };
        wire.Commands.AddRange(batch.Commands.Select(ToWire));
        return wire;
    }

    private static SessionCommand ToWire(Scenarios.Command command) => command switch
    {
        Place place => new() { Place = ToWire(place) },
        Cancel cancel => new() { Cancel = new() { RequestId = cancel.Id, ClientOrderId = cancel.OrderId } },
        Replace replace => new() { Replace = new() { RequestId = replace.Id, ClientOrderId = replace.OrderId, PriceUsdPerGwh = replace.PriceUsdPerGwh } },
        Reduce reduce => new() { Reduce = new() { RequestId = reduce.Id, ClientOrderId = reduce.OrderId, QuantityKwh = reduce.OpenKwh } },
        _ => throw new ArgumentOutOfRangeException(nameof(command), command, "No such command."),
    };

    private static PlaceOrderRequest ToWire(Place place) => new()
    {
        ClientOrderId = place.Id,
        InstrumentId = place.InstrumentId,
        Side = ToWire(place.Side),
        Type = place.IsMarket ? OrderType.Market : OrderType.Limit,
        QuantityKwh = place.QuantityKwh,
        PriceUsdPerGwh = place.PriceUsdPerGwh,
        TimeInForce = place.Standing switch
        {
            Standing.GoodTillCancelled => TimeInForce.Gtc,
            Standing.GoodTillDate => TimeInForce.Gtd,
            Standing.ImmediateOrCancel => TimeInForce.Ioc,
            _ => TimeInForce.Fok,
        },
        ExpireTime = place.ExpireTime?.ToTimestamp(),
        PostOnly = place.PostOnly,
    };

    public static Gwh.Marketplace.V1.Side ToWire(this Scenarios.Side side) =>
        side == Scenarios.Side.Bid ? Gwh.Marketplace.V1.Side.Bid : Gwh.Marketplace.V1.Side.Ask;
}
