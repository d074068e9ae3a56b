using System.Runtime.InteropServices;
using Marketplace.Domain.Orders;

namespace Marketplace.Domain.Accounts;

/// <summary>One order of a mass cancel's report.</summary>
/// <param name="ClientOrderId">The participant's own id of it.</param>
/// <param name="Instrument">The instrument.</param>
/// <param name="CancelledKwh">kWh that were cancelled; 0 where the order had ended before the cancel reached the book.</param>
[GenerateSerializer, Alias("gwh.mass-cancelled-order"), Immutable]
public readonly record struct MassCancelledOrder([property: Id(0)] string ClientOrderId, [property: Id(1)] string Instrument, [property: Id(2)] long CancelledKwh);

/// <summary>What a mass cancel did in one account: a fold of its records, from the one it began in to the one its last answer is in.</summary>
[GenerateSerializer, Alias("gwh.mass-cancel-report"), Immutable]
public sealed record MassCancelReport
{
    /// <summary>The most orders one report lists: those entered first.</summary>
    public const int MostOrders = 1_000;

    /// <summary>Orders cancelled.</summary>
    [Id(0)] public required long Cancelled { get; init; }

    /// <summary>Orders that had ended before the cancel reached the book: filled, cancelled or expired.</summary>
    [Id(1)] public required long Ended { get; init; }

    /// <summary>kWh cancelled.</summary>
    [Id(2)] public required Int128 CancelledKwh { get; init; }

    /// <summary>The orders, in the order entered, at most <see cref="MostOrders"/>.</summary>
    [Id(3)] public required MassCancelledOrder[] Orders { get; init; }

    /// <summary>The report of what a caller asked for in a record of its own account.</summary>
    public static MassCancelReport Fold(string caller, long requested, IEnumerable<Record> records)
    {
        var tally = new Tally(caller, requested);
        foreach (var record in records)
        {
            tally.Take(record);
        }

        return tally.Report();
    }

    /// <summary>Follows the channel to each book from the first slice on: which of the answers are to the mass cancel's own commands.</summary>
    private sealed class Tally(string caller, long requested)
    {
        private readonly Dictionary<string, Queue<bool>> _unanswered = new(StringComparer.Ordinal);
        private readonly List<MassCancelledOrder> _orders = [];
        private readonly Dictionary<long, int> _placeOf = [];
        private long _number;
        private long _cancelled;
        private long _ended;
        private Int128 _kwh;

        public void Take(Record record)
        {
            var isSliced = false;
            foreach (var happened in record.Events)
            {
                switch (happened)
                {
                    case MassCancelBegun begun when begun.Caller == caller && begun.Requested == requested:
                        _number = begun.Number;
                        break;
                    case MassCancelSliced sliced when sliced.Number == _number:
                        isSliced = true;
                        Begin(sliced);
                        break;
                    case CommandsEntered entered when _unanswered.TryGetValue(entered.Instrument, out var queue):
                        foreach (var command in entered.Commands)
                        {
                            queue.Enqueue(isSliced && command.Id.Length == 0);
                        }

                        break;
                    case MessagesReceived received:
                        foreach (var reports in received.Messages.OfType<OrderReports>())
                        {
                            Take(reports);
                        }

                        break;
                }
            }
        }

        public MassCancelReport Report() => new() { Cancelled = _cancelled, Ended = _ended, CancelledKwh = _kwh, Orders = [.. _orders] };

        private void Begin(MassCancelSliced sliced)
        {
            foreach (var book in sliced.Books)
            {
                _unanswered.TryAdd(book.Instrument, new(Enumerable.Repeat(false, book.UnansweredBefore)));
            }

            foreach (var order in sliced.Listed)
            {
                _placeOf.Add(order.Order, _orders.Count);
                _orders.Add(new(order.ClientOrderId, "", 0));
            }
        }

        private void Take(OrderReports reports)
        {
            if (!_unanswered.TryGetValue(reports.Instrument, out var queue))
            {
                return;
            }

            foreach (ref readonly var report in reports)
            {
                if (!report.Answers || !queue.Dequeue())
                {
                    continue;
                }

                var kwh = report.Kind == ReportKind.Closed ? report.Quantity : 0;
                _cancelled += report.Kind == ReportKind.Closed ? 1 : 0;
                _ended += report.Kind == ReportKind.Closed ? 0 : 1;
                _kwh += kwh;
                if (_placeOf.TryGetValue(report.Order, out var place))
                {
                    CollectionsMarshal.AsSpan(_orders)[place] = _orders[place] with { Instrument = reports.Instrument, CancelledKwh = kwh };
                }
            }
        }
    }
}
