using System.Collections.Concurrent;
using static Marketplace.EndToEnd.Tests.Hosting.SmallMarket;

namespace Marketplace.EndToEnd.Tests.Kills;

/// <summary>
/// The server is killed at random moments under load and started again: whatever was acknowledged is there with the acknowledged terms, whatever was not is done or not
/// done for ever, and no cut ever seen changes. MARKETPLACE_KILLS says how often.
/// </summary>
public sealed class KillTests(SmallMarket market, ITestOutputHelper output) : IClassFixture<SmallMarket>
{
    private const int AtOnce = 16;
    private const int MostAnswers = 250;
    private const int AgainBackwards = 3;
    private static readonly string[] s_clients = ["sup", "buy", "mm"];
    private static readonly string[] s_instruments = [Hour, Quarter];

    private readonly ConcurrentDictionary<Deed, GetOutcomeResponse> _resolved = [];
    private int _answers, _refusals, _unknown, _unknownDone, _cuts, _inTransit;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Nothing_acknowledged_is_lost_and_nothing_unknown_stays_open_when_the_server_is_killed_under_load()
    {
        var kills = int.TryParse(Environment.GetEnvironmentVariable("MARKETPLACE_KILLS"), out var asked) ? asked : 3;
        var seed = Random.Shared.Next();
        output.WriteLine($"seed {seed}, {kills} kills");
        var random = new Random(seed);
        await market.Fund("sup");
        var all = new List<Deed>();
        for (var kill = 1; kill <= kills; kill++)
        {
            var deeds = new Deeds(random.Next(20, MostAnswers));
            await LoadUntilKilled(deeds, random);
            await market.Restart(Cancellation);
            await IsTrueStill(deeds);
            all.AddRange(deeds.All);
        }

        await IsAllThere(all);
        await NothingIsHeldWhenNothingIsOpen();
        output.WriteLine($"{_answers} answers, {_refusals} refusals, {_unknown} unknown of which {_unknownDone} done, {_cuts} cuts, {_inTransit} of them with cash in transit");
        Assert.True(_answers > 0 && _cuts > 0);
    }

    private async Task LoadUntilKilled(Deeds deeds, Random random)
    {
        var traders = s_clients.SelectMany(client => Enumerable.Range(0, 2).Select(_ => new Trader(client, market.LineOf(client), deeds, new Random(random.Next())).Work())).ToArray();
        var auditor = Audit(deeds);
        // Any number of answers may come before an auditor has looked; once it has, the moment of a kill is the answers' alone.
        await (_cuts > 0 ? deeds.Enough : Task.WhenAll(deeds.Enough, deeds.Looked)).WaitAsync(TimeSpan.FromMinutes(2), Cancellation);
        await market.Server.Kill();
        await Task.WhenAll(traders);
        await auditor;
    }

    /// <summary>Looks at cuts while the market is at work, until the server is gone.</summary>
    private async Task Audit(Deeds deeds)
    {
        var line = market.Auditor;
        try
        {
            while (true)
            {
                var totals = await line.Audit.GetTotalsAsync(new());
                AddsUp(totals);
                deeds.Look(new(totals, await line.Audit.GetStateHashAsync(new() { AsOf = totals.AsOf })));
                _cuts++;
                _inTransit += totals.Cash.InTransitMicros == "0" ? 0 : 1;
            }
        }
        catch (RpcException gone) when (Refused.ReasonOf(gone) is RejectReason.Unspecified or RejectReason.OutcomeUnknown)
        {
            // The server is killed.
        }
    }

    private async Task IsTrueStill(Deeds deeds)
    {
        try
        {
            await IsAllThere(deeds.All);
            await AreTheSame(deeds.Cuts);
        }
        catch
        {
            output.WriteLine(market.Server.Said);
            throw;
        }
    }

    private Task IsAllThere(IReadOnlyCollection<Deed> deeds)
    {
        var decrementing = deeds.Where(deed => deed.Request is PlaceOrderRequest { SelfTradePrevention: SelfTradePrevention.DecrementAndCancel }).Select(deed => deed.Client).ToHashSet();
        var lines = s_clients.ToDictionary(client => client, market.LineOf);
        return Parallel.ForEachAsync(deeds, new ParallelOptions { MaxDegreeOfParallelism = AtOnce, CancellationToken = Cancellation }, async (deed, cancellation) =>
        {
            var line = lines[deed.Client];
            if (deed.Request is SettleTradeRequest settle)
            {
                await IsSettled(line, settle, deed);
                return;
            }

            var outcome = await line.Audit.GetOutcomeAsync(deed.Question(), cancellationToken: cancellation);
            if (deed.IsUnknown)
            {
                await IsResolvedForEver(line, deed, outcome, decrementing.Contains(deed.Client));
            }
            else if (deed.Answer is not null)
            {
                Interlocked.Increment(ref _answers);
                Assert.Equal(OutcomeState.Done, outcome.State);
                Assert.Equal(deed.Answer, await Repeat(line, deed));
            }
            else
            {
                // Refused by the book: remembered. Refused at the door: as if it had never been sent.
                Interlocked.Increment(ref _refusals);
                Assert.True(outcome.State == OutcomeState.UnknownId || (outcome.State == OutcomeState.Refused && outcome.Reason == deed.Refusal), $"{deed} became {outcome}");
            }
        });
    }

