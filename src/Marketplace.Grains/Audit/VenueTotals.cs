using Marketplace.Domain.Accounts;
using Marketplace.Domain.Capacity;
using Marketplace.Domain.Orders;
using Marketplace.Domain.Treasury;

namespace Marketplace.Grains.Audit;

/// <summary>Cash of the whole venue as of a cut, micro-dollars: accounts + fees + in transit = deposits - withdrawals paid.</summary>
public sealed record CashTotals(
    Int128 Available, Int128 Held, Int128 Fees, Int128 InTransit, Int128 Deposits, Int128 WithdrawalsPaid, Int128 WithdrawalsPending)
{
    /// <summary>What is missing or too much; 0 when cash is conserved.</summary>
    public Int128 Difference => Available + Held + Fees + InTransit - (Deposits - WithdrawalsPaid);
}

/// <summary>Tokens of one instrument as of a cut, kWh: issued = available + held + withdrawn + in transit. Encumbered, claimed and expired come with delivery.</summary>
public sealed record TokenTotals(string Instrument, long Issued, long Available, long Held, long Withdrawn, long InTransit)
{
    /// <summary>What is missing or too much; 0 when tokens are conserved.</summary>
    public long Difference => Available + Held + Withdrawn + InTransit - Issued;
}

/// <summary>An invariant checked on the whole venue.</summary>
/// <param name="Name">Its number in the list of invariants, and what it says.</param>
/// <param name="Broken">Where it does not hold; empty when it does. At most ten places.</param>
public sealed record CheckedInvariant(string Name, string[] Broken);

/// <summary>The sums and checks of a <see cref="VenueFold"/>.</summary>
public static class VenueTotals
{
    /// <summary>Cash.</summary>
    public static CashTotals Cash(VenueFold venue)
    {
        Int128 available = 0, held = 0, fees = 0, deposits = 0, paid = 0, pending = 0;
        foreach (var machine in venue.Machines.Values)
        {
            switch (machine)
            {
                case Account account:
                    available += account.CashAvailable;
                    held += account.CashHeld;
                    pending += Sum(account.Withdrawals.Values);
                    break;
                case OrderBook book:
                    fees += book.Settlement.FeesMicros;
                    break;
                case BankDesk bank:
                    deposits += bank.DepositsMicros;
                    paid += bank.PaidMicros;
                    break;
            }
        }

        Int128 transit = 0;
        foreach (var message in InTransit(venue))
        {
            transit += message.CashInTransitMicros;
        }

        return new(available, held, fees, transit, deposits, paid, pending);
    }

    /// <summary>Tokens by instrument, in order.</summary>
    public static IReadOnlyList<TokenTotals> Tokens(VenueFold venue)
    {
        var totals = new SortedDictionary<string, TokenTotals>(StringComparer.Ordinal);
        TokenTotals Of(string instrument) => totals.GetValueOrDefault(instrument) ?? new(instrument, 0, 0, 0, 0, 0);
        foreach (var machine in venue.Machines.Values)
        {
            switch (machine)
            {
                case Account account:
                    foreach (var (instrument, tokens) in account.Tokens)
                    {
                        var sum = Of(instrument);
                        totals[instrument] = sum with { Available = sum.Available + tokens.Available, Held = sum.Held + tokens.Held };
                    }

                    break;
                case ContractDesk { Contract: { } contract }:
                    foreach (var line in contract.Issued)
                    {
                        var sum = Of(line.Instrument);
                        totals[line.Instrument] = sum with { Issued = sum.Issued + line.IssuedKwh, Withdrawn = sum.Withdrawn + line.WithdrawnKwh };
                    }

                    break;
            }
        }

        foreach (var (instrument, kwh) in InTransit(venue).SelectMany(message => message.TokensInTransit))
        {
            var sum = Of(instrument);
            totals[instrument] = sum with { InTransit = sum.InTransit + kwh };
        }

        return [.. totals.Values];
    }

