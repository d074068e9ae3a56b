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

        foreach (var events in record.Events.OfType<BookEvents>())
        {
            for (var at = 0; at < events.Events.Length; at++)
            {
                var happened = events.Events[at];
                var behind = happened.Kind != BookEventKind.Traded ? 0 : book.Orders(Side.Bid).Concat(book.Orders(Side.Ask))
                    .Where(order => order.Price == happened.Price && order.Number != happened.Maker && order.Number != happened.Order).Select(order => order.Number).FirstOrDefault();
                if (behind != 0)
                {
                    Done++;
                    events.Events[at] = happened with { Maker = behind };
                }
            }
        }

        return record;
    }
}

/// <summary>Charges a micro-dollar too much on a trade.</summary>
internal sealed class OverchargesAFee : Tamper
{
    public override Record Record(HostedMachine machine, Record record)
    {
        foreach (var events in record.Events.OfType<BookEvents>())
        {
            for (var at = 0; at < events.Events.Length; at++)
            {
                if (events.Events[at].Kind == BookEventKind.Traded)
                {
                    Done++;
                    events.Events[at] = events.Events[at] with { TakerFeeMicros = events.Events[at].TakerFeeMicros + 1 };
                }
            }
        }

        return record;
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
