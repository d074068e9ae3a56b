using Marketplace.Conformance.Tests.Cases;
using Marketplace.Domain.Accounts;
using Marketplace.Domain.Instruments;
using Marketplace.Domain.Messages;
using Marketplace.Domain.Orders;
using Marketplace.Domain.Refusals;
using Marketplace.Domain.Tests.Support;
using Marketplace.Domain.Units;

namespace Marketplace.Conformance.Tests.Venues;

/// <summary>
/// The domain's book, played by messages: one account for each user, whose checks at entry are the domain's own. What is observed is what the book records of each turn,
/// in order, and the book itself.
/// </summary>
internal sealed class DomainVenue : IVenueUnderTest
{
    /// <summary>Centuries away: a case may let as much time pass as it likes.</summary>
    private static readonly Instrument Terms = TestInstruments.Of("90000101T00");

    private readonly Dictionary<long, First> _firsts = [];
    private readonly Dictionary<long, Entered> _orders = [];
    private readonly Dictionary<long, long> _idOfBookOrder = [];
    private readonly Dictionary<long, long> _lastNumber = [];
    private readonly Dictionary<string, long> _sent = [];
    private readonly ObservedBook _observed = new();
    private readonly OrderTally _tally;
    private readonly OrderBook _book = new(Terms.Id);
    private Timestamp _now = TestInstruments.Start;

    public DomainVenue()
    {
        _tally = new(_observed);
        Send(Streams.Catalog, new InstrumentListed(Terms));
    }

    public Task Do(Step step)
    {
        if (step.T is { } time)
        {
            // What is due by then happens, whatever becomes of the step.
            _now = Timestamp.Later(_now, TestInstruments.Start.Plus(Step.Micros(time)));
            Turn(_ => true);
        }

        switch (step.Op)
        {
            case "time":
                break;
            case "new":
                Place(step);
                break;
            default:
                Change(step);
                break;
        }

        return Task.CompletedTask;
    }

    public Task<ObservedBook> Observe()
    {
        _observed.Bids.Clear();
        _observed.Asks.Clear();
        _observed.Stops.Clear();
        _observed.Bids.AddRange(Orders(Side.Bid));
        _observed.Asks.AddRange(Orders(Side.Ask));
        foreach (var stop in _book.Stops(Side.Bid).Concat(_book.Stops(Side.Ask)))
        {
            _observed.Stops.Add(_idOfBookOrder[stop.Number], stop.Open);
        }

        return Task.FromResult(_observed);
    }

    public ValueTask DisposeAsync() => default;

    private IEnumerable<ObservedOrder> Orders(Side side) =>
        _book.Orders(side).Select(order => new ObservedOrder(order.Price, _idOfBookOrder[order.Number], order.Open - order.Hidden, order.Hidden));

    private void Place(Step step)
    {
        var request = ToRequest(step);
        if (_firsts.TryGetValue(step.Id, out var first) && (first.IsEntered || first.User != step.User))
        {
            Repeat(step, first, request);
            return;
        }

        var number = _lastNumber.GetValueOrDefault(step.User) + 1;
        var isEntered = OrderEntry.Effective(request, number, _now, out var command).Reason == RejectReason.None;
        _firsts[step.Id] = new(step.User, request.Fingerprint(), isEntered);
        _observed.Quantities[step.Id] = request.Quantity;
        if (!isEntered)
        {
            // No book hears of it, and the account does not remember the id.
            _observed.RefusedOrders.Add(step.Id);
            return;
        }

        _lastNumber[step.User] = number;
        _orders.Add(step.Id, new(step.User, number, request.Side, command.Price));
        Command(step, step.User, command);
    }

    /// <summary>
    /// An id runs once: the same order again gets the first answer, and no book hears of it; any other is refused. Participants have ids of their own in the venue, but in the
    /// form an id names an order of the case: so the same id from another user is another order, and refused too.
    /// </summary>
    private void Repeat(Step step, First first, in OrderRequest request)
    {
        if (first.User != step.User || first.Fingerprint != request.Fingerprint())
        {
            _observed.RefusedDuplicates.Add(step.Id);
        }
        else if (_observed.RefusedOrders.Contains(step.Id))
        {
            _observed.RefusedOrders.Add(step.Id);
        }
    }

    private static OrderRequest ToRequest(Step step)
    {
        var type = step.Type switch { "L" => OrderType.Limit, "M" => OrderType.Market, "S" => OrderType.Stop, _ => OrderType.StopLimit };
        return new()
        {
            Kind = CommandKind.Place,
            ClientOrderId = $"{step.Id}",
            Instrument = Terms,
            Side = step.Side == "B" ? Side.Bid : Side.Ask,
            Type = type,
            TimeInForce = step.Tif switch
            {
                "IOC" => TimeInForce.ImmediateOrCancel,
                "FOK" => TimeInForce.FillOrKill,
                _ when type == OrderType.Market => TimeInForce.Unspecified,
                _ => step.ExpireAt != 0 ? TimeInForce.GoodTillDate : TimeInForce.GoodTillCancelled,
            },
            PostOnly = step.PostOnly,
            SelfTrade = step.Stp switch
            {
                "CN" => SelfTradeMode.CancelNewest,
                "CO" => SelfTradeMode.CancelOldest,
                "CB" => SelfTradeMode.CancelBoth,
                "DC" => SelfTradeMode.DecrementAndCancel,
                _ => SelfTradeMode.None,
            },
            Price = type is OrderType.Market or OrderType.Stop ? 0 : step.Price,
            Quantity = step.Qty ?? 0,
            ExpiresAtMicros = step.ExpireAt == 0 ? 0 : TestInstruments.Start.Plus(Step.Micros(step.ExpireAt)).Micros,
            DisplayKwh = step.Display,
            StopPrice = step.Stop,
        };
    }

