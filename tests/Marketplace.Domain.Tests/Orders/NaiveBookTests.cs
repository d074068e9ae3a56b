using System.Globalization;
using CsCheck;
using Marketplace.Domain.Instruments;
using Marketplace.Domain.Messages;
using Marketplace.Domain.Orders;
using Marketplace.Domain.Refusals;
using Marketplace.Domain.Tests.Support;
using Marketplace.Domain.Units;

namespace Marketplace.Domain.Tests.Orders;

/// <summary>
/// The fast book against the naive one: the same commands, of every type and attribute, give the same trades, reports, books, waiting stops and sequence; its records replay to
/// the same state; what each command changes in public is a step of its own, and the steps make the same levels; and a preview tells what a placing then does. MARKETPLACE_MODEL_COMMANDS makes a campaign of it: so many commands, more or less.
/// </summary>
public sealed class NaiveBookTests
{
    private static readonly string[] Accounts = ["ann", "amy", "bob", "cat"];
    private static readonly int[] Bps = [0, 1, 7, 250, 10_000];

    /// <summary>What one step of a play does; the numbers choose among what the play has come to.</summary>
    private readonly record struct Step(int Kind, int Account, int Order, int Price, int Quantity, int Choice);

    private static readonly Gen<Step> Steps =
        Gen.Select(Gen.Int[0, 99], Gen.Int[0, 3], Gen.Int[0, 40], Gen.Int[0, 20], Gen.Int[0, 30], Gen.Int[0, 999_999], (a, b, c, d, e, f) => new Step(a, b, c, d, e, f));

    private static readonly long Commands = long.TryParse(Environment.GetEnvironmentVariable("MARKETPLACE_MODEL_COMMANDS"), CultureInfo.InvariantCulture, out var commands) ? commands : 30_000;

    /// <summary>Plays of 1 to 200 steps: 100 on average, of a little more than a command each.</summary>
    private static long Plays(int share) => Math.Max(1, Commands / 100 / share);

    [Fact]
    public void The_book_does_what_the_naive_book_does() => Steps.Array[1, 200].Sample(steps => Compare(steps, TestInstruments.Hour), iter: Plays(2));

    [Fact]
    public void The_book_does_what_the_naive_book_does_on_ticks_lots_and_a_collar() => Steps.Array[1, 200].Sample(
        steps => Compare(steps, TestInstruments.Quarter with { TickUsdPerGwh = 2, LotKwh = 3, CollarLow = 94, CollarHigh = 108 }), iter: Plays(2));

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
        private readonly PublicBook _public = new();
        private readonly Dictionary<long, (Side, long, long)[]> _shown = [];
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

