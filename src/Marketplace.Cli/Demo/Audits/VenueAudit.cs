using Gwh.Marketplace.V1;
using Marketplace.Cli.Demo.Show;
using Marketplace.Cli.Demo.Stage;

namespace Marketplace.Cli.Demo.Audits;

/// <summary>The invariants that can be checked from outside, each on evidence the venue cannot have agreed with itself.</summary>
internal static class VenueAudit
{
    // The one participant nobody admitted: the venue itself, whose account the fees are swept to.
    private const string Operator = "operator";

    public static IEnumerable<Check> Of(Evidence evidence, Expectations expected, Acknowledgements told) =>
    [
        Cash(evidence, expected), Tokens(evidence, expected), Own(evidence), Orders(evidence, told), Priority(evidence), Books(evidence), Holds(evidence),
        Settled(evidence), Netted(evidence), Accounts(evidence, expected), Fees(evidence), Told(told),
    ];

    private static Check Cash(Evidence evidence, Expectations expected)
    {
        var cash = evidence.Totals.Cash;
        var accounts = evidence.Accounts.Values;
        return new("M1 cash is conserved",
        [
            .. Check.Same("difference", 0, Read(cash.DifferenceMicros)),
            .. Check.Same("in transit", 0, Read(cash.InTransitMicros)),
            .. Check.Same("deposits", expected.DepositMicros, Read(cash.DepositMicros)),
            .. Check.Same("withdrawals", expected.PaidMicros, Read(cash.WithdrawalPaidMicros)),
            .. Check.Same("available", Sum(accounts, account => account.Account.CashAvailableMicros), Read(cash.AvailableMicros)),
            .. Check.Same("held", Sum(accounts, account => account.Account.CashHeldMicros), Read(cash.HeldMicros)),
        ], $"{Amounts.Usd(expected.DepositMicros)} deposited = {Amounts.Usd(Read(cash.AvailableMicros))} available + {Amounts.Usd(Read(cash.HeldMicros))} held + "
            + $"{Amounts.Usd(Read(cash.FeeMicros))} fees + {Amounts.Usd(expected.PaidMicros)} paid out, over {accounts.Count()} accounts");
    }

    private static Check Tokens(Evidence evidence, Expectations expected) => new("T1 tokens are conserved",
        [
            .. evidence.Totals.Tokens.SelectMany(tokens => Check.Same($"{tokens.InstrumentId} difference", 0, Read(tokens.DifferenceKwh))),
            .. evidence.Totals.Tokens.SelectMany(tokens => Check.Same($"{tokens.InstrumentId} in transit", 0, Read(tokens.InTransitKwh))),
            .. evidence.Totals.Tokens.SelectMany(tokens => Check.Same(
                $"{tokens.InstrumentId} issued", Sum(expected.IssuedKwh.Where(issued => issued.Key.Instrument == tokens.InstrumentId), issued => issued.Value), Read(tokens.IssuedKwh))),
            .. evidence.Totals.Tokens.SelectMany(tokens => Check.Same(
                $"{tokens.InstrumentId} in accounts", Sum(evidence.Accounts.Values, account => account.TokensKwh(tokens.InstrumentId)),
                Read(tokens.AvailableKwh) + Read(tokens.HeldKwh))),
        ], $"{Amounts.Gwh(Sum(expected.IssuedKwh.Values, issued => issued))} issued in {evidence.Totals.Tokens.Count} instruments, all in accounts");

    private static Check Own(Evidence evidence) => new("the venue's own invariants",
        [.. evidence.Totals.Invariants.Where(invariant => !invariant.Ok).Select(invariant => $"{invariant.Name}: {invariant.Detail}")],
        string.Join("; ", evidence.Totals.Invariants.Select(invariant => invariant.Name)));