    /// <summary>An outcome nobody heard of is now done, refused or not done, and whenever it is asked for again it is the same.</summary>
    private async Task IsResolvedForEver(Line line, Deed deed, GetOutcomeResponse outcome, bool mayBeDecremented)
    {
        Interlocked.Increment(ref _unknown);
        var first = _resolved.GetOrAdd(deed, outcome);
        Assert.Equal((first.State, first.Reason, first.Order?.OrderId), (outcome.State, outcome.Reason, outcome.Order?.OrderId));
        if (outcome.State == OutcomeState.Done)
        {
            Interlocked.Increment(ref _unknownDone);
            if (deed.Request is PlaceOrderRequest sent)
            {
                Assert.Equal((sent.InstrumentId, sent.Side, sent.PriceUsdPerGwh), (outcome.Order!.InstrumentId, outcome.Order.Side, outcome.Order.PriceUsdPerGwh));
                // Only an order of the same participant that decrements makes it less.
                Assert.InRange(outcome.Order.QuantityKwh, mayBeDecremented ? 0 : sent.QuantityKwh, sent.QuantityKwh);
                Assert.Equal(outcome.Order.OrderId, ((PlaceOrderResponse)(await Repeat(line, deed))!).Order.OrderId);
            }
        }
    }

    private async Task IsSettled(Line line, SettleTradeRequest settle, Deed deed)
    {
        var trade = (await line.Settlement.GetTradeAsync(new() { TradeId = settle.TradeId })).Trade;
        if (deed.Answer is SettleTradeResponse answer)
        {
            Interlocked.Increment(ref _answers);
            Assert.Equal(TradeState.Settled, trade.State);
            Assert.Equal(answer.Trade, trade);
        }
        else
        {
            Assert.True(deed.IsUnknown, $"{deed} was refused");
        }
    }

    private static async Task<Google.Protobuf.IMessage?> Repeat(Line line, Deed deed) => deed.Request switch
    {
        PlaceOrderRequest place => await line.Trading.PlaceOrderAsync(place),
        CancelOrderRequest cancel => await line.Trading.CancelOrderAsync(cancel),
        MassCancelOrdersRequest cancel => await line.Trading.MassCancelOrdersAsync(cancel),
        _ => null,
    };

    /// <summary>Cuts are read again in the order seen, as an auditor's fold goes, and the last ones backwards too, each from the beginning.</summary>
    private async Task AreTheSame(IReadOnlyCollection<SeenCut> cuts)
    {
        foreach (var cut in cuts.Concat(cuts.Reverse().Take(AgainBackwards)))
        {
            Assert.Equal(cut.Totals, await market.Auditor.Audit.GetTotalsAsync(new() { AsOf = cut.Totals.AsOf }));
            Assert.Equal(cut.Hash, await market.Auditor.Audit.GetStateHashAsync(new() { AsOf = cut.Totals.AsOf }));
        }
    }

    private async Task NothingIsHeldWhenNothingIsOpen()
    {
        foreach (var client in s_clients)
        {
            var line = market.LineOf(client);
            while ((await line.Trading.ListOpenOrdersAsync(new() { PageSize = 1_000 })).Orders is { Count: > 0 } open)
            {
                await Parallel.ForEachAsync(open, new ParallelOptions { MaxDegreeOfParallelism = AtOnce, CancellationToken = Cancellation },
                    async (order, cancellation) => await line.Trading.CancelOrderAsync(new() { RequestId = NewId("cancel"), ClientOrderId = order.ClientOrderId }, cancellationToken: cancellation));
            }
        }

        foreach (var instrument in s_instruments)
        {
            await market.Operator.Admin.RunSettlementCycleAsync(new() { RequestId = NewId(), InstrumentId = instrument });
            Assert.Equal(0, (await market.Operator.Settlement.GetSettlementSummaryAsync(new() { InstrumentId = instrument })).Summary.UndecidedTradeCount);
        }

        foreach (var client in s_clients)
        {
            var account = (await market.LineOf(client).Accounts.GetAccountAsync(new())).Account;
            Assert.Equal((0, 0, 0), (account.CashHeldMicros, account.TradeHeldMicros, account.OpenOrderCount));
            Assert.All(account.Tokens, tokens => Assert.Equal((0, 0), (tokens.HeldKwh, tokens.TradeHeldKwh)));
        }

        await market.AddsUp();
    }
}