        /// <summary>The levels of the naive book.</summary>
        private (Side Side, long Price, long Quantity)[] Shown =>
        [
            .. new[] { Side.Bid, Side.Ask }
                .SelectMany(side => _naive.Orders(side).GroupBy(order => order.Price).Select(level => (side, level.Key, level.Sum(order => order.Open - order.Hidden))))
                .Order(),
        ];

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
            _naive.Expire(_now.Micros);
            Turn(_ => true);
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
                Assert.Equal(_naive.Stops(side), Book.Stops(side).Select(order => order with { Account = Streams.KeyOf(order.Account) }));
            }

            Assert.Equal(_naive.Sequence, Book.Sequence);
            Assert.Empty(_shown);
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
                var placed = Placed(step, orders.Count + 1, price);
                orders.Add(placed);
                return placed;
            }

            // Orders placed a moment ago are open more often than old ones.
            var order = orders[orders.Count - 1 - (step.Order % Math.Min(orders.Count, 12))];
            var kind = step.Kind < 83 ? CommandKind.Cancel : step.Kind < 90 ? CommandKind.Reduce : CommandKind.Replace;
            return new OrderCommand(
                kind, order.Order, order.Side, Price: kind == CommandKind.Replace ? price : 0, Quantity: kind == CommandKind.Cancel ? 0 : step.Quantity,
                ExtraHold: kind == CommandKind.Replace ? step.Choice / 3 : 0,
                StopPrice: kind == CommandKind.Replace && order.StopPrice != 0 && step.Choice % 3 > 0 ? 95 + (step.Choice / 3 % 21) : 0);
        }

        /// <summary>A new order of any type, with attributes that go together more often than not.</summary>
        private OrderCommand Placed(in Step step, long number, long price)
        {
            var choice = step.Choice;
            var type = (OrderType)(1 + Take(ref choice, 8) switch { 0 => 1, 1 => 2, 2 or 3 => 3, _ => 0 });
            var side = Take(ref choice, 2) == 0 ? Side.Bid : Side.Ask;
            var nonsense = Take(ref choice, 20) == 0;
            var force = (TimeInForce)(1 + Take(ref choice, 7) switch { 0 => 1, 1 => 2, 2 => 3, _ => 0 });
            var isLimit = type is OrderType.Limit or OrderType.StopLimit;
            var rests = force is TimeInForce.GoodTillCancelled or TimeInForce.GoodTillDate;
            force = type == OrderType.Market && force == TimeInForce.GoodTillDate ? TimeInForce.ImmediateOrCancel : force;
            return new OrderCommand(
                CommandKind.Place, number, side, type, force,
                Take(ref choice, 5) == 0 && ((isLimit && rests) || nonsense), (SelfTradeMode)(1 + Take(ref choice, 6)), price, step.Quantity * 3 / (1 + Take(ref choice, 3)),
                force == TimeInForce.GoodTillDate || (nonsense && Take(ref choice, 4) == 0) ? _now.Plus(Take(ref choice, 60) * 1_000_000).Micros : 0,
                Bps[step.Order % 5], Bps[step.Order / 5 % 5],
                DisplayKwh: Take(ref choice, 4) == 0 && ((isLimit && rests) || nonsense) ? 3 * (1 + Take(ref choice, 5)) : 0,
                StopPrice: (type is OrderType.Stop or OrderType.StopLimit) != nonsense ? 95 + Take(ref choice, 21) : 0,
                IfSequence: Take(ref choice, 15) == 0 ? Book.Sequence - Take(ref choice, 2) : 0);
        }

        /// <summary>Takes a digit of a mixed base off a number that chooses.</summary>
        private static int Take(ref int choice, int of)
        {
            var taken = choice % of;
            choice = (int)(((uint)choice * 2_654_435_761u) >> 1);
            return taken;
        }

        private void Send(int index, params OrderCommand[] commands)
        {
            var account = Accounts[index];
            var firm = index < 2 ? "alpha" : account;
            if (!_met.Contains(account))
            {
                _met.Add(account);
            }

            _naive.Expire(_now.Micros);
            Turn(_ => true);
            var preview = commands is [{ Kind: CommandKind.Place } only] ? Book.Preview(firm, only, _now) : null;
            foreach (var command in commands)
            {
                var before = _naive.Sequence;
                _naive.Execute(account, firm, command, _now.Micros);
                if (_naive.Sequence > before)
                {
                    _shown.Add(_naive.Sequence, Shown);
                }
            }

            if (preview is not null)
            {
                Compare(preview, account, commands[0]);
            }

            Receive(Streams.Account(account), new OrderCommands(firm, commands));
        }

        /// <summary>What was foretold of a placing is what the naive book then told the account, up to where a stop order acts that the placing triggered.</summary>
        private void Compare(BookPreview preview, string account, OrderCommand placed)
        {
            var own = _naive.Told.TakeWhile(told => told.Report.Kind != ReportKind.Triggered)
                .Where(told => told.Account == account && told.Report.Order == placed.Order).Select(told => told.Report).ToArray();
            var fills = own.Where(report => report.Kind == ReportKind.Filled).ToArray();
            var closed = own.FirstOrDefault(report => report.Kind == ReportKind.Closed);
            var refused = own.FirstOrDefault(report => report.Kind == ReportKind.Refused).Reason;
            var decremented = own.Where(report => report.Kind == ReportKind.Decremented).Sum(report => report.Quantity);
            Assert.Equal(refused, preview.Refused);
            Assert.Equal(fills.GroupBy(fill => fill.Price).Select(group => new PreviewedFill(group.Key, group.Sum(fill => fill.Quantity))), preview.Fills);
            Assert.Equal(fills.Sum(fill => fill.Quantity), preview.FilledKwh);
            Assert.Equal(fills.Sum(fill => fill.Quantity * fill.Price), preview.FilledMicros);
            Assert.Equal(own.Any(report => report.Parked), preview.Waits);
            if (refused != RejectReason.None)
            {
                return;
            }

            // An order that is taken off whole is closed by that, not by a decrement.
            Assert.Equal(placed.Quantity, preview.FilledKwh + preview.DecrementedKwh + preview.RestingKwh + preview.CancelledKwh);
            Assert.Equal(decremented + closed.Quantity, preview.DecrementedKwh + preview.CancelledKwh);
            Assert.Equal(closed.Kind != ReportKind.Closed || preview.DecrementedKwh > decremented ? RejectReason.None : closed.Reason, preview.CancelReason);
        }

        /// <summary>A turn whose public steps lead through the levels that the naive book had after each command.</summary>
        private void Turn<T>(Func<Machine, T> what)
        {
            Book.Watched = true;
            _ = _watched.Turn(_now, what);
            _public.Take(Book.Changes, (sequence, levels) =>
            {
                if (_shown.Remove(sequence, out var shown))
                {
                    Assert.Equal(shown, levels.Select(level => (level.Key.Side, level.Key.Price, level.Value)));
                }
            });
        }

        private void Receive(string sender, Message message)
        {
            if (sender == Streams.Catalog)
            {
                _naive.Expire(_now.Micros);
            }

            var number = _sent[sender] = _sent.GetValueOrDefault(sender) + 1;
            Turn(book => book.Receive(new Parcel(sender, number, [message], 1, number, _now, false)));
        }

        /// <summary>Hears what the accounts are told, and acknowledges it.</summary>
        private void Gather()
        {
            foreach (var channel in Book.Outbox.Channels)
            {
                _told.AddRange(channel.After(0, int.MaxValue).OfType<OrderReports>().SelectMany(reports => reports.Reports).Select(report => (Streams.KeyOf(channel.Target), report)));
            }

            Turn(book =>
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