    private static Check Orders(Evidence evidence, Acknowledgements told)
    {
        var replays = evidence.Instruments.ToDictionary(instrument => instrument.Instrument.InstrumentId, instrument => instrument.Replay, StringComparer.Ordinal);
        var acknowledged = told.Orders;
        return new("O1 O2 every acknowledged order is in the log, as acknowledged, and no other",
        [
            .. acknowledged.Where(one => !(replays[one.Key.Instrument].Orders.GetValueOrDefault(one.Key.OrderId) is { } order && order.Participant == one.Value.Participant
                && order.Side == one.Value.Side && order.EnteredPrice == one.Value.PriceUsdPerGwh && order.Entered == one.Value.QuantityKwh))
                .Select(one => $"{one.Key.Instrument} order {one.Key.OrderId}"),
            .. replays.Values.SelectMany(replay => replay.Orders.Keys.Where(id => !acknowledged.ContainsKey((replay.Instrument, id))).Select(id => $"{replay.Instrument} order {id} is nobody's")),
        ], $"{Amounts.Count(acknowledged.Count)} orders, across the kill");
    }

    private static Check Priority(Evidence evidence) => new("O5 O6 O7 price, then time; never crossed, overfilled or traded with oneself: every book replayed",
        [.. evidence.Instruments.SelectMany(instrument => instrument.Replay.Broken)],
        $"{Amounts.Count(evidence.Instruments.Sum(instrument => instrument.Replay.Events))} events, {Amounts.Count(evidence.Instruments.Sum(instrument => instrument.Replay.Settlement.Trades))} trades");

    private static Check Books(Evidence evidence) => new("Q2 the books replayed are the books served",
        [
            .. evidence.Instruments.Where(instrument => !Same(instrument.Replay.Levels(Side.Bid), instrument.Book.Bids) || !Same(instrument.Replay.Levels(Side.Ask), instrument.Book.Asks))
                .Select(instrument => instrument.Instrument.InstrumentId),
        ], $"{evidence.Instruments.Count} books, {Amounts.Count(evidence.Instruments.Sum(instrument => instrument.Book.Bids.Count + instrument.Book.Asks.Count))} levels");

    private static Check Holds(Evidence evidence)
    {
        var broken = new List<string>();
        var resting = evidence.Instruments.SelectMany(instrument => instrument.Replay.Resting.Select(order => (instrument.Instrument.InstrumentId, order.Id, order.OpenKwh))).ToHashSet();
        foreach (var audited in evidence.Accounts.Values)
        {
            var (account, open) = (audited.Account, audited.OpenOrders);
            var withdrawals = account.PendingWithdrawals.Sum(pending => pending.AmountMicros);
            broken.AddRange(Check.Same($"{account.ParticipantId} cash held", open.Sum(order => order.HoldMicros) + account.TradeHeldMicros + withdrawals, account.CashHeldMicros));
            broken.AddRange(account.Tokens.SelectMany(tokens => Check.Same(
                $"{account.ParticipantId} {tokens.InstrumentId} held",
                open.Where(order => order.InstrumentId == tokens.InstrumentId).Sum(order => order.HoldKwh) + tokens.TradeHeldKwh, tokens.HeldKwh)));
            broken.AddRange(open.Where(order => !resting.Remove((order.InstrumentId, order.OrderId, order.OpenKwh)))
                .Select(order => $"{account.ParticipantId} has order {order.ClientOrderId} open, its book has not"));
        }

        broken.AddRange(resting.Select(order => $"{order.InstrumentId} order {order.Id} rests, no account knows it"));
        return new("M4 no hold leaks: every hold is an open order's", broken, $"{Amounts.Count(evidence.Accounts.Values.Sum(account => account.OpenOrders.Count))} open orders in accounts and books alike");
    }

