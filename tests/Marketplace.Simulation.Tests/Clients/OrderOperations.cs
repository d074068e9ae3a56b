using Marketplace.Domain.Accounts;
using Marketplace.Domain.Catalog;
using Marketplace.Domain.Instruments;
using Marketplace.Domain.Orders;
using Marketplace.Simulation.Tests.Machinery;

namespace Marketplace.Simulation.Tests.Clients;

/// <summary>What participants ask of orders: mostly near one price, on both sides, so that much of it meets.</summary>
internal sealed class OrderOperations(Venue venue, Prng random)
{
    private const int Remembered = 12;

    private static readonly SelfTradeMode[] PreventingModes =
    [
        SelfTradeMode.Unspecified, SelfTradeMode.CancelNewest, SelfTradeMode.CancelOldest, SelfTradeMode.CancelBoth, SelfTradeMode.DecrementAndCancel, SelfTradeMode.Reject,
    ];

    private readonly Dictionary<string, List<string>> _recent = Population.Everyone.ToDictionary(participant => participant, _ => new List<string>(), StringComparer.Ordinal);
    private readonly Dictionary<string, SessionConnection> _sessions = Population.Everyone.ToDictionary(participant => participant, participant => new SessionConnection(participant), StringComparer.Ordinal);
    private readonly List<OrderCall> _answered = [];
    private static readonly SessionTerms[] Terms =
    [
        new(CancelOnDisconnect: true, 0, 0), new(CancelOnDisconnect: true, 60 * Timestamp.MicrosPerSecond, 0), new(CancelOnDisconnect: true, 600 * Timestamp.MicrosPerSecond, 60 * Timestamp.MicrosPerSecond),
        new(CancelOnDisconnect: false, 0, 120 * Timestamp.MicrosPerSecond), default,
    ];

    private long _lastId;

    /// <summary>A new order.</summary>
    public OrderCall Place(string participant)
    {
        var instrument = Tradable();
        var id = $"{participant}-{++_lastId}";
        var type = random.Below(100) switch
        {
            < 7 => OrderType.Market,
            < 13 => OrderType.Stop,
            < 21 => OrderType.StopLimit,
            _ => OrderType.Limit,
        };
        var force = ForceOf(type);
        var lot = instrument.LotKwh;
        var rests = type is OrderType.Limit or OrderType.StopLimit && force is TimeInForce.Unspecified or TimeInForce.GoodTillDate;
        var isStop = type is OrderType.Stop or OrderType.StopLimit;
        var request = new OrderRequest
        {
            Kind = CommandKind.Place,
            ClientOrderId = id,
            Instrument = instrument,
            Side = participant is "sup" or "sal" ? (random.Chance(700) ? Side.Ask : Side.Bid) : random.Chance(550) ? Side.Bid : Side.Ask,
            Type = type,
            TimeInForce = force,
            PostOnly = type == OrderType.Limit && rests && random.Chance(100),
            SelfTrade = instrument.AllowSelfTrade ? (SelfTradeMode)random.Below(7) : random.Pick(PreventingModes),
            Price = type is OrderType.Market or OrderType.Stop && random.Chance(300) ? 0 : PriceOf(instrument),
            Quantity = random.Chance(5) ? Quantity.MaxOrderKwh / lot * lot : random.Between(1, 12) * lot,
            ExpiresAtMicros = force == TimeInForce.GoodTillDate ? venue.Time.Plus(random.Between(1, 2_000) * Timestamp.MicrosPerSecond).Micros : 0,
            DisplayKwh = rests && random.Chance(150) ? random.Between(1, 4) * lot : 0,
            StopPrice = isStop ? PriceOf(instrument) : 0,
            IfSequence = random.Chance(20) ? Math.Max(1, venue.Now<OrderBook>(Streams.Book(instrument.Id)).Sequence) : 0,
        };
        var recent = _recent[participant];
        if (recent.Count == Remembered)
        {
            recent.RemoveAt(0);
        }

        recent.Add(id);
        return Asked(participant, request);
    }

    /// <summary>A cancel of one of the last orders.</summary>
    public OrderCall? Cancel(string participant) => Change(participant, CommandKind.Cancel, 0, 0);

    /// <summary>A reduction of one of the last orders.</summary>
    public OrderCall? Reduce(string participant) => Change(participant, CommandKind.Reduce, random.Between(1, 6), 0);

