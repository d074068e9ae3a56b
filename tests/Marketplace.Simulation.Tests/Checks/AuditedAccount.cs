using Marketplace.Domain.Accounts;
using Marketplace.Simulation.Tests.Clients;

namespace Marketplace.Simulation.Tests.Checks;

/// <summary>One account as an auditor follows it from its durable records: M2, and O1 and O2 for what its participant sent.</summary>
internal sealed class AuditedAccount(string participant, CallRegistry calls, Func<string, AuditedTrades> tradesOf, RareEvents rare)
{
    private readonly Dictionary<string, Int128> _assets = new(StringComparer.Ordinal);
    private readonly AuditedCancels _cancels = new(participant, rare);

    /// <summary>Follows one durable record; the replica is the account behind it.</summary>
    public void Take(Record record, Account replica)
    {
        foreach (var happened in record.Events)
        {
            switch (happened)
            {
                case CommandsEntered entered:
                    foreach (var command in entered.Commands)
                    {
                        calls.Entered(participant, entered.Instrument, command);
                    }

                    break;
                case MessagesReceived received:
                    foreach (var message in received.Messages)
                    {
                        Take(message);
                    }

                    break;
                case TokensSent:
                    rare.Count(RareEvent.Transferred);
                    break;
            }
        }

        _cancels.Take(record);
        foreach (var movement in Movements.Of(record))
        {
            Post(movement);
        }

        Violation.Unless(Of(Movement.Usd) == replica.CashAvailable + replica.CashHeld, "M2", $"{participant}'s cash is not the sum of its entries");
        foreach (var (instrument, tokens) in replica.Tokens)
        {
            Violation.Unless(Of(instrument) == (Int128)tokens.Available + tokens.Held, "M2", $"{participant}'s {instrument} is not the sum of its entries");
        }
    }

    private Int128 Of(string asset) => _assets.GetValueOrDefault(asset);

    private void Take(Message message)
    {
        switch (message)
        {
            case Domain.Orders.OrderReports reports:
                foreach (var report in reports.Reports)
                {
                    if (report.Kind == Domain.Orders.ReportKind.Filled)
                    {
                        tradesOf(reports.Instrument).Report(Streams.Account(participant), report);
                    }
                }

                break;
            case Domain.Settlement.SettlementPosting posting:
                tradesOf(posting.Instrument).Post(Streams.Account(participant), posting);
                break;
            case WithdrawalClosed closed:
                rare.Count(closed.Paid ? RareEvent.WithdrawalPaid : RareEvent.WithdrawalReturned);
                break;
        }
    }

    private void Post(in Movement movement)
    {
        var legs = 0;
        Int128 dollars = 0;
        Int128 tokens = 0;
        foreach (var leg in movement.Legs())
        {
            legs++;
            var isCash = leg.Asset == Movement.Usd;
            dollars += isCash ? leg.Amount : 0;
            tokens += isCash ? 0 : leg.Amount;
            if (leg.Ledger is "available" or "held")
            {
                _assets[leg.Asset] = Of(leg.Asset) + leg.Amount;
            }
        }

        Violation.Unless(legs >= 2 && dollars == 0 && tokens == 0, "M2", $"an entry of {participant} does not balance");
    }
}