    private static Check Settled(Evidence evidence) => new("S1 every trade is settled, in both modes",
        [
            .. evidence.Instruments.SelectMany(instrument => Check.Same($"{instrument.Summary.InstrumentId} unsettled", 0, instrument.Summary.UnsettledTradeCount)),
            .. evidence.Instruments.SelectMany(instrument => Check.Same($"{instrument.Summary.InstrumentId} trades", instrument.Replay.Settlement.Trades, instrument.Summary.TradeCount)),
            .. evidence.Instruments.SelectMany(instrument => Check.Same($"{instrument.Summary.InstrumentId} trades listed", instrument.Replay.Settlement.Trades, instrument.ListedTrades)),
            .. evidence.Instruments.SelectMany(instrument => Check.Same($"{instrument.Summary.InstrumentId} kWh listed", instrument.Replay.Settlement.VolumeKwh, instrument.ListedKwh)),
            .. evidence.Instruments.SelectMany(instrument => Check.Same($"{instrument.Summary.InstrumentId} kWh", instrument.Replay.Settlement.VolumeKwh, Read(instrument.Summary.VolumeKwh))),
            .. evidence.Instruments.SelectMany(instrument => Check.Same($"{instrument.Summary.InstrumentId} USD", instrument.Replay.Settlement.NotionalMicros, Read(instrument.Summary.NotionalMicros))),
            .. new[] { SettlementMode.Immediate, SettlementMode.NetCycle }.Where(mode => !evidence.Instruments.Any(i => i.Instrument.SettlementMode == mode && i.Summary.TradeCount > 0))
                .Select(mode => $"no trade settled in mode {mode}"),
        ], $"{Amounts.Count(evidence.Instruments.Sum(instrument => instrument.Summary.TradeCount))} trades");

    private static Check Netted(Evidence evidence) => new("S2 every netting cycle recomputed from its trades",
        [.. evidence.Instruments.SelectMany(instrument => Check.Same($"{instrument.Summary.InstrumentId} cycles", instrument.Replay.Settlement.Cycles, instrument.Summary.CycleCount))],
        $"{Amounts.Count(evidence.Instruments.Sum(instrument => instrument.Summary.CycleCount))} cycles");

    private static Check Accounts(Evidence evidence, Expectations expected)
    {
        var broken = new List<string>();
        foreach (var (participant, account) in evidence.Accounts)
        {
            var parties = evidence.Instruments.Select(instrument => (Id: instrument.Instrument.InstrumentId, Party: instrument.Replay.Settlement.Parties.GetValueOrDefault(participant))).ToList();
            var swept = participant == Operator ? Sum(evidence.Instruments, instrument => instrument.Replay.Settlement.SweptMicros) : 0;
            broken.AddRange(Check.Same($"{participant} USD", expected.CashMicros.GetValueOrDefault(participant) + Sum(parties, party => party.Party.Micros) + swept, account.CashMicros));
            broken.AddRange(parties.SelectMany(party => Check.Same(
                $"{participant} {party.Id}", expected.IssuedKwh.GetValueOrDefault((participant, party.Id)) + party.Party.Kwh, account.TokensKwh(party.Id))));
        }

        return new("M2 S2 every account recomputed from deposits, issues and trades", broken, $"{evidence.Accounts.Count} accounts, to the micro-dollar and the kWh");
    }

    private static Check Fees(Evidence evidence) => new("M1 fees of trades = fees accrued + fees swept",
        [
            .. evidence.Instruments.SelectMany(instrument => Check.Same(
                instrument.Summary.InstrumentId, instrument.Replay.Settlement.FeeMicros, Read(instrument.Summary.AccruedFeeMicros) + Read(instrument.Summary.SweptFeeMicros))),
        ], Amounts.Usd(Sum(evidence.Instruments, instrument => instrument.Replay.Settlement.FeeMicros)));

    private static Check Told(Acknowledgements told) => new("no refusal the scenario gives no cause for",
        [.. told.Unexpected.Select(refusal => $"{refusal.Key} x {refusal.Value}")],
        $"{Amounts.Count(told.Commands)} commands answered; refused: {string.Join(", ", told.Refusals.Select(refusal => $"{refusal.Key} x {Amounts.Count(refusal.Value)}"))}");

    private static bool Same(IEnumerable<(long Price, long Kwh)> replayed, IEnumerable<PriceLevel> served) =>
        replayed.SequenceEqual(served.Select(level => (level.PriceUsdPerGwh, level.QuantityKwh)));

    private static Int128 Read(string amount) => SettlementReplay.Read(amount);

    private static Int128 Sum<T>(IEnumerable<T> each, Func<T, Int128> amount) => each.Aggregate(Int128.Zero, (sum, one) => sum + amount(one));
}
