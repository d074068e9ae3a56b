using System.Runtime.InteropServices;
using Marketplace.Domain.Instruments;

namespace Marketplace.Domain.Orders;

/// <summary>What accounts and the public are told of what happened.</summary>
public sealed partial class OrderBook
{
    private static Side Other(Side side) => side == Side.Bid ? Side.Ask : Side.Bid;

    private void Report(int party, in OrderCommand command, in OrderEvent happened)
    {
        switch (happened.Kind)
        {
            case BookEventKind.Refused:
                Tell(party, new(
                    ReportKind.Refused, command.Order, 0, happened.Sequence, Release: TakenFor(command), Reason: happened.Reason, Command: command.Kind, Answers: true, Side: command.Side));
                break;
            case BookEventKind.Taken:
                TellOfTaker(party, new(ReportKind.Accepted, command.Order, happened.Number, happened.Sequence, Answers: true));
                break;
            case BookEventKind.Triggered:
                TellOfTaker(OrderEvent.PartyOf(happened.Key), new(ReportKind.Triggered, OrderEvent.AccountOrderOf(happened.Key), happened.Number, happened.Sequence, Side: happened.Side));
                break;
            case BookEventKind.Replaced:
                TellOfTaker(party, new(
                    ReportKind.Replaced, command.Order, happened.Number, happened.Sequence, happened.Price, happened.Quantity, Release: happened.Release,
                    Command: CommandKind.Replace, Answers: true, Side: happened.Side));
                break;
            case BookEventKind.Rested:
                // What answers the command tells the sequence at which the order came to rest.
                TakerReport = TakerReport with { Sequence = happened.Sequence };
                break;
            case BookEventKind.Parked:
                TakerReport = TakerReport with { Parked = true };
                break;
            case BookEventKind.Traded:
                ReportTrade(happened);
                break;
            case BookEventKind.Decremented:
                ReportDecrement(happened.MakerKey, happened.MakerNumber, Other(happened.Side), happened.MakerOpen, happened.MakerRelease, happened);
                ReportDecrement(happened.Key, happened.Number, happened.Side, happened.Open, happened.Release, happened);
                break;
            case BookEventKind.Cancelled:
                Tell(OrderEvent.PartyOf(happened.Key), new(
                    ReportKind.Closed, OrderEvent.AccountOrderOf(happened.Key), happened.Number, happened.Sequence, Quantity: happened.Quantity, Release: happened.Release,
                    Reason: happened.Reason, Command: happened.WasInBook ? CommandKind.Cancel : CommandKind.Place, Answers: happened.ByCommand, Side: happened.Side));
                break;
            case BookEventKind.Reduced:
                Tell(party, new(
                    ReportKind.Reduced, command.Order, happened.Number, happened.Sequence, happened.Price, happened.Quantity, Release: happened.Release,
                    Command: command.Kind, Answers: true, Side: happened.Side));
                break;
        }
    }

    private static long TakenFor(in OrderCommand command) => command.Kind switch
    {
        CommandKind.Place when command.Side == Side.Ask => command.Quantity,
        CommandKind.Place => (long)Hold.BidMicros(command.Price, command.Quantity, command.MaxBps, 0),
        _ => command.ExtraHold,
    };

    private void ReportTrade(in OrderEvent happened)
    {
        var settled = Instrument!.Settlement == SettlementMode.Immediate;
        Tell(OrderEvent.PartyOf(happened.MakerKey), new(
            ReportKind.Filled, OrderEvent.AccountOrderOf(happened.MakerKey), happened.MakerNumber, happened.Sequence, happened.Price, happened.Quantity,
            happened.MakerFeeMicros, happened.MakerRelease, settled, Maker: true, Side: Other(happened.Side)));
        Tell(OrderEvent.PartyOf(happened.Key), new(
            ReportKind.Filled, OrderEvent.AccountOrderOf(happened.Key), happened.Number, happened.Sequence, happened.Price, happened.Quantity,
            happened.FeeMicros, happened.Release, settled, Maker: false, Side: happened.Side));
        Settle(happened, settled);
    }

    private void ReportDecrement(long key, long number, Side side, long open, long release, in OrderEvent happened) => Tell(OrderEvent.PartyOf(key), new(
        open == 0 ? ReportKind.Closed : ReportKind.Decremented, OrderEvent.AccountOrderOf(key), number, happened.Sequence, Quantity: happened.Quantity, Release: release,
        Reason: RejectReason.SelfTrade, Command: open == 0 && side != happened.Side ? CommandKind.Cancel : CommandKind.Place, Side: side));

    private void Tell(int party, in OrderReport report)
    {
        var told = _parties[party];
        if (told.Reports is null)
        {
            _reported.Add(party);
            told.Reports = Spare<List<OrderReport>>.Take();
        }

        told.Reports.Add(report);
    }

    private void TellOfTaker(int party, in OrderReport report)
    {
        Tell(party, report);
        _takerParty = party;
        _takerReport = _parties[party].Reports!.Count - 1;
    }

    private ref OrderReport TakerReport => ref CollectionsMarshal.AsSpan(_parties[_takerParty].Reports)[_takerReport];

    /// <summary>Gathers what everybody may see. A waiting stop order is nobody's to see.</summary>
    private void Show(in OrderEvent happened)
    {
        switch (happened.Kind)
        {
            case BookEventKind.Traded:
                Changes.Touch(Other(happened.Side), happened.Price);
                Changes.Order(new(Other(happened.Side), happened.MakerNumber, happened.Price, happened.Shown, happened.Behind));
                Changes.Print(new(happened.Sequence, happened.Price, happened.Quantity, happened.Side, happened.Number, happened.MakerNumber));
                break;
            case BookEventKind.Decremented:
                Changes.Touch(Other(happened.Side), happened.Price);
                Changes.Order(new(Other(happened.Side), happened.MakerNumber, happened.Price, happened.Shown, happened.Behind));
                break;
            case BookEventKind.Rested:
                Changes.Touch(happened.Side, happened.Price);
                Changes.Order(new(happened.Side, happened.Number, happened.Price, happened.Shown, happened.Behind));
                break;
            case BookEventKind.Cancelled when happened.WasInBook && !happened.WasWaiting:
            case BookEventKind.Reduced when !happened.WasWaiting:
                Changes.Touch(happened.Side, happened.Price);
                Changes.Order(new(happened.Side, happened.Number, happened.Price, happened.Shown, happened.Behind));
                break;
            case BookEventKind.Replaced when !happened.WasWaiting:
                Changes.Touch(happened.Side, happened.PriceBefore);
                Changes.Order(new(happened.Side, happened.Number, happened.PriceBefore, 0, Behind: false));
                break;
        }
    }
}
