using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using Marketplace.Domain.Orders;

namespace Marketplace.Domain.Accounts;

/// <summary>The account's way to its books and back: commands of a turn gathered for each book, and the reports that answer them.</summary>
public sealed partial class Account
{
    // Lists and queues kept for whichever account needs one next: those of a usual batch.
    private const int MostSpareCommands = 256;

    /// <inheritdoc/>
    protected override void Gather()
    {
        if (_entering.Count == 0)
        {
            return;
        }

        _entering.Sort(static (one, other) => string.CompareOrdinal(one.Instrument, other.Instrument));
        foreach (var line in _entering)
        {
            var commands = line.Entering!;
            var entered = new CommandsEntered(line.Instrument, CollectionsMarshal.AsSpan(commands), _session);
            Recorded(entered);
            Send(line, entered);
            line.Entering = null;
            Spare.Give(commands, MostSpareCommands);
        }

        _entering.Clear();
    }

    /// <summary>Takes a decided command into the turn: applied at once, recorded and sent with the others of its book at the turn's end.</summary>
    private void Take(BookLine line, in EnteredCommand entered, RequestKey key)
    {
        if (line.Entering is not { } commands)
        {
            line.Entering = commands = Spare<List<EnteredCommand>>.Take();
            _entering.Add(line);
        }

        commands.Add(entered);
        Enter(line, entered.Command, key, entered.Command.Kind == CommandKind.Place ? entered.Id : null, entered.Fingerprint, _session);
    }

    private void EnterAgain(CommandsEntered entered)
    {
        var line = LineOf(entered.Instrument);
        var reader = entered.Read();
        while (reader.MoveNext())
        {
            var placed = reader.Command.Kind == CommandKind.Place;
            var key = reader.Id.IsEmpty ? default : RequestKey.Of(placed ? 'o' : 'r', reader.Id);
            Enter(line, reader.Command, key, placed ? reader.LongId(key) : null, reader.Fingerprint, entered.Session);
        }

        Send(line, entered);
    }

    /// <summary>Applies a command that is decided, live or again. The client's id of a new order comes along live, and whenever it is not in its key.</summary>
    private void Enter(BookLine line, in OrderCommand command, RequestKey key, string? clientOrderId, ulong fingerprint, string session)
    {
        var order = -1;
        if (command.Kind == CommandKind.Place)
        {
            _lastOrderNumber = Math.Max(_lastOrderNumber, command.Order);
            var hold = OpenOrder.HoldOf(command);
            order = _orders.Enter(line.Instrument, key, key.IsHashed ? clientOrderId : null, command, hold, session, Version + 1, Now);
            Touch(order);
            MoveHold(line.Instrument, command.Side, hold);
        }
        else
        {
            _orders.At(_orders.Find(command.Order)).Ask(command);
            if (command.Kind == CommandKind.Replace && command.ExtraHold > 0)
            {
                MoveHold(line.Instrument, command.Side, command.ExtraHold);
            }
        }

        long idPlace = -1;
        if (!key.IsNone)
        {
            idPlace = _ids.Remember(key, fingerprint, Version + 1, 0, Now, order);
        }

        if (order >= 0)
        {
            _orders.At(order).IdPlace = idPlace;
        }

        line.Ask(new(command.Order, key, idPlace, command.ExtraHold, command.StopPrice, key.IsNone ? _slicing : 0, clientOrderId, _waiter, _place));
    }

    private void Send(BookLine line, CommandsEntered entered) => Outbox.Post(line.Book, new OrderCommands(entered.Packed, Participant!.Firm));

    /// <summary>Some reports at a time: the memory of their orders, and then that of the orders' ids, is asked for before the first is taken in.</summary>
    [SkipLocalsInit]
    private void Take(OrderReports reports)
    {
        Span<OrderReport> some = stackalloc OrderReport[CacheLine.AtOnce];
        Span<int> places = stackalloc int[CacheLine.AtOnce];
        var line = LineOf(reports.Instrument);
        var reader = reports.GetEnumerator();
        while (reader.Read(some) is > 0 and var count)
        {
            for (var at = 0; at < count; at++)
            {
                places[at] = _orders.Find(some[at].Order);
                if (places[at] >= 0)
                {
                    _orders.Prefetch(places[at]);
                }
            }

            foreach (var place in places[..count])
            {
                if (place >= 0)
                {
                    _ids.Expect(_orders.At(place).IdPlace);
                }
            }

            foreach (ref readonly var report in some[..count])
            {
                TakeReport(line, report);
            }
        }
    }

