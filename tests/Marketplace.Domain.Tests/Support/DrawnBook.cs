using System.Globalization;
using Marketplace.Domain.Instruments;
using Marketplace.Domain.Messages;
using Marketplace.Domain.Orders;
using Marketplace.Domain.Refusals;
using Marketplace.Domain.Units;

namespace Marketplace.Domain.Tests.Support;

/// <summary>
/// A book that is drawn and played in words. Lines: "a1: ann bids 5 @ 100 ioc", "b1: bob asks 5 @ 90 market", "cancel a1", "reduce a1 to 3",
/// "replace a1: 7 @ 101" (the new whole; "stop105" behind it for a new stop price), "wait 60s", "open", "halt", "close", "cycle".
/// After a price: gtc, ioc, fok, gtd60s, post-only, market, stop105 (a stop-limit order; with "market", a stop order), showing5, at7 (if the book is at sequence 7), self-none,
/// newest, oldest, both, decrement, reject.
/// Each line is a turn of its own; what the accounts are told comes back in words.
/// </summary>
internal sealed class DrawnBook
{
    private readonly Watched _watched;
    private readonly Dictionary<string, string> _firmOf = [];
    private readonly Dictionary<string, (string Account, long Number, Side Side)> _orders = [];
    private readonly Dictionary<(string Account, long Number), string> _labels = [];
    private readonly Dictionary<string, long> _heard = [];
    private readonly Dictionary<string, long> _lastNumber = [];
    private readonly Dictionary<string, long> _sent = [];
    private Instrument _instrument;
    private int _cycles;

    public DrawnBook(Instrument? instrument = null)
    {
        _instrument = instrument ?? TestInstruments.Hour;
        _watched = new(() => new OrderBook(_instrument.Id) { Watched = true });
        Send(Streams.Catalog, new InstrumentListed(_instrument));
    }

    /// <summary>The book.</summary>
    public OrderBook Book => (OrderBook)_watched.Live;

    /// <summary>The time of the next turn.</summary>
    public Timestamp Now { get; set; } = TestInstruments.Start;

    /// <summary>Makes one firm of some accounts; others are a firm each.</summary>
    public DrawnBook Firm(string firm, params string[] accounts)
    {
        foreach (var account in accounts)
        {
            _firmOf[account] = firm;
        }

        return this;
    }

    /// <summary>Plays lines and returns what the accounts were told.</summary>
    public string[] Play(params string[] lines)
    {
        var told = new List<string>();
        foreach (var line in lines)
        {
            Play(line);
            told.AddRange(Told());
        }

        return [.. told];
    }

    /// <summary>Plays lines of which only the book they leave matters.</summary>
    public DrawnBook After(params string[] lines)
    {
        Play(lines);
        return this;
    }

    /// <summary>Asserts the book: bids left, asks right, best first and in turn, "label open@price", or "label shown+hidden@price".</summary>
    public DrawnBook Shows(string table)
    {
        var expected = table.ReplaceLineEndings("\n").Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(Normalized).Where(line => line != "|");
        var bids = Book.Orders(Side.Bid).Select(Cell).ToArray();
        var asks = Book.Orders(Side.Ask).Select(Cell).ToArray();
        var drawn = Enumerable.Range(0, Math.Max(bids.Length, asks.Length))
            .Select(row => Normalized($"{bids.ElementAtOrDefault(row)}|{asks.ElementAtOrDefault(row)}"));
        Assert.Equal(string.Join('\n', expected), string.Join('\n', drawn));
        return this;

        string Cell((long Number, string Account, long AccountOrder, long Price, long Open, long Hidden) order) =>
            $"{_labels[(Streams.KeyOf(order.Account), order.AccountOrder)]} {order.Open - order.Hidden}{(order.Hidden > 0 ? $"+{order.Hidden}" : "")}@{order.Price}";
    }

    /// <summary>Asserts the waiting stop orders, bids then asks, nearest first: "label open@stop/limit".</summary>
    public DrawnBook Waits(params string[] stops)
    {
        Assert.Equal(stops, Book.Stops(Side.Bid).Concat(Book.Stops(Side.Ask))
            .Select(stop => $"{_labels[(Streams.KeyOf(stop.Account), stop.AccountOrder)]} {stop.Open}@{stop.StopPrice}/{stop.Price}"));
        return this;
    }

    /// <summary>Stops and goes on from a snapshot.</summary>
    public DrawnBook Restart()
    {
        _watched.RestartFromSnapshot();
        return this;
    }

    /// <summary>Tells the book what the catalog tells it.</summary>
    public void Adopt(Instrument instrument)
    {
        _instrument = instrument;
        Send(Streams.Catalog, new InstrumentListed(instrument));
    }

    private void Play(string line)
    {
        var words = line.Split(' ', StringSplitOptions.RemoveEmptyEntries);
        switch (words[0])
        {
            case "wait":
                Now = Now.Plus(Seconds(words[1]) * Timestamp.MicrosPerSecond);
                _watched.Turn(Now, _ => true);
                break;
            case "open" or "halt" or "close":
                Adopt(_instrument with
                {
                    State = words[0] switch { "open" => InstrumentState.Open, "halt" => InstrumentState.Halted, _ => InstrumentState.Closed },
                    Revision = _instrument.Revision + 1,
                });
                break;
            case "cycle":
                _watched.Turn(Now, book => ((OrderBook)book).RunCycle(Asked.By("operator", $"cycle-{++_cycles}")));
                break;
            case "cancel":
                Change(words[1], new OrderCommand(CommandKind.Cancel, 0));
                break;
            case "reduce":
                Change(words[1], new OrderCommand(CommandKind.Reduce, 0, Quantity: Number(words[3])));
                break;
            case "replace":
                Change(words[1].TrimEnd(':'), new OrderCommand(CommandKind.Replace, 0, Quantity: Number(words[2]), Price: Number(words[4]), ExtraHold: Extra(words), StopPrice: NewStop(words)));
                break;
            default:
                Place(words);
                break;
        }
    }

