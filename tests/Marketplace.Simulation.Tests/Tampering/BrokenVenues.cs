using Marketplace.Domain.Orders;
using Marketplace.Domain.Settlement;
using Marketplace.Simulation.Tests.Machinery;

namespace Marketplace.Simulation.Tests.Tampering;

/// <summary>Releases a hold twice: what a book tells an account to release is doubled.</summary>
internal sealed class ReleasesTwice : Tamper
{
    public override Parcel Parcel(HostedMachine sender, Outbox.Channel channel, Parcel parcel)
    {
        for (var at = 0; at < parcel.Messages.Length; at++)
        {
            if (parcel.Messages[at] is OrderReports reports && reports.Reports.Any(report => report.Release > 0))
            {
                Done++;
                Message doubled = new OrderReports(reports.Instrument, [.. reports.Reports.Select(report => report with { Release = report.Release * 2 })]);
                return parcel with { Messages = [.. parcel.Messages[..at], doubled, .. parcel.Messages[(at + 1)..]] };
            }
        }

        return parcel;
    }
}

/// <summary>Answers before the flush.</summary>
internal sealed class AnswersBeforeTheFlush : Tamper
{
    public override bool AnswersEarly(HostedMachine machine, long position)
    {
        Done++;
        return true;
    }
}

/// <summary>Forgets messages before their target has them: they are taken for received when they are sent, and the parcel is empty.</summary>
internal sealed class ForgetsEarly : Tamper
{
    private int _parcels;

    public override Parcel Parcel(HostedMachine sender, Outbox.Channel channel, Parcel parcel)
    {
        if (++_parcels % 100 != 0)
        {
            return parcel;
        }

        Done++;
        sender.Machine.Outbox.Received(channel, parcel.LastNumber);
        return parcel with { Messages = [] };
    }
}

/// <summary>Skips a posting: an account is told of a settlement that moves nothing.</summary>
internal sealed class SkipsAPosting : Tamper
{
    public override Parcel Parcel(HostedMachine sender, Outbox.Channel channel, Parcel parcel)
    {
        for (var at = 0; at < parcel.Messages.Length; at++)
        {
            if (parcel.Messages[at] is SettlementPosting posting)
            {
                Done++;
                Message nothing = new SettlementPosting(posting.Instrument, posting.Cycle, posting.Trade);
                return parcel with { Messages = [.. parcel.Messages[..at], nothing, .. parcel.Messages[(at + 1)..]] };
            }
        }

        return parcel;
    }
}

/// <summary>Breaks ties wrongly: the book trades with an order that stands behind another of the same price.</summary>
internal sealed class BreaksTiesWrongly : Tamper
{
    public override Record Record(HostedMachine machine, Record record)
    {
        if (machine.Machine is not OrderBook book)
        {
            return record;
        }

        return BookEventsOf.Changed(record, happened =>
        {
            var behind = happened.Kind != BookEventKind.Traded ? 0 : book.Orders(Side.Bid).Concat(book.Orders(Side.Ask))
                .Where(order => order.Price == happened.Price && order.Number != happened.Maker && order.Number != happened.Order).Select(order => order.Number).FirstOrDefault();
            Done += behind != 0 ? 1 : 0;
            return behind != 0 ? happened with { Maker = behind } : happened;
        });
    }
}

/// <summary>Charges a micro-dollar too much on a trade.</summary>
internal sealed class OverchargesAFee : Tamper
{
    public override Record Record(HostedMachine machine, Record record)
    {
        return BookEventsOf.Changed(record, happened =>
        {
            Done += happened.Kind == BookEventKind.Traded ? 1 : 0;
            return happened.Kind == BookEventKind.Traded ? happened with { TakerFeeMicros = happened.TakerFeeMicros + 1 } : happened;
        });
    }
}

/// <summary>Takes what another process may still lose: every parcel claims to be durable.</summary>
internal sealed class ClaimsDurability : Tamper
{
    public override Parcel Parcel(HostedMachine sender, Outbox.Channel channel, Parcel parcel)
    {
        if (sender.Process.Log.Durable < parcel.Position)
        {
            Done++;
        }

        return parcel with { Durable = true };
    }
}

/// <summary>The book events of a record, unpacked, changed and packed again.</summary>
internal static class BookEventsOf
{
    public static Record Changed(Record record, Func<BookEvent, BookEvent> change)
    {
        for (var at = 0; at < record.Events.Length; at++)
        {
            if (record.Events[at] is BookEvents events)
            {
                record.Events[at] = BookEvents.Of(events.SequenceBefore, [.. events.ToArray().Select(change)]);
            }
        }

        return record;
    }
}