    private void Change(Step step)
    {
        if (!_orders.TryGetValue(step.Id, out var order) || !IsChange(step, order, out var command))
        {
            // The account knows no such order, or refuses what is asked of it: no book hears of it.
            _observed.RefusedChanges.Add(step.Id);
            return;
        }

        Command(step, order.User, command);
    }

    /// <summary>The command a change comes to at the account; false where the account refuses it.</summary>
    private bool IsChange(Step step, in Entered order, out OrderCommand command)
    {
        command = new(CommandKind.Cancel, order.Number, order.Side);
        switch (step.Op)
        {
            case "cancel":
                return true;
            case "reduce_to":
                command = command with { Kind = CommandKind.Reduce, Quantity = step.Qty ?? 0 };
                return Quantity.IsOrderQuantity(command.Quantity);
            case "replace":
                var open = step.Qty ?? _tally.OpenOf(step.Id);
                var price = step.Price == 0 ? order.Price : step.Price;
                if (!Quantity.IsOrderQuantity(open) || !Quantity.IsOrderQuantity(_tally.FilledOf(step.Id) + open) || !Price.IsInRange(price))
                {
                    return false;
                }

                command = command with
                {
                    Kind = CommandKind.Replace,
                    Price = price,
                    Quantity = _tally.FilledOf(step.Id) + open,
                    ExtraHold = order.Side == Side.Ask ? open : Price.NotionalMicros(price, open),
                    StopPrice = step.Stop,
                };
                return true;
            default:
                throw new FormatException(step.Op);
        }
    }

    private void Command(Step step, long user, OrderCommand command) => Send(Streams.Account($"user-{user}"), new OrderCommands($"firm-{user}", [command]), step);

    private void Send(string sender, Message message, Step? step = null)
    {
        var number = _sent[sender] = _sent.GetValueOrDefault(sender) + 1;
        Turn(book => book.Receive(new Parcel(sender, number, [message], 1, number, _now, false)), step);
    }

    private void Turn<TResult>(Func<Machine, TResult> command, Step? step = null)
    {
        _book.BeginTurn(_now);
        command(_book);
        foreach (var events in _book.EndTurn()?.Events.OfType<BookEvents>() ?? [])
        {
            foreach (var happened in events)
            {
                Take(happened, step);
            }
        }
    }

    /// <summary>Takes note of what happened in a turn; what answers a command answers the one of the step.</summary>
    private void Take(in BookEvent happened, Step? step)
    {
        if (happened.Kind == BookEventKind.Refused)
        {
            (step!.Op == "new" ? _observed.RefusedOrders : _observed.RefusedChanges).Add(step.Id);
            return;
        }

        if (happened.Kind == BookEventKind.Taken)
        {
            _idOfBookOrder.Add(happened.Order, step!.Id);
            _tally.Stands(step.Id, _observed.Quantities[step.Id]);
            return;
        }

        var id = _idOfBookOrder[happened.Order];
        switch (happened.Kind)
        {
            case BookEventKind.Traded:
                _tally.Trades(id, _idOfBookOrder[happened.Maker], happened.Price, happened.Quantity);
                break;
            case BookEventKind.Cancelled:
                _tally.Ends(id);
                break;
            case BookEventKind.Triggered:
                _tally.Triggers(id);
                break;
            case BookEventKind.Decremented:
                _tally.Decrements(id, _idOfBookOrder[happened.Maker], happened.Quantity);
                break;
            case BookEventKind.Reduced or BookEventKind.Replaced:
                Changed(id, happened, step!);
                break;
        }
    }

    private void Changed(long id, in BookEvent happened, Step step)
    {
        _tally.Stands(id, happened.Quantity);
        if (happened.Kind == BookEventKind.Replaced)
        {
            _orders[id] = _orders[id] with { Price = happened.Price };
        }

        if (step.Op == "replace")
        {
            _observed.Quantities[id] = _tally.FilledOf(id) + happened.Quantity;
        }
    }

    /// <summary>The first order of an id: whose, a hash of its payload, and whether the account took it and remembers the id.</summary>
    private readonly record struct First(long User, ulong Fingerprint, bool IsEntered);

    /// <summary>An order the account took, with its limit or worst price now.</summary>
    private readonly record struct Entered(long User, long Number, Side Side, long Price);
}
