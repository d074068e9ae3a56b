using CsCheck;
using Marketplace.Domain.Instruments;
using Marketplace.Domain.Messages;
using Marketplace.Domain.Orders;
using Marketplace.Domain.Tests.Support;
using Marketplace.Domain.Units;

namespace Marketplace.Domain.Tests.Orders;

/// <summary>The fast book against the naive one: the same commands give the same trades, reports, books and sequence; and its records replay to the same state.</summary>
public sealed class NaiveBookTests
{
    private static readonly string[] Accounts = ["ann", "amy", "bob", "cat"];
    private static readonly int[] Bps = [0, 1, 7, 250, 10_000];

    /// <summary>What one step of a play does; the numbers choose among what the play has come to.</summary>
    private readonly record struct Step(int Kind, int Account, int Order, int Price, int Quantity, int Choice);

    private static readonly Gen<Step> Steps =
        Gen.Select(Gen.Int[0, 99], Gen.Int[0, 3], Gen.Int[0, 40], Gen.Int[0, 20], Gen.Int[0, 30], Gen.Int[0, 9_999], (a, b, c, d, e, f) => new Step(a, b, c, d, e, f));

    [Fact]
    public void The_book_does_what_the_naive_book_does() => Steps.Array[1, 120].Sample(steps => Compare(steps, TestInstruments.Hour), iter: 150);

    [Fact]
    public void The_book_does_what_the_naive_book_does_on_ticks_lots_and_a_collar() => Steps.Array[1, 120].Sample(
        steps => Compare(steps, TestInstruments.Quarter with { TickUsdPerGwh = 2, LotKwh = 3, CollarLow = 94, CollarHigh = 108 }), iter: 80);

    private static void Compare(Step[] steps, Instrument instrument)
    {
        var play = new Play(instrument);
        foreach (var step in steps)
        {
            play.Take(step);
            play.Compare();
        }
    }

    private sealed class Play
    {
        private readonly Watched _watched;
        private readonly NaiveBook _naive;
        private readonly List<OrderCommand>[] _placed = [[], [], [], []];
        private readonly List<string> _met = [];
        private readonly Dictionary<string, long> _sent = [];
        private readonly List<(string Account, OrderReport Report)> _told = [];
        private Instrument _instrument;
        private Timestamp _now = TestInstruments.Start;

        public Play(Instrument instrument)
        {
            _instrument = instrument;
            _naive = new(instrument);
            _watched = new(() => new OrderBook(instrument.Id));
            Adopt(InstrumentState.Open);
        }

        private OrderBook Book => (OrderBook)_watched.Live;

        public void Take(in Step step)
        {
            _now = _now.Plus(step.Choice % 3 * 1_000_000);
            switch (step.Kind)
            {
                case < 3:
                    Adopt(_naive.State == InstrumentState.Open ? InstrumentState.Halted : InstrumentState.Open);
                    break;
                case < 6:
                    _watched.RestartFromSnapshot();
                    break;
                case < 16:
                    Send(step.Account, Command(step with { Kind = 60 }), Command(step with { Kind = 90, Choice = step.Choice + 1 }), Command(step with { Kind = 99 }));
                    break;
                default:
                    Send(step.Account, Command(step));
                    break;
            }
        }

        public void Compare()
        {
            _naive.Expire(_now.Micros, _met.IndexOf);
            _watched.Turn(_now, _ => true);
            Gather();
            foreach (var account in Accounts)
            {
                Assert.Equal(_naive.Told.Where(told => told.Account == account).Select(told => told.Report), _told.Where(told => told.Account == account).Select(told => told.Report));
            }

            _naive.Told.Clear();
            _told.Clear();

            foreach (var side in new[] { Side.Bid, Side.Ask })
            {
                Assert.Equal(_naive.Orders(side), Book.Orders(side).Select(order => order with { Account = Streams.KeyOf(order.Account) }));
            }

            Assert.Equal(_naive.Sequence, Book.Sequence);
            Assert.Equal(_naive.Trades.Count, Book.Settlement.TradeCount);
        }

        private void Adopt(InstrumentState state)
        {
            _instrument = _instrument with { State = state, Revision = _instrument.Revision + 1 };
            Receive(Streams.Catalog, new InstrumentListed(_instrument));
            if (_naive.State != state || Book.Sequence == 1)
            {
                _naive.Sequence++;
            }

            _naive.State = state;
        }

        private OrderCommand Command(in Step step)
        {
            var orders = _placed[step.Account];
            var price = 95 + step.Price;
            if (step.Kind < 75 || orders.Count == 0)
            {
                var force = (TimeInForce)(1 + (step.Choice % 7 % 4));
                var placed = new OrderCommand(
                    CommandKind.Place, orders.Count + 1, step.Choice % 2 == 0 ? Side.Bid : Side.Ask, step.Choice % 11 == 0 ? OrderType.Market : OrderType.Limit,
                    step.Choice % 11 == 0 && force is TimeInForce.GoodTillCancelled or TimeInForce.GoodTillDate ? TimeInForce.ImmediateOrCancel : force,
                    step.Choice % 5 == 0, (SelfTradeMode)(1 + (step.Choice % 3)), price, step.Quantity,
                    force == TimeInForce.GoodTillDate ? _now.Plus(step.Choice % 60 * 1_000_000).Micros : 0,
                    Bps[step.Choice % 5], Bps[step.Choice / 5 % 5]);
                orders.Add(placed);
                return placed;
            }

            var order = orders[orders.Count - 1 - (step.Order % orders.Count)];
            var kind = step.Kind < 83 ? CommandKind.Cancel : step.Kind < 90 ? CommandKind.Reduce : CommandKind.Replace;
            return new OrderCommand(
                kind, order.Order, order.Side, Price: kind == CommandKind.Replace ? price : 0, Quantity: kind == CommandKind.Cancel ? 0 : step.Quantity,
                ExtraHold: kind == CommandKind.Replace ? step.Choice / 3 : 0);
        }

        private void Send(int index, params OrderCommand[] commands)
        {
            var account = Accounts[index];
            var firm = index < 2 ? "alpha" : account;
            if (!_met.Contains(account))
            {
                _met.Add(account);
            }

            _naive.Expire(_now.Micros, _met.IndexOf);
            foreach (var command in commands)
            {
                _naive.Execute(account, firm, command, _now.Micros);
            }

            Receive(Streams.Account(account), new OrderCommands(firm, commands));
        }

        private void Receive(string sender, Message message)
        {
            if (sender == Streams.Catalog)
            {
                _naive.Expire(_now.Micros, _met.IndexOf);
            }

            var number = _sent[sender] = _sent.GetValueOrDefault(sender) + 1;
            _watched.Turn(_now, book => book.Receive(new Parcel(sender, number, [message], 1, number, _now, false)));
        }

        /// <summary>Hears what the accounts are told, and acknowledges it.</summary>
        private void Gather()
        {
            foreach (var channel in Book.Outbox.Channels)
            {
                _told.AddRange(channel.After(0, int.MaxValue).OfType<OrderReports>().SelectMany(reports => reports.Reports).Select(report => (Streams.KeyOf(channel.Target), report)));
            }

            _watched.Turn(_now, book =>
            {
                foreach (var channel in book.Outbox.Channels)
                {
                    book.Acknowledge(channel.Target, channel.LastPosted);
                }

                return true;
            });
        }
    }
}
