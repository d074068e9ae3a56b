using Marketplace.Conformance.Tests.Cases;
using Marketplace.Domain.Instruments;
using Marketplace.Domain.Messages;
using Marketplace.Domain.Orders;
using Marketplace.Domain.Tests.Support;
using Marketplace.Domain.Units;

namespace Marketplace.Conformance.Tests.Venues;

/// <summary>The domain's book, played by messages: one account for each user. What is observed is what the book reports to accounts, and the book itself.</summary>
internal sealed class DomainVenue : IVenueUnderTest
{
    private readonly Dictionary<long, (long User, long Number, Side Side)> _orders = [];
    private readonly Dictionary<(long User, long Number), long> _ids = [];
    private readonly Dictionary<long, long> _lastNumber = [];
    private readonly Dictionary<string, long> _sent = [];
    private readonly Dictionary<string, long> _heard = [];
    private readonly Dictionary<long, (long Id, long Price, long Quantity)> _halfTrades = [];
    private readonly Dictionary<long, (long Open, long Filled, long Price)> _state = [];
    private readonly ObservedBook _observed = new();
    private readonly OrderBook _book;
    private Timestamp _now = TestInstruments.Start;

    public DomainVenue()
    {
        var instrument = TestInstruments.Hour;
        _book = new(instrument.Id);
        Send(Streams.Catalog, new InstrumentListed(instrument));
    }

    public Task Do(Step step)
    {
        if (step.T is { } time)
        {
            _now = TestInstruments.Start.Plus(time * Timestamp.MicrosPerSecond);
        }

        switch (step.Op)
        {
            case "time":
                Turn(_ => true);
                break;
            case "new":
                Place(step);
                break;
            default:
                Change(step);
                break;
        }

        Hear();
        return Task.CompletedTask;
    }

    public Task<ObservedBook> Observe()
    {
        _observed.Bids.Clear();
        _observed.Asks.Clear();
        _observed.Stops.Clear();
        _observed.Bids.AddRange(Orders(Side.Bid));
        _observed.Asks.AddRange(Orders(Side.Ask));
        _observed.Stops.AddRange(_book.Stops(Side.Bid).Concat(_book.Stops(Side.Ask)).Select(stop => IdOf(stop.Account, stop.AccountOrder)));
        return Task.FromResult(_observed);
    }

    public ValueTask DisposeAsync() => default;

    private IEnumerable<ObservedOrder> Orders(Side side) =>
        _book.Orders(side).Select(order => new ObservedOrder(order.Price, IdOf(order.Account, order.AccountOrder), order.Open - order.Hidden, order.Hidden));

    private void Place(Step step)
    {
        if (_orders.ContainsKey(step.Id))
        {
            // An id runs once: the account refuses it, and no book hears of it.
            _observed.RefusedChanges.Add(step.Id);
            return;
        }

        var number = _lastNumber[step.User] = _lastNumber.GetValueOrDefault(step.User) + 1;
        var side = step.Side == "B" ? Side.Bid : Side.Ask;
        var type = step.Type switch { "L" => OrderType.Limit, "M" => OrderType.Market, "S" => OrderType.Stop, _ => OrderType.StopLimit };
        var force = step.Tif switch
        {
            "IOC" => TimeInForce.ImmediateOrCancel,
            "FOK" => TimeInForce.FillOrKill,
            _ when type == OrderType.Market => TimeInForce.ImmediateOrCancel,
            _ => step.ExpireAt != 0 ? TimeInForce.GoodTillDate : TimeInForce.GoodTillCancelled,
        };
        var worst = side == Side.Bid ? Price.Max : Price.Min;
        _orders.Add(step.Id, (step.User, number, side));
        _ids.Add((step.User, number), step.Id);
        _observed.Quantities.Add(step.Id, step.Qty);
        _state.Add(step.Id, (step.Qty, 0, step.Price));
        Command(step.User, new(
            CommandKind.Place, number, side, type, force, step.PostOnly, Mode(step.Stp), type is OrderType.Market or OrderType.Stop ? worst : step.Price, step.Qty,
            step.ExpireAt == 0 ? 0 : TestInstruments.Start.Plus(step.ExpireAt * Timestamp.MicrosPerSecond).Micros, DisplayKwh: step.Display, StopPrice: step.Stop));
    }