    /// <summary>A replace of one of the last orders: price, quantity or both, up or down.</summary>
    public OrderCall? Replace(string participant) =>
        Change(participant, CommandKind.Replace, random.Chance(300) ? 0 : random.Between(1, 15), random.Chance(300) ? 0 : random.Between(96, 104));

    /// <summary>A cancel of a given order, when all is to end.</summary>
    public OrderCall CancelOf(string participant, string order) => Asked(participant, new() { Kind = CommandKind.Cancel, ClientOrderId = order, RequestId = $"r{++_lastId}" });

    /// <summary>Something happens to a participant's session: it is opened, resumed, broken, ended.</summary>
    public Call Session(string participant)
    {
        var (session, id) = (_sessions[participant], $"s{++_lastId}");
        return random.Below(10) switch
        {
            < 6 => session.Open(id, random.Pick(Terms)),
            < 9 => session.Break(id),
            _ => session.End(id, isSilent: random.Chance(500)),
        };
    }

    /// <summary>A cancel of many orders: of a participant or its firm, all of them or those of a scope.</summary>
    public Call MassCancel(string participant)
    {
        var scope = new CancelScope(
            random.Chance(500) ? random.Pick(Population.Instruments) : "", random.Chance(300) ? (Side)random.Between(1, 2) : Side.Unspecified, random.Chance(200) ? _sessions[participant].Session : "");
        var firm = Population.Everyone.Where(other => Population.FirmOf(other) == Population.FirmOf(participant)).Order(StringComparer.Ordinal).ToArray();
        return new MassCancelCall(participant, $"m{++_lastId}", scope, random.Chance(400) ? firm : [participant]);
    }

    /// <summary>A call that was answered, once more.</summary>
    public OrderCall? Again()
    {
        if (_answered.Count == 0)
        {
            return null;
        }

        var call = random.Take(_answered);
        return call.Heard is { Version: > 0 } ? call : null;
    }

    /// <summary>The id of an order that is known, with another payload.</summary>
    public OrderCall? AnotherPayload()
    {
        if (_answered.Count == 0)
        {
            return null;
        }

        var call = random.Pick(_answered);
        return call is { Heard.Version: > 0, Request.Kind: CommandKind.Place } ? Asked(call.Caller, call.Request with { Quantity = call.Request.Quantity + call.Request.Instrument!.LotKwh }) : null;
    }

    private OrderCall? Change(string participant, CommandKind kind, long kwh, long price)
    {
        var recent = _recent[participant];
        var open = venue.Now<Account>(Streams.Account(participant)).Orders.Select(order => order.Id).Order(StringComparer.Ordinal).ToArray();
        if (recent.Count == 0)
        {
            return null;
        }

        var id = open.Length > 0 && random.Chance(850) ? random.Pick(open) : random.Pick(recent);
        var order = venue.Now<Account>(Streams.Account(participant)).FindOpen(id);
        return Asked(participant, new()
        {
            Kind = kind,
            ClientOrderId = id,
            RequestId = random.Chance(200) ? $"a-request-id-longer-than-sixteen-{++_lastId}" : $"r{++_lastId}",
            Quantity = kwh,
            Price = price,
            StopPrice = kind == CommandKind.Replace && order is { Terms.StopPrice: > 0 } && random.Chance(400) ? random.Between(48, 52) * 2 : 0,
        });
    }

    private OrderCall Asked(string participant, in OrderRequest request)
    {
        var call = new OrderCall(participant, request, random.Chance(300) ? _sessions[participant] : null);
        venue.Registry.Asked(call);
        _answered.Add(call);
        return call;
    }

    /// <summary>An instrument, seldom one that is closed.</summary>
    private Instrument Tradable()
    {
        while (true)
        {
            var instrument = venue.Now<InstrumentCatalog>(Streams.Catalog).Instruments[random.Pick(Population.Instruments)];
            if (venue.Time < instrument.ClosesAt || random.Chance(50))
            {
                return instrument;
            }
        }
    }

    private long PriceOf(Instrument instrument)
    {
        var price = random.Chance(20) ? random.Between(1, 200) : random.Between(96, 104);
        return random.Chance(950) ? price / instrument.TickUsdPerGwh * instrument.TickUsdPerGwh : price;
    }

    private TimeInForce ForceOf(OrderType type) => random.Below(100) switch
    {
        < 12 => TimeInForce.ImmediateOrCancel,
        < 24 => TimeInForce.FillOrKill,
        < 44 when type != OrderType.Market => TimeInForce.GoodTillDate,
        _ => TimeInForce.Unspecified,
    };
}
