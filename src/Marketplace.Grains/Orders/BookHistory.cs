using Marketplace.Domain.Instruments;
using Marketplace.Domain.Orders;
using Marketplace.Domain.Settlement;
using Orleans.Serialization;

namespace Marketplace.Grains.Orders;

/// <summary>One event of a book's past.</summary>
/// <param name="Version">The record it is in.</param>
/// <param name="Index">Its place in that record, from 0.</param>
/// <param name="Sequence">The book's sequence after it.</param>
/// <param name="Time">Event time.</param>
/// <param name="Happened">A <see cref="BookEvents"/> with one event, or another event of the book.</param>
/// <param name="Book">The book event, when it is one.</param>
/// <param name="Account">The account of the order taken in, or of the command answered; empty where none, and for a stop order that acts: its command is in an earlier record.</param>
/// <param name="Command">The command taken in or answered; of a stop order that acts, its side and the account's number.</param>
/// <param name="Party">Of a stop order that acts: the index of its account among the book's parties; -1 where <paramref name="Account"/> says whose it is.</param>
public readonly record struct PastEvent(long Version, int Index, long Sequence, Timestamp Time, Event Happened, BookEvent? Book, string Account, OrderCommand Command, int Party = -1);

/// <summary>One trade of a book's past.</summary>
/// <param name="Print">The trade.</param>
/// <param name="Time">When it matched.</param>
public readonly record struct PastTrade(TradePrint Print, Timestamp Time);

/// <summary>A book's past, read from the log: no grain is asked and no state kept.</summary>
public sealed class BookHistory(Log log, Serializer serializer)
{
    /// <summary>Everything that happened in a book from a sequence on, oldest first, up to what is durable now.</summary>
    public IEnumerable<PastEvent> From(string instrument, long sequence)
    {
        var stream = Streams.Book(instrument);
        var last = log.VersionAt(stream, log.DurablePosition);
        var first = FirstVersion(stream, sequence, last);
        return Read(stream, first, last).Where(past => past.Sequence >= sequence);
    }

    /// <summary>Everything that happened in a book from one record on, behind a place in it.</summary>
    public IEnumerable<PastEvent> Behind(string instrument, long version, int index)
    {
        var stream = Streams.Book(instrument);
        return Read(stream, version, log.VersionAt(stream, log.DurablePosition)).Where(past => past.Version > version || past.Index > index);
    }

    /// <summary>Everything that happened in a book at or after a time.</summary>
    public IEnumerable<PastEvent> Since(string instrument, long micros)
    {
        var stream = Streams.Book(instrument);
        var last = log.VersionAt(stream, log.DurablePosition);
        return Read(stream, FirstVersionAt(stream, micros, last), last);
    }

    /// <summary>The trade an event is, if it is one.</summary>
    public static PastTrade? TradeOf(in PastEvent past) => past.Book is { Kind: BookEventKind.Traded } traded
        ? new(new(past.Sequence, traded.Price, traded.Quantity, past.Command.Side, traded.Order, traded.Maker), past.Time)
        : null;

    /// <summary>The cycles of a book, newest first, below a cycle number (0: all).</summary>
    public IEnumerable<(CycleDecided Cycle, Timestamp Time)> Cycles(string instrument, long below)
    {
        var stream = Streams.Book(instrument);
        foreach (var entry in log.ReadStreamBackward(stream, 1, log.VersionAt(stream, log.DurablePosition), log.DurablePosition))
        {
            var record = Decode(entry);
            foreach (var cycle in record.Events.OfType<CycleDecided>().Reverse())
            {
                if (below == 0 || cycle.Cycle < below)
                {
                    yield return (cycle, new(record.TimeMicros));
                }
            }
        }
    }

    private IEnumerable<PastEvent> Read(string stream, long first, long last)
    {
        long sequence = 0;
        // A book begins pending, so being listed as that moves nothing.
        var state = first == 1 ? InstrumentState.Pending : InstrumentState.Unspecified;
        foreach (var entry in log.ReadStream(stream, first, last, log.DurablePosition))
        {
            var record = Decode(entry);
            var commands = new Queue<(string Account, OrderCommand Command)>(
                from received in record.Events.OfType<MessagesReceived>()
                from orders in received.Messages.OfType<OrderCommands>()
                from asked in orders.Commands
                select (received.Sender, asked));
            var index = 0;
            var (account, command, party) = ("", default(OrderCommand), -1);
            foreach (var happened in record.Events)
            {
                if (happened is BookEvents book)
                {
                    sequence = book.SequenceBefore;
                    foreach (var one in book)
                    {
                        if (one.Answers)
                        {
                            (account, command) = commands.Dequeue();
                            party = -1;
                        }
                        else if (one.Kind == BookEventKind.Triggered)
                        {
                            // Placed by a command of an earlier record: the event says whose it is and on which side.
                            (account, command, party) = ("", new(CommandKind.Place, OrderEvent.AccountOrderOf(one.Key), one.Side), OrderEvent.PartyOf(one.Key));
                        }

                        sequence += BookEvents.MovesSequence(one) ? 1 : 0;
                        yield return new(entry.Version, index++, sequence, new(record.TimeMicros), book, one, account, command, party);
                    }
                }
                else if (happened is InstrumentAdopted or CycleDecided or TradeDecided or FeesSwept)
                {
                    if (happened is InstrumentAdopted adopted && adopted.Instrument.State != state)
                    {
                        sequence += state == InstrumentState.Unspecified ? 0 : 1;
                        state = adopted.Instrument.State;
                    }

                    yield return new(entry.Version, index++, sequence, new(record.TimeMicros), happened, null, "", default);
                }
            }
        }
    }

    /// <summary>The first record that may hold a sequence: found by halving, a handful of records read.</summary>
    private long FirstVersion(string stream, long sequence, long last)
    {
        long low = 1;
        var high = last;
        while (low < high)
        {
            var middle = low + ((high - low + 1) / 2);
            var (at, before) = NextSequence(stream, middle, high);
            if (before < sequence)
            {
                low = at;
            }
            else
            {
                high = middle - 1;
            }
        }

        return Math.Max(1, low);
    }

    /// <summary>The first record at or after a time, by halving; one more than the last where there is none.</summary>
    private long FirstVersionAt(string stream, long micros, long last)
    {
        var (low, high) = (1L, last + 1);
        while (low < high)
        {
            var middle = low + ((high - low) / 2);
            if (Decode(log.ReadStream(stream, middle, middle, log.DurablePosition).Single()).TimeMicros < micros)
            {
                low = middle + 1;
            }
            else
            {
                high = middle;
            }
        }

        return low;
    }

    private (long Version, long? SequenceBefore) NextSequence(string stream, long from, long to)
    {
        foreach (var entry in log.ReadStream(stream, from, to, log.DurablePosition))
        {
            if (Decode(entry).Events.OfType<BookEvents>().FirstOrDefault() is { } book)
            {
                return (entry.Version, book.SequenceBefore);
            }
        }

        return (to, null);
    }

    private Record Decode(in JournalRecord entry) => serializer.Deserialize<Record>(entry.Payload)!;
}
