using System.Globalization;
using Marketplace.Domain.Orders;
using Marketplace.Domain.Settlement;

namespace Marketplace.Domain.Accounts;

/// <summary>The movements an event of an account means: balances are the sum of them, and a statement lists them.</summary>
public static class Movements
{
    /// <summary>Everything a record moved, in order.</summary>
    public static IEnumerable<Movement> Of(Record record)
    {
        foreach (var happened in record.Events)
        {
            if (happened is CommandsEntered entered)
            {
                foreach (var command in entered.Commands)
                {
                    if (HoldFor(entered.Instrument, command.Command) is { } hold)
                    {
                        yield return hold;
                    }
                }
            }

            foreach (var movement in happened is MessagesReceived received ? received.Messages.SelectMany(OfAnyMessage) : OfOwn(happened))
            {
                yield return movement;
            }
        }
    }

    /// <summary>The hold a command takes; null when it takes none.</summary>
    internal static Movement? HoldFor(string instrument, in OrderCommand command) => command.Kind switch
    {
        CommandKind.Place => Movement.Held(instrument, command.Order, command.Side, OpenOrder.HoldOf(command)),
        CommandKind.Replace when command.ExtraHold > 0 => Movement.Held(instrument, command.Order, command.Side, command.ExtraHold),
        _ => null,
    };

    /// <summary>What an event of the account itself moves, beside the holds of commands.</summary>
    internal static IEnumerable<Movement> OfOwn(Event happened) => happened switch
    {
        WithdrawalRequested requested => [new(MovementCause.WithdrawalHold, "", Reference: requested.Id, CashAvailable: -requested.Micros, CashHeld: requested.Micros)],
        TokensSent sent => [new(MovementCause.TransferOut, sent.Instrument, Reference: sent.To, TokensAvailable: -sent.Kwh)],
        TokensReclaimed { Answer.Kwh: > 0 } reclaimed =>
            [new(MovementCause.TokenWithdrawal, reclaimed.Answer.Instrument, Reference: Streams.KeyOf(reclaimed.Contract), TokensAvailable: -reclaimed.Answer.Kwh)],
        _ => [],
    };

    /// <summary>What a message received moves, beside the reports of a book.</summary>
    internal static IEnumerable<Movement> OfMessage(Message message) => message switch
    {
        DepositPosted deposit => [new(MovementCause.Deposit, "", Reference: deposit.BankReference, CashAvailable: deposit.Micros)],
        WithdrawalClosed { Paid: true } paid => [new(MovementCause.WithdrawalPaid, "", Reference: paid.Id, CashHeld: -paid.Micros)],
        WithdrawalClosed returned =>
            [new(MovementCause.WithdrawalReturned, "", Reference: returned.Id, CashAvailable: returned.Micros, CashHeld: -returned.Micros)],
        TokensCredited credited =>
            [new(credited.Issued ? MovementCause.Issue : MovementCause.TransferIn, credited.Instrument, Reference: credited.Origin, TokensAvailable: credited.Kwh)],
        FeesCredited fees => [new(MovementCause.Fees, fees.Instrument, CashAvailable: fees.Micros)],
        SettlementPosting posting => [OfPosting(posting)],
        _ => [],
    };

    private static Movement OfPosting(SettlementPosting posting) => new(
        MovementCause.Settlement,
        posting.Instrument,
        Reference: posting.Cycle > 0
            ? "cycle " + posting.Cycle.ToString(CultureInfo.InvariantCulture)
            : "trade " + posting.Trade.ToString(CultureInfo.InvariantCulture),
        CashAvailable: posting.HeldMicros + posting.NetMicros,
        CashHeld: -posting.HeldMicros,
        TokensAvailable: posting.HeldKwh + posting.NetKwh,
        TokensHeld: -posting.HeldKwh);

    private static IEnumerable<Movement> OfAnyMessage(Message message) =>
        message is OrderReports reports ? reports.Reports.SelectMany(report => OfReport(reports.Instrument, report)) : OfMessage(message);

    private static IEnumerable<Movement> OfReport(string instrument, OrderReport report)
    {
        if (report is { Kind: ReportKind.Filled, Settled: true })
        {
            yield return Movement.Traded(instrument, report);
        }

        if (report.Release != 0)
        {
            yield return Movement.Released(instrument, report.Order, report.Side, report.Release);
        }
    }
}