    private void TakeReport(BookLine line, in OrderReport report)
    {
        var place = _orders.Find(report.Order);
        var asked = report.Answers ? Answered(line, place, report) : default;
        if (place < 0)
        {
            Check.That(report is { Kind: ReportKind.Refused, Answers: true, Command: not CommandKind.Place });
            Release(line.Instrument, report);
            return;
        }

        _orders.Apply(place, report, Now, asked.ExtraHold, asked.StopPrice);
        if (report.Kind == ReportKind.Filled)
        {
            if (report.Settled)
            {
                Post(Movement.Traded(line.Instrument, report));
            }
            else
            {
                HoldForTrade(line.Instrument, report);
            }
        }

        ref var row = ref _orders.At(place);
        if (!IsReplaying)
        {
            Changes.Reported(_orders.Read(place), ref row, report, Version);
        }

        Release(line.Instrument, report);
        Touch(place);
        if (!row.IsOpen)
        {
            _ids.End(row.IdPlace, row.Key, Version + 1);
            _orders.End(place);
        }
    }

    /// <summary>A report answers the first command its book has not answered: what was asked.</summary>
    private Unanswered Answered(BookLine line, int place, in OrderReport report)
    {
        var asked = line.Answered();
        Check.That(asked.Order == report.Order);
        if (asked.MassCancel != 0)
        {
            Answered(asked.MassCancel);
        }

        if (!asked.Key.IsNone)
        {
            var refused = report.Kind == ReportKind.Refused ? report.Reason : RejectReason.None;
            _ids.Resolve(asked.IdPlace, Version + 1, refused);
            if (!IsReplaying)
            {
                (_answers ??= Spare<List<Answer>>.Take()).Add(new(asked.Key, place < 0 ? null : _orders.Read(place), refused, asked.ClientOrderId, asked.Waiter, asked.Place));
            }
        }

        Check.That(report.Kind != ReportKind.Refused || report.Command == CommandKind.Place || report.Release == asked.ExtraHold);
        return asked;
    }

    private void Touch(int place)
    {
        if (!IsReplaying)
        {
            Changes.Touch(_orders.Read(place));
        }
    }

    private void Release(string instrument, in OrderReport report)
    {
        if (report.Release != 0)
        {
            MoveHold(instrument, report.Side, -report.Release);
        }
    }

    /// <summary>A fill that a cycle will settle: what the order held for it stays held, for the trade.</summary>
    private void HoldForTrade(string instrument, in OrderReport report)
    {
        if (report.Side == Side.Bid)
        {
            TradeHeldMicros += (Int128)Price.NotionalMicros(report.Price, report.Quantity) + report.FeeMicros;
        }
        else
        {
            ref var tokens = ref CollectionsMarshal.GetValueRefOrAddDefault(_tokens, instrument, out _);
            tokens = tokens with { TradeHeld = tokens.TradeHeld + report.Quantity };
        }
    }

    private BookLine LineOf(string instrument)
    {
        if (_line is { } last && (ReferenceEquals(last.Instrument, instrument) || last.Instrument == instrument))
        {
            return last;
        }

        if (!_lines.TryGetValue(instrument, out var line))
        {
            line = new(instrument, Outbox.To(Streams.Book(instrument)));
            _lines.Add(instrument, line);
        }

        return _line = line;
    }

    /// <summary>What an account keeps of its way to one book.</summary>
    private sealed class BookLine(string instrument, Outbox.Channel book)
    {
        public string Instrument { get; } = instrument;

        public Outbox.Channel Book { get; } = book;

        /// <summary>Commands of the turn under way; null where there are none.</summary>
        public List<EnteredCommand>? Entering { get; set; }

        /// <summary>Commands the book has not answered, in the order sent; null where there are none.</summary>
        public Queue<Unanswered>? Unanswered { get; private set; }

        /// <summary>A command is sent.</summary>
        public void Ask(in Unanswered command) => (Unanswered ??= Spare<Queue<Unanswered>>.Take()).Enqueue(command);

        /// <summary>The book has answered the first command it had not: which that was.</summary>
        public Unanswered Answered()
        {
            Check.That(Unanswered is not null);
            var first = Unanswered.Dequeue();
            if (Unanswered.Count == 0)
            {
                if (Unanswered.Capacity <= MostSpareCommands)
                {
                    Spare<Queue<Unanswered>>.Give(Unanswered);
                }

                Unanswered = null;
            }

            return first;
        }
    }

    /// <summary>A command its book has not answered. Who waits for the answer, and the id of a new order as its sender's text, are not part of the state.</summary>
    private readonly record struct Unanswered(
        long Order, RequestKey Key, long IdPlace, long ExtraHold, long StopPrice, long MassCancel, string? ClientOrderId = null, object? Waiter = null, int Place = 0);
}
