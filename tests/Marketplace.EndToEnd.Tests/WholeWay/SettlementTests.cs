using System.Numerics;
using static Marketplace.EndToEnd.Tests.Hosting.SmallMarket;

namespace Marketplace.EndToEnd.Tests.WholeWay;

/// <summary>From the offer of capacity to settled trades and money out, through gRPC alone.</summary>
public sealed class SettlementTests(SmallMarket market) : IClassFixture<SmallMarket>
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Tokens_of_an_hour_are_the_buyers_as_soon_as_they_are_bought()
    {
        var before = await AccountOf(market.Buyer);
        await market.Supplier.Trading.PlaceOrderAsync(Limit(Hour, Side.Ask, 2_000_000, 600));
        var bid = (await market.Buyer.Trading.PlaceOrderAsync(Limit(Hour, Side.Bid, 2_100_000, 500))).Order;

        Assert.Equal(OrderStatus.Filled, bid.Status);
        Assert.Equal(2_000_000L * 500, bid.FilledNotionalMicros);
        Assert.Equal(2_000_000L * 500 * TakerBps / 10_000, bid.FeeMicros);
        var trade = (await market.Buyer.Settlement.GetTradeAsync(new() { TradeId = $"{Hour}:{bid.BookSequence}" })).Trade;
        Assert.Equal("buy", trade.BuyerParticipantId);
        Assert.Equal("", trade.SellerParticipantId);
        Assert.Equal(SettlementMode.Immediate, trade.SettlementMode);
        Assert.Equal(TradeState.Settled, await StateInTheEnd(market.Buyer, trade.TradeId));

        var after = await AccountOf(market.Buyer);
        Assert.Equal(before.CashAvailableMicros - bid.FilledNotionalMicros - bid.FeeMicros, after.CashAvailableMicros);
        Assert.Equal(500, after.Tokens.Single(tokens => tokens.InstrumentId == Hour).AvailableKwh - Available(before, Hour));
        await market.AddsUp();
    }

    [Fact]
    public async Task Trades_of_a_quarter_wait_for_their_cycle_and_are_netted_in_it()
    {
        await market.Operator.Admin.RunSettlementCycleAsync(new() { RequestId = NewId(), InstrumentId = Quarter });
        await market.Supplier.Trading.PlaceOrderAsync(Limit(Quarter, Side.Ask, 2_000_000, 1_000));
        var bought = (await market.Maker.Trading.PlaceOrderAsync(Limit(Quarter, Side.Bid, 2_000_000, 1_000))).Order;
        await market.Operator.Admin.RunSettlementCycleAsync(new() { RequestId = NewId(), InstrumentId = Quarter });
        Assert.Equal(TradeState.Settled, await StateInTheEnd(market.Maker, $"{Quarter}:{bought.BookSequence}"));

        // The maker sells 1,000 to the buyer and the buyer sells 600 on to the supplier: 1,600 traded, of which the maker gives 1,000, the buyer keeps 400, the supplier gets 600.
        await market.Maker.Trading.PlaceOrderAsync(Limit(Quarter, Side.Ask, 2_000_000, 1_000));
        var settled = Available(await AccountOf(market.Buyer), Quarter);
        var first = (await market.Buyer.Trading.PlaceOrderAsync(Limit(Quarter, Side.Bid, 2_000_000, 1_000))).Order;
        await market.Fund("sup");
        Assert.Equal(RejectReason.InsufficientTokens, Refused.ReasonOf(await Assert.ThrowsAsync<RpcException>(
            () => market.Buyer.Trading.PlaceOrderAsync(Limit(Quarter, Side.Ask, 2_000_000, settled + 600)).ResponseAsync)));
        var matched = (await market.Buyer.Settlement.GetTradeAsync(new() { TradeId = $"{Quarter}:{first.BookSequence}" })).Trade;
        Assert.Equal(TradeState.Matched, matched.State);
        var held = await AccountOf(market.Buyer);
        Assert.Equal((2_000_000L * 1_000) + first.FeeMicros, held.TradeHeldMicros);

        var watch = market.Buyer.Settlement.WatchTrade(new() { TradeId = matched.TradeId }, cancellationToken: Cancellation);
        Assert.True(await watch.ResponseStream.MoveNext(Cancellation));
        Assert.Equal(TradeState.Matched, watch.ResponseStream.Current.Trade.State);
        await market.Advance(TimeSpan.FromMinutes(15));
        var last = TradeState.Matched;
        while (await watch.ResponseStream.MoveNext(Cancellation))
        {
            last = watch.ResponseStream.Current.Trade.State;
        }

        Assert.Equal(TradeState.Settled, last);
        Assert.Equal(0, (await AccountOf(market.Buyer)).TradeHeldMicros);
        var cycle = (await market.Buyer.Settlement.ListSettlementCyclesAsync(new() { InstrumentId = Quarter, PageSize = 1 })).Cycles.Single();
        Assert.Equal(first.BookSequence, cycle.UpToSequence);
        Assert.Equal("1000", cycle.GrossKwh);
        await market.AddsUp();
    }

    [Fact]
    public async Task What_one_bought_and_sold_again_in_a_cycle_does_not_move()
    {
        await market.Operator.Admin.RunSettlementCycleAsync(new() { RequestId = NewId(), InstrumentId = Quarter });
        await market.Fund("sup");

        // The buyer gets 900 of the quarter first, so that it can sell while its purchase waits.
        await Trade(market.Supplier, market.Buyer, 900);
        await market.Operator.Admin.RunSettlementCycleAsync(new() { RequestId = NewId(), InstrumentId = Quarter });
        await Trade(market.Supplier, market.Buyer, 900);
        await Trade(market.Buyer, market.Maker, 900);
        var cycle = (await market.Operator.Admin.RunSettlementCycleAsync(new() { RequestId = NewId(), InstrumentId = Quarter })).Cycle;

        Assert.Equal(2, cycle.TradeCount);
        Assert.Equal("1800", cycle.GrossKwh);
        Assert.Equal("900", cycle.NetKwh);
        Assert.Equal(500_000, cycle.KwhNettingPpm);
        Assert.Equal(500_000, cycle.NotionalNettingPpm);
        var summary = (await market.Buyer.Settlement.GetSettlementSummaryAsync(new() { InstrumentId = Quarter })).Summary;
        Assert.Equal(0, summary.UndecidedTradeCount);
        Assert.True(summary.KwhNettingPpm > 0);
        await market.AddsUp();
    }

    [Fact]
    public async Task Either_party_settles_a_trade_before_its_cycle_and_a_stranger_cannot()
    {
        var sold = await Trade(market.Supplier, market.Buyer, 10);
        await Refused.With(RejectReason.NotFound, market.Maker.Settlement.SettleTradeAsync(new() { RequestId = NewId(), TradeId = sold }));
        var settle = new SettleTradeRequest { RequestId = NewId(), TradeId = sold };
        var done = (await market.Supplier.Settlement.SettleTradeAsync(settle)).Trade;
        Assert.Equal(TradeState.Settled, done.State);
        Assert.Equal(done, (await market.Supplier.Settlement.SettleTradeAsync(settle)).Trade);
        var other = await Trade(market.Supplier, market.Buyer, 10);
        await Refused.With(RejectReason.AlreadyExists, market.Supplier.Settlement.SettleTradeAsync(new() { RequestId = settle.RequestId, TradeId = other }));
        await market.AddsUp();
    }

    [Fact]
    public async Task A_trade_long_settled_is_still_its_parties_own_also_when_a_stop_order_made_it()
    {
        await market.Supplier.Capacity.IssueTokensAsync(new() { RequestId = NewId(), ContractId = Contract, InstrumentId = Spare, QuantityKwh = 100 });
        await market.Supplier.Trading.PlaceOrderAsync(Limit(Spare, Side.Ask, 2_000_000, 50));
        await market.Maker.Trading.PlaceOrderAsync(Limit(Spare, Side.Bid, 2_000_000, 50));
        await market.Maker.Trading.PlaceOrderAsync(Limit(Spare, Side.Ask, 2_100_000, 10));
        var stop = Limit(Spare, Side.Bid, 2_100_000, 4);
        (stop.Type, stop.StopPriceUsdPerGwh) = (OrderType.StopLimit, 2_050_000);
        Assert.Equal(OrderStatus.Untriggered, (await market.Buyer.Trading.PlaceOrderAsync(stop)).Order.Status);

        // The supplier sells to the maker at the stop price, and the buyer's stop order buys of the maker.
        await market.Supplier.Trading.PlaceOrderAsync(Limit(Spare, Side.Ask, 2_050_000, 1));
        await market.Maker.Trading.PlaceOrderAsync(Limit(Spare, Side.Bid, 2_050_000, 1));
        var bought = (await market.Buyer.Trading.GetOrderAsync(new() { ClientOrderId = stop.ClientOrderId })).Order;
        Assert.Equal(OrderStatus.Filled, bought.Status);
        var trade = $"{Spare}:{bought.BookSequence}";
        Assert.Equal(TradeState.Settled, await StateInTheEnd(market.Buyer, trade));

        // Once the book has had two more turns it has forgotten the trade: what is told then is read from the log.
        await market.Supplier.Trading.PlaceOrderAsync(Limit(Spare, Side.Bid, 1_500_000, 1));
        await market.Supplier.Trading.PlaceOrderAsync(Limit(Spare, Side.Bid, 1_500_000, 1));
        Assert.Equal("buy", (await market.Buyer.Settlement.GetTradeAsync(new() { TradeId = trade })).Trade.BuyerParticipantId);
        Assert.Equal("mm", (await market.Maker.Settlement.GetTradeAsync(new() { TradeId = trade })).Trade.SellerParticipantId);
        await Refused.With(RejectReason.NotFound, market.Supplier.Settlement.GetTradeAsync(new() { TradeId = trade }));
        await market.AddsUp();
    }

    [Fact]
    public async Task Fees_accrue_in_the_instrument_and_are_swept_to_the_operator()
    {
        await market.Operator.Admin.SweepFeesAsync(new() { RequestId = NewId(), InstrumentId = Hour });
        await market.Supplier.Trading.PlaceOrderAsync(Limit(Hour, Side.Ask, 2_000_000, 100));
        await market.Buyer.Trading.PlaceOrderAsync(Limit(Hour, Side.Bid, 2_000_000, 100));
        var before = (await market.Operator.Accounts.GetAccountAsync(new())).Account.CashAvailableMicros;
        var sweep = new SweepFeesRequest { RequestId = NewId(), InstrumentId = Hour };
        var swept = await market.Operator.Admin.SweepFeesAsync(sweep);

        Assert.Equal(2_000_000L * 100 * (MakerBps + TakerBps) / 10_000, swept.AmountMicros);
        Assert.Equal(before + swept.AmountMicros, (await market.Operator.Accounts.GetAccountAsync(new())).Account.CashAvailableMicros);
        Assert.Equal(swept, await market.Operator.Admin.SweepFeesAsync(sweep));
        Assert.Equal(0, (await market.Operator.Admin.SweepFeesAsync(new() { RequestId = NewId(), InstrumentId = Hour })).AmountMicros);
        await market.AddsUp();
    }

    [Fact]
    public async Task Money_asked_out_is_held_until_the_operator_pays_or_returns_it()
    {
        var before = await AccountOf(market.Buyer);
        var paid = (await market.Buyer.Accounts.RequestWithdrawalAsync(new() { RequestId = NewId(), AmountMicros = 7_000_000, Destination = "bank of the buyer" })).Withdrawal;
        var returned = (await market.Buyer.Accounts.RequestWithdrawalAsync(new() { RequestId = NewId(), AmountMicros = 5_000_000, Destination = "bank of the buyer" })).Withdrawal;
        var held = await AccountOf(market.Buyer);
        Assert.Equal(before.CashAvailableMicros - 12_000_000, held.CashAvailableMicros);
        Assert.Equal([5_000_000, 7_000_000], held.PendingWithdrawals.Select(one => one.AmountMicros).Order());
        await Refused.With(RejectReason.InsufficientFunds, market.Buyer.Accounts.RequestWithdrawalAsync(
            new() { RequestId = NewId(), AmountMicros = held.CashAvailableMicros + 1, Destination = "x" }));

        Assert.Equal(2, (await market.Operator.Admin.ListWithdrawalsAsync(new() { ParticipantId = "buy" })).Withdrawals.Count);
        await market.Operator.Admin.ConfirmWithdrawalAsync(new() { RequestId = NewId(), WithdrawalId = paid.WithdrawalId, BankReference = NewId("out") });
        await market.Operator.Admin.ReturnWithdrawalAsync(new() { RequestId = NewId(), WithdrawalId = returned.WithdrawalId });
        await Refused.With(RejectReason.NotFound, market.Operator.Admin.ReturnWithdrawalAsync(new() { RequestId = NewId(), WithdrawalId = paid.WithdrawalId }));
        var after = await AccountOf(market.Buyer);
        Assert.Equal(before.CashAvailableMicros - 7_000_000, after.CashAvailableMicros);
        Assert.Equal(before.CashHeldMicros, after.CashHeldMicros);
        await market.AddsUp();
    }

    [Fact]
    public async Task Tokens_sent_are_the_receivers_and_what_is_left_can_be_withdrawn_into_the_contract()
    {
        var transfer = new TransferTokensRequest { RequestId = NewId(), ToParticipantId = "mm", InstrumentId = Hour, QuantityKwh = 70 };
        var before = Available(await AccountOf(market.Maker), Hour);
        var sent = await market.Supplier.Accounts.TransferTokensAsync(transfer);
        Assert.Equal(sent, await market.Supplier.Accounts.TransferTokensAsync(transfer));
        Assert.Equal(before + 70, Available(await AccountOf(market.Maker), Hour));
        var contract = (await market.Supplier.Capacity.GetContractAsync(new() { ContractId = Contract })).Contract.OutstandingKwh;
        var after = (await market.Supplier.Capacity.WithdrawTokensAsync(new() { RequestId = NewId(), ContractId = Contract, InstrumentId = Hour, QuantityKwh = 30 })).Contract;
        Assert.Equal(contract - 30, after.OutstandingKwh);
        await market.AddsUp();
    }

    [Fact]
    public async Task Every_entry_of_a_statement_balances_and_the_whole_of_it_gives_the_balance()
    {
        await Trade(market.Supplier, market.Buyer, 20);
        foreach (var line in new[] { market.Supplier, market.Buyer, market.Maker })
        {
            var sums = new Dictionary<(string Ledger, string Asset), BigInteger>();
            var page = new ListStatementEntriesRequest { PageSize = 7, Order = StatementOrder.OldestFirst };
            do
            {
                var entries = await line.Accounts.ListStatementEntriesAsync(page);
                foreach (var entry in entries.Entries)
                {
                    Assert.True(entry.Legs.Count >= 2);
                    Assert.All(entry.Legs.GroupBy(leg => leg.Asset), asset => Assert.Equal(BigInteger.Zero, asset.Aggregate(BigInteger.Zero, (sum, leg) => sum + BigInteger.Parse(leg.Amount))));
                    foreach (var leg in entry.Legs)
                    {
                        sums[(leg.Ledger, leg.Asset)] = sums.GetValueOrDefault((leg.Ledger, leg.Asset)) + BigInteger.Parse(leg.Amount);
                    }
                }

                page.PageToken = entries.NextPageToken;
            }
            while (page.PageToken.Length > 0);

            var account = await AccountOf(line);
            Assert.Equal(account.CashAvailableMicros, (long)sums.GetValueOrDefault(("available", "USD")));
            Assert.Equal(account.CashHeldMicros, (long)sums.GetValueOrDefault(("held", "USD")));
            Assert.All(account.Tokens, tokens => Assert.Equal(tokens.AvailableKwh, (long)sums.GetValueOrDefault(("available", tokens.InstrumentId))));
        }
    }

    private static long Available(Account account, string instrument) => account.Tokens.Where(tokens => tokens.InstrumentId == instrument).Sum(tokens => tokens.AvailableKwh);

    private static async Task<Account> AccountOf(Line line) => (await line.Accounts.GetAccountAsync(new())).Account;

    /// <summary>Trades so much of the quarter between two; the trade's id.</summary>
    private static async Task<string> Trade(Line seller, Line buyer, long kwh)
    {
        await seller.Trading.PlaceOrderAsync(Limit(Quarter, Side.Ask, 2_000_000, kwh));
        var bid = (await buyer.Trading.PlaceOrderAsync(Limit(Quarter, Side.Bid, 2_000_000, kwh))).Order;
        Assert.Equal(OrderStatus.Filled, bid.Status);
        return $"{Quarter}:{bid.BookSequence}";
    }

    /// <summary>Watches a trade until its stream ends: its last state.</summary>
    private static async Task<TradeState> StateInTheEnd(Line line, string trade)
    {
        var watch = line.Settlement.WatchTrade(new() { TradeId = trade }, cancellationToken: Cancellation);
        var state = TradeState.Unspecified;
        while (await watch.ResponseStream.MoveNext(Cancellation))
        {
            state = watch.ResponseStream.Current.Trade.State;
        }

        return state;
    }
}