    /// <summary>Every invariant that a cut of the whole venue can show.</summary>
    public static IReadOnlyList<CheckedInvariant> Invariants(VenueFold venue)
    {
        var cash = Cash(venue);
        var accounts = venue.Machines.Values.OfType<Account>().ToArray();
        var books = venue.Machines.Values.OfType<OrderBook>().ToArray();
        return
        [
            Checked("M1 cash is conserved", cash.Difference == 0 ? [] : [$"difference {cash.Difference} micro-dollars"]),
            Checked("M3 nothing is negative", accounts.Where(IsNegative).Select(account => account.Stream)),
            Checked("M4 what is held is held for something open", accounts.Where(account => !HoldsAgree(account)).Select(account => account.Stream)),
            Checked("T1 tokens are conserved", Tokens(venue).Where(tokens => tokens.Difference != 0).Select(tokens => tokens.Instrument)),
            Checked("T2 tokens outstanding are within attested capacity", venue.Machines.Values.OfType<ContractDesk>().Where(IsOverAttested).Select(desk => desk.Stream)),
            Checked("O6 no book is crossed", books.Where(IsCrossed).Select(book => book.Stream)),
            Checked("O7 every resting order is an open order of its account", books.SelectMany(book => Strays(venue, book))),
            Checked("S1 fees are not negative and cycles add up", books.Where(book => book.Settlement.FeesMicros < 0).Select(book => book.Stream)),
        ];
    }

    private static CheckedInvariant Checked(string name, IEnumerable<string> broken) => new(name, [.. broken.Take(10)]);

    /// <summary>Messages sent in the cut that their target has not recorded in the cut.</summary>
    private static IEnumerable<Message> InTransit(VenueFold venue)
    {
        foreach (var sender in venue.Machines.Values)
        {
            foreach (var channel in sender.Outbox.Channels)
            {
                var received = venue.Machines.TryGetValue(channel.Target, out var target) ? target.Inbox.LastFrom(sender.Stream) : 0;
                foreach (var message in channel.After(received, int.MaxValue))
                {
                    yield return message;
                }
            }
        }
    }

    private static bool IsNegative(Account account) =>
        account.CashAvailable < 0 || account.CashHeld < 0 || account.TradeHeldMicros < 0 || account.Tokens.Values.Any(tokens => tokens.Available < 0 || tokens.Held < 0 || tokens.TradeHeld < 0);

    private static bool HoldsAgree(Account account)
    {
        var cash = account.TradeHeldMicros + Sum(account.Withdrawals.Values);
        var tokens = account.Tokens.ToDictionary(line => line.Key, line => line.Value.TradeHeld);
        foreach (var order in account.Orders)
        {
            if (order.Side == Side.Bid)
            {
                cash += order.HoldAmount;
            }
            else
            {
                tokens[order.Instrument] += order.HoldAmount;
            }
        }

        return cash == account.CashHeld && account.Tokens.All(line => tokens[line.Key] == line.Value.Held);
    }

    private static bool IsOverAttested(ContractDesk desk) =>
        desk.Contract is { } contract && contract.OutstandingKwh > 0 && !contract.IsCoveredBy(contract.Attestation?.Count ?? 0);

    private static bool IsCrossed(OrderBook book)
    {
        var bid = book.Levels(Side.Bid, 1).Select(level => level.Price).FirstOrDefault();
        var ask = book.Levels(Side.Ask, 1).Select(level => level.Price).FirstOrDefault(long.MaxValue);
        return bid >= ask;
    }

    private static IEnumerable<string> Strays(VenueFold venue, OrderBook book) =>
        from side in new[] { Side.Bid, Side.Ask }
        from order in book.Orders(side).Select(order => (order.Number, order.Account, order.AccountOrder))
            .Concat(book.Stops(side).Select(stop => (stop.Number, stop.Account, stop.AccountOrder)))
        where !(venue.Machines.GetValueOrDefault(order.Account) is Account account && account.Holds(order.AccountOrder))
        select $"{book.InstrumentId} order {order.Number}";

    private static Int128 Sum(IEnumerable<long> micros)
    {
        Int128 sum = 0;
        foreach (var amount in micros)
        {
            sum += amount;
        }

        return sum;
    }
}
