using Marketplace.Domain.Accounts;
using Marketplace.Domain.Capacity;
using Marketplace.Domain.Orders;

namespace Marketplace.Simulation.Tests.Checks;

/// <summary>What must hold in one machine after each of its turns: M3, M4, O6, O9, T2.</summary>
internal static class MachineChecks
{
    public static void Check(Machine machine)
    {
        switch (machine)
        {
            case Account account:
                CheckHolds(account, exactly: false);
                break;
            case OrderBook book:
                CheckCrossed(book);
                break;
            case ContractDesk { Contract: { } contract }:
                Violation.Unless(contract.OutstandingKwh <= contract.AttestedKwh, "T2", $"{contract.Id} has more tokens than attested capacity");
                break;
        }
    }

    /// <summary>Held is what open orders, matched trades and withdrawals hold, and, while changes are under way, what those hold on top.</summary>
    public static void CheckHolds(Account account, bool exactly)
    {
        var held = account.TradeHeldMicros + account.Withdrawals.Values.Aggregate((Int128)0, (sum, micros) => sum + micros);
        foreach (var order in account.Orders)
        {
            Violation.Unless(order.HoldAmount > 0 && order.Open > 0 && order.Filled + order.Open == order.Terms.Quantity, "O7", $"{account.ParticipantId} order {order.Id} is open with nothing in it");
            held += order.Terms.Side == Side.Bid ? order.HoldAmount : 0;
        }

        Violation.Unless(account.CashAvailable >= 0 && account.CashHeld >= account.TradeHeldMicros && account.TradeHeldMicros >= 0, "M3", $"{account.ParticipantId} has spent what it has not");
        Violation.Unless(exactly ? account.CashHeld == held : account.CashHeld >= held, "M4", $"{account.ParticipantId} holds {account.CashHeld}, its orders {held}");
        foreach (var (instrument, tokens) in account.Tokens)
        {
            var offered = tokens.TradeHeld + account.Orders.Where(order => order.Instrument == instrument && order.Terms.Side == Side.Ask).Sum(order => order.HoldAmount);
            Violation.Unless(tokens.Available >= 0 && tokens.Held >= tokens.TradeHeld && tokens.TradeHeld >= 0, "M3", $"{account.ParticipantId} has sold what it has not");
            Violation.Unless(exactly ? tokens.Held == offered : tokens.Held >= offered, "M4", $"{account.ParticipantId} holds {tokens.Held} of {instrument}, its orders {offered}");
        }

        Violation.Unless(account.Participant is null || account.Orders.Count <= account.Participant.Limits.MaxOpenOrders, "O9", $"{account.ParticipantId} has more open orders than it may");
    }

    private static void CheckCrossed(OrderBook book)
    {
        var bid = book.Levels(Side.Bid, 1).FirstOrDefault();
        var ask = book.Levels(Side.Ask, 1).FirstOrDefault();
        Violation.Unless(bid.Orders == 0 || ask.Orders == 0 || bid.Price < ask.Price, "O6", $"{book.InstrumentId} is crossed");
    }
}