    private static SelfTradeMode Mode(string stp) => stp switch
    {
        "CN" => SelfTradeMode.CancelNewest,
        "CO" => SelfTradeMode.CancelOldest,
        "CB" => SelfTradeMode.CancelBoth,
        "DC" => SelfTradeMode.DecrementAndCancel,
        _ => SelfTradeMode.None,
    };

    private void Change(Step step)
    {
        if (!_orders.TryGetValue(step.Id, out var order))
        {
            // The account knows no such order, and no book hears of it.
            _observed.RefusedChanges.Add(step.Id);
            return;
        }

        var (open, filled, price) = _state[step.Id];
        Command(order.User, step.Op switch
        {
            "cancel" => new(CommandKind.Cancel, order.Number, order.Side),
            "reduce_to" => new(CommandKind.Reduce, order.Number, order.Side, Quantity: step.Qty),
            "replace" => new(
                CommandKind.Replace, order.Number, order.Side, Price: step.Price == 0 ? price : step.Price, Quantity: filled + (step.Qty == 0 ? open : step.Qty),
                ExtraHold: 1_000_000_000_000_000, StopPrice: step.Stop),
            _ => throw new FormatException(step.Op),
        });
    }

    private void Command(long user, OrderCommand command) => Send(Streams.Account($"user-{user}"), new OrderCommands($"firm-{user}", [command]));

    private void Send(string sender, Message message)
    {
        var number = _sent[sender] = _sent.GetValueOrDefault(sender) + 1;
        Turn(book => book.Receive(new Parcel(sender, number, [message], 1, number, _now, false)));
    }

    private void Turn<TResult>(Func<Machine, TResult> command)
    {
        _book.BeginTurn(_now);
        command(_book);
        _book.EndTurn();
    }

    /// <summary>Hears what the accounts were told. The two fills of a trade carry its sequence.</summary>
    private void Hear()
    {
        var told = new List<(long Id, OrderReport Report)>();
        foreach (var channel in _book.Outbox.Channels)
        {
            told.AddRange(channel.After(_heard.GetValueOrDefault(channel.Target), int.MaxValue).OfType<OrderReports>()
                .SelectMany(reports => reports.Reports).Select(report => (IdOf(channel.Target, report.Order), report)));
            _heard[channel.Target] = channel.LastPosted;
        }

        // Each account heard its own part; by sequence it is the whole again. What has the same sequence was told in order.
        foreach (var (id, report) in told.OrderBy(one => one.Report.Sequence))
        {
            Take(id, report);
        }
    }

    private void Take(long id, in OrderReport report)
    {
        var state = _state[id];
        switch (report.Kind)
        {
            case ReportKind.Refused:
                (report.Command == CommandKind.Place ? _observed.RefusedOrders : _observed.RefusedChanges).Add(id);
                break;
            case ReportKind.Filled:
                _state[id] = state with { Open = state.Open - report.Quantity, Filled = state.Filled + report.Quantity };
                if (_halfTrades.Remove(report.Sequence, out var other))
                {
                    _observed.Trades.Add(report.Maker ? (other.Id, id, report.Price, report.Quantity) : (id, other.Id, report.Price, report.Quantity));
                }
                else
                {
                    _halfTrades.Add(report.Sequence, (id, report.Price, report.Quantity));
                }

                break;
            case ReportKind.Triggered:
                _observed.Triggered.Add(id);
                break;
            case ReportKind.Decremented:
                _observed.Decremented.Add((id, report.Quantity));
                _state[id] = state with { Open = state.Open - report.Quantity };
                break;
            case ReportKind.Replaced or ReportKind.Reduced:
                _state[id] = state with { Open = report.Quantity, Price = report.Price };
                if (report.Command == CommandKind.Replace)
                {
                    _observed.Quantities[id] = state.Filled + report.Quantity;
                }

                break;
        }
    }

    private long IdOf(string account, long number) => _ids[(long.Parse(Streams.KeyOf(account)["user-".Length..], System.Globalization.CultureInfo.InvariantCulture), number)];
}