    private void Place(string[] words)
    {
        var label = words[0].TrimEnd(':');
        var account = words[1];
        var number = _lastNumber[account] = _lastNumber.GetValueOrDefault(account) + 1;
        var command = new OrderCommand(
            CommandKind.Place, number, words[2] == "bids" ? Side.Bid : Side.Ask, OrderType.Limit, TimeInForce.GoodTillCancelled, SelfTrade: _instrument.DefaultSelfTrade,
            Price: Number(words[5]), Quantity: Number(words[3]), MakerBps: _instrument.MakerBps, TakerBps: _instrument.TakerBps);
        foreach (var word in words[6..])
        {
            command = word switch
            {
                "gtc" => command with { TimeInForce = TimeInForce.GoodTillCancelled },
                "ioc" => command with { TimeInForce = TimeInForce.ImmediateOrCancel },
                "fok" => command with { TimeInForce = TimeInForce.FillOrKill },
                "post-only" => command with { PostOnly = true },
                "market" => command with { Type = OrderType.Market, TimeInForce = TimeInForce.ImmediateOrCancel },
                "self-none" => command with { SelfTrade = SelfTradeMode.None },
                "newest" => command with { SelfTrade = SelfTradeMode.CancelNewest },
                "oldest" => command with { SelfTrade = SelfTradeMode.CancelOldest },
                "both" => command with { SelfTrade = SelfTradeMode.CancelBoth },
                "decrement" => command with { SelfTrade = SelfTradeMode.DecrementAndCancel },
                "reject" => command with { SelfTrade = SelfTradeMode.Reject },
                _ when word.StartsWith("stop", StringComparison.Ordinal) => command with
                {
                    Type = command.Type == OrderType.Market ? OrderType.Stop : OrderType.StopLimit,
                    StopPrice = Number(word[4..]),
                },
                _ when word.StartsWith("showing", StringComparison.Ordinal) => command with { DisplayKwh = Number(word[7..]) },
                _ when word.StartsWith("at", StringComparison.Ordinal) => command with { IfSequence = Number(word[2..]) },
                _ when word.StartsWith("gtd", StringComparison.Ordinal) => command with
                {
                    TimeInForce = TimeInForce.GoodTillDate,
                    ExpiresAtMicros = Now.Plus(Seconds(word[3..]) * Timestamp.MicrosPerSecond).Micros,
                },
                _ => throw new FormatException(word),
            };
        }

        _orders.Add(label, (account, number, command.Side));
        _labels.Add((account, number), label);
        Send(Streams.Account(account), new OrderCommands(_firmOf.GetValueOrDefault(account, account), [command]));
    }

    private void Change(string label, OrderCommand command)
    {
        var (account, number, side) = _orders[label];
        Send(Streams.Account(account), new OrderCommands(_firmOf.GetValueOrDefault(account, account), [command with { Order = number, Side = side }]));
    }

    private void Send(string sender, Message message)
    {
        var number = _sent[sender] = _sent.GetValueOrDefault(sender) + 1;
        _watched.Turn(Now, book => book.Receive(new Parcel(sender, number, [message], 1, number, Now, false)));
    }

    private IEnumerable<string> Told()
    {
        foreach (var channel in Book.Outbox.Channels)
        {
            var account = Streams.KeyOf(channel.Target);
            var heard = _heard.GetValueOrDefault(account);
            _heard[account] = channel.LastPosted;
            foreach (var reports in channel.After(heard, int.MaxValue).OfType<OrderReports>())
            {
                foreach (var report in reports.Reports)
                {
                    yield return Words(account, report);
                }
            }
        }
    }

    private string Words(string account, in OrderReport report)
    {
        var what = report.Kind switch
        {
            ReportKind.Accepted => report.Parked ? "accepted, waits" : "accepted",
            ReportKind.Refused => $"refused {report.Reason}",
            ReportKind.Filled => $"filled {report.Quantity}@{report.Price} as {(report.Maker ? "maker" : "taker")}",
            ReportKind.Closed => $"closed {report.Quantity} {report.Reason}",
            ReportKind.Triggered => "triggered",
            ReportKind.Decremented => $"decremented by {report.Quantity}",
            ReportKind.Reduced => $"reduced to {report.Quantity}@{report.Price}",
            _ => $"replaced {report.Quantity}@{report.Price}{(report.Parked ? ", waits" : "")}",
        };
        var fee = report.FeeMicros == 0 ? "" : $" fee {report.FeeMicros}";
        var release = report.Release == 0 ? "" : $" release {report.Release}";
        return $"{_labels[(account, report.Order)]} {what}{fee}{release}";
    }

    private static long Extra(string[] words) => words.Length > 6 ? Number(words[6]) : 0;

    private static long NewStop(string[] words) => words[^1].StartsWith("stop", StringComparison.Ordinal) ? Number(words[^1][4..]) : 0;

    private static long Number(string word) => long.Parse(word, CultureInfo.InvariantCulture);

    private static long Seconds(string word) => Number(word.TrimEnd('s'));

    private static string Normalized(string line) =>
        string.Join('|', line.Split('|').Select(cell => string.Join(' ', cell.Split(' ', StringSplitOptions.RemoveEmptyEntries))));
}
