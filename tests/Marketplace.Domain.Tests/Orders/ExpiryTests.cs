using Marketplace.Domain.Messages;
using Marketplace.Domain.Orders;
using Marketplace.Domain.Refusals;
using Marketplace.Domain.Tests.Support;
using Marketplace.Domain.Units;

namespace Marketplace.Domain.Tests.Orders;

/// <summary>Very many orders that expire at one instant go in slices, a turn each; what has expired neither trades nor changes meanwhile.</summary>
public sealed class ExpiryTests
{
    private const int Orders = 100_000;
    private static readonly Timestamp Expiry = TestInstruments.Start.Plus(60 * Timestamp.MicrosPerSecond);

    private readonly OrderBook _book = new(TestInstruments.Hour.Id);
    private readonly List<Record> _records = [];
    private readonly List<OrderReport> _reports = [];
    private readonly Dictionary<string, long> _sent = [];

    public ExpiryTests()
    {
        Receive(TestInstruments.Start, Streams.Catalog, new InstrumentListed(TestInstruments.Hour));
        for (var first = 1; first <= Orders; first += 1_000)
        {
            // Bids at 1,000 prices, a tenth of them stops that wait; all end at the same instant.
            Receive(TestInstruments.Start, Streams.Account($"acc-{first % 7}"), new OrderCommands($"firm-{first % 7}", [.. Enumerable.Range(first, 1_000).Select(number => Order(number))]));
        }
    }

    [Fact]
    public void A_hundred_thousand_expiries_at_one_instant_go_in_slices_within_the_bounds()
    {
        Assert.Equal(Orders, _book.RestingOrders);
        Assert.Equal(Expiry, _book.NextWake);
        var turns = 0;
        while (_book.RestingOrders > 0)
        {
            Assert.True(_book.NextWake <= Expiry);
            var before = _book.RestingOrders;
            Turn(Expiry, _ => true);
            Assert.Equal(OrderBook.MaxDueEventsPerTurn, before - _book.RestingOrders);
            Assert.True(Journal.Serializer.SerializeToArray(_records[^1]).Length < 512 * 1024);
            turns++;
        }

        Assert.Equal(Orders / OrderBook.MaxDueEventsPerTurn, turns);
        Assert.Equal(Orders, Closed().Select(report => report.BookOrder).Distinct().Count());
        Assert.Equal(Closed().Select(report => report.Release).Sum(), Enumerable.Range(1, Orders).Sum(number => Order(number).Price));
        Assert.All(_book.Outbox.Channels.SelectMany(channel => channel.After(0, int.MaxValue)).OfType<OrderReports>(), message => Assert.True(message.Reports.Length <= OrderBook.MaxReportsPerMessage));
        ReplaysToTheSameState();
    }

    [Fact]
    public void What_has_expired_neither_trades_nor_changes_while_it_waits_for_its_slice()
    {
        // The first turn at the instant takes one slice and then a market ask for more than all there is, a post-only ask, and commands about expired orders.
        Receive(Expiry, Streams.Account("bob"), new OrderCommands("bob",
        [
            new(CommandKind.Place, 1, Side.Ask, OrderType.Limit, TimeInForce.FillOrKill, SelfTrade: Domain.Instruments.SelfTradeMode.None, Price: 1_999, Quantity: 1),
            new(CommandKind.Place, 2, Side.Ask, OrderType.Market, TimeInForce.ImmediateOrCancel, SelfTrade: Domain.Instruments.SelfTradeMode.None, Price: 1_999, Quantity: 5),
            new(CommandKind.Place, 3, Side.Ask, OrderType.Limit, TimeInForce.GoodTillCancelled, PostOnly: true, SelfTrade: Domain.Instruments.SelfTradeMode.None, Price: 1_998, Quantity: 5),
        ]));
        var late = Enumerable.Range(1, Orders).Last(number => number % 10 != 0);
        Receive(Expiry, Streams.Account($"acc-{(late - ((late - 1) % 1_000)) % 7}"), new OrderCommands("", [new(CommandKind.Cancel, late, Side.Bid)]));

        Assert.DoesNotContain(_reports, report => report.Kind == ReportKind.Filled);
        Assert.Contains(_reports, report => report is { Kind: ReportKind.Refused, Order: 1, Reason: RejectReason.NotFillable });
        Assert.Contains(_reports, report => report is { Kind: ReportKind.Closed, Order: 2, Quantity: 5, Reason: RejectReason.NothingLeftToMatch });
        Assert.Contains(_reports, report => report is { Kind: ReportKind.Accepted, Order: 3 });
        Assert.Contains(_reports, report => report.Kind == ReportKind.Closed && report.Order == late && report.Reason == RejectReason.Expired);
        Assert.Contains(_reports, report => report.Kind == ReportKind.Refused && report.Order == late && report.Reason == RejectReason.OrderNotOpen);
        Assert.Equal([1_998L], _book.Orders(Side.Ask).Select(order => order.Price));
        ReplaysToTheSameState();
    }

    private static OrderCommand Order(int number) => new(
        CommandKind.Place, number, Side.Bid, number % 10 == 0 ? OrderType.StopLimit : OrderType.Limit, TimeInForce.GoodTillDate, SelfTrade: Domain.Instruments.SelfTradeMode.None,
        Price: 1_000 + (number % 1_000), Quantity: 1, ExpiresAtMicros: Expiry.Micros, StopPrice: number % 10 == 0 ? 5_000 : 0);

    private IEnumerable<OrderReport> Closed() => _reports.Where(report => report is { Kind: ReportKind.Closed, Reason: RejectReason.Expired });

    private void ReplaysToTheSameState()
    {
        var replayed = new OrderBook(TestInstruments.Hour.Id);
        _records.ForEach(record => replayed.Replay(Journal.RoundTrip(record)));
        Assert.Equal(Journal.StateOf(_book), Journal.StateOf(replayed));
    }

    private void Receive(Timestamp now, string sender, Message message)
    {
        var number = _sent[sender] = _sent.GetValueOrDefault(sender) + 1;
        Turn(now, book => book.Receive(new Parcel(sender, number, [message], 1, number, now, false)));
    }

    private void Turn<TResult>(Timestamp now, Func<OrderBook, TResult> command)
    {
        var posted = _book.Outbox.Channels.ToDictionary(channel => channel.Target, channel => channel.LastPosted);
        _book.BeginTurn(now);
        command(_book);
        if (_book.EndTurn() is { } record)
        {
            _records.Add(record);
        }

        foreach (var channel in _book.Outbox.Channels)
        {
            _reports.AddRange(channel.After(posted.GetValueOrDefault(channel.Target), int.MaxValue).OfType<OrderReports>().SelectMany(reports => reports.Reports));
        }
    }
}
