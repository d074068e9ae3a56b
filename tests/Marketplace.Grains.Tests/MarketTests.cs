using Marketplace.Domain.Accounts;
using Marketplace.Domain.Capacity;
using Marketplace.Domain.Catalog;
using Marketplace.Domain.Instruments;
using Marketplace.Domain.Messages;
using Marketplace.Domain.Orders;
using Marketplace.Domain.Participants;
using Marketplace.Domain.Refusals;
using Marketplace.Domain.Settlement;
using Marketplace.Domain.Units;
using Marketplace.Grains.Accounts;
using Marketplace.Grains.Audit;
using Marketplace.Grains.Capacity;
using Marketplace.Grains.Catalog;
using Marketplace.Grains.Hosting;
using Marketplace.Grains.Orders;
using Marketplace.Grains.Participants;
using Marketplace.Grains.Treasury;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;
using Orleans;
using Orleans.Core.Internal;
using Orleans.Runtime;
using Request = Marketplace.Domain.Messages.Request;

namespace Marketplace.Grains.Tests;

/// <summary>The whole way from offer to settlement through the grains, on the real journal.</summary>
public sealed class MarketTests
{
    private const string Hour = "H100-USEAST-20261102T12";
    private const string Quarter = "H100-USEAST-2027Q1";

    [Fact]
    public async Task Capacity_offered_attested_tokenised_sold_and_settled_is_all_there_after_a_restart()
    {
        var venue = await RunningVenue.Open();
        await List(venue, "20261102T12");
        await List(venue, "2027Q1");
        await Enter(venue, "supplier", "buyer");
        await Fund(venue, "buyer", 1_000_000_000_000);
        await Issue(venue, "supplier", Hour, 1_000);
        await Issue(venue, "supplier", Quarter, 100_000);

        var asks = await Account(venue, "supplier").Submit("", 0, [Place("a1", venue, Hour, Side.Ask, 2_000_000, 600), Place("a2", venue, Quarter, Side.Ask, 1_900_000, 50_000)]);
        Assert.All(asks, outcome => Assert.Equal(OrderStatus.Open, outcome.Order!.Status));
        var bids = await Account(venue, "buyer").Submit("", 0, [Place("b1", venue, Hour, Side.Bid, 2_100_000, 500), Place("b2", venue, Quarter, Side.Bid, 1_900_000, 10_000)]);
        Assert.All(bids, outcome => Assert.Equal(OrderStatus.Filled, outcome.Order!.Status));
        Assert.Equal(2_000_000L * 500, bids[0].Order!.FilledMicros);

        var book = await venue.Grains.GetGrain<IOrderBookGrain>(Quarter).Read(10);
        Assert.Equal([new LevelView(1_900_000, 40_000, 1)], book!.Asks);
        var trade = await venue.Grains.GetGrain<IOrderBookGrain>(Quarter).FindTrade(book.Sequence);
        Assert.Equal(TradeState.Matched, trade!.State);

        venue = await venue.Restart();
        await using var _ = venue;
        var repeated = await Account(venue, "buyer").Submit("", 0, [Place("b1", venue, Hour, Side.Bid, 2_100_000, 500)]);
        Assert.Equal(bids[0], repeated[0]);
        var other = await Account(venue, "buyer").Submit("", 0, [Place("b1", venue, Hour, Side.Bid, 2_100_000, 501)]);
        Assert.Equal(RejectReason.AlreadyExists, other[0].Refusal.Reason);

        var buyer = (await Account(venue, "buyer").Read())!;
        Assert.Equal(500, buyer.Tokens.Single(tokens => tokens.Key == Hour).Value.Available);
        Assert.DoesNotContain(buyer.Tokens, tokens => tokens.Key == Quarter);
        venue.Clock.AdvanceTo(RunningVenue.Start.Plus(TradeSettlement.CycleMicros));
        await venue.Services.GetRequiredService<Waker>().WakeDue(default);
        Assert.Null(await Settled(venue, book.Sequence));
        buyer = (await Account(venue, "buyer").Read())!;
        Assert.Equal(10_000, buyer.Tokens.Single(tokens => tokens.Key == Quarter).Value.Available);

        var broken = await venue.Services.GetRequiredService<LogAuditor>().Read(null, fold => VenueTotals.Invariants(fold).Where(checkedOne => checkedOne.Broken.Length > 0).ToArray(), default);
        Assert.Empty(broken);
    }

    [Fact]
    public async Task A_change_that_came_too_late_tells_the_order_as_it_ended_and_tells_it_again_when_repeated()
    {
        await using var venue = await RunningVenue.Open();
        await List(venue, "20261102T12");
        await Enter(venue, "supplier", "buyer");
        await Fund(venue, "buyer", 1_000_000_000_000);
        await Account(venue, "buyer").Submit("", 0, [Place("b1", venue, Hour, Side.Bid, 2_000_000, 600)]);

        var cancels = await Account(venue, "buyer").Submit("", 0, [Cancel("r1"), Cancel("r2")]);

        Assert.Equal((RejectReason.None, OrderStatus.Cancelled), (cancels[0].Refusal.Reason, cancels[0].Order!.Status));
        Assert.Equal((RejectReason.OrderNotOpen, OrderStatus.Cancelled), (cancels[1].Refusal.Reason, cancels[1].Order!.Status));
        Assert.Equal(cancels, await Account(venue, "buyer").Submit("", 0, [Cancel("r1"), Cancel("r2")]));
        Assert.Equal(cancels[1], (await Account(venue, "buyer").OutcomeOf("r2", placed: false)).Outcome);

        static OrderRequest Cancel(string request) => new() { Kind = CommandKind.Cancel, ClientOrderId = "b1", RequestId = request };
    }

    [Fact]
    public async Task A_fold_of_the_log_from_a_snapshot_has_the_hash_of_a_fold_from_the_beginning()
    {
        await using var venue = await RunningVenue.Open();
        await List(venue, "20261102T12");
        await Enter(venue, "supplier", "buyer");
        await Fund(venue, "buyer", 1_000_000_000_000);
        await Issue(venue, "supplier", Hour, 1_000);
        await Account(venue, "supplier").Submit("", 0, [Place("a1", venue, Hour, Side.Ask, 2_000_000, 600)]);
        var auditor = venue.Services.GetRequiredService<LogAuditor>();
        await auditor.Snapshot(default);
        await Account(venue, "buyer").Submit("", 0, [Place("b1", venue, Hour, Side.Bid, 2_000_000, 100)]);
        var cut = venue.Log.DurablePosition;

        using var fresh = new LogAuditor(venue.Log, venue.Services.GetRequiredService<Venue>().Serializer, NullLogger<LogAuditor>.Instance);
        var fromSnapshot = await fresh.Read(cut, fold => fold.Hash(), default);
        var genesis = new VenueFold(venue.Services.GetRequiredService<Venue>().Serializer);
        foreach (var row in venue.Log.ReadRows(1, cut))
        {
            genesis.Apply(row);
        }

        Assert.Equal(genesis.Hash(), fromSnapshot);
        venue.DamageSnapshots();
        using var another = new LogAuditor(venue.Log, venue.Services.GetRequiredService<Venue>().Serializer, NullLogger<LogAuditor>.Instance);
        Assert.Equal(genesis.Hash(), await another.Read(cut, fold => fold.Hash(), default));
        Assert.NotEmpty(venue.Log.Snapshots.Warnings);
    }

    [Fact]
    public async Task Grains_that_leave_in_the_middle_of_orders_answer_each_and_run_each_once()
    {
        await using var venue = await RunningVenue.Open();
        await List(venue, "20261102T12");
        await Enter(venue, "supplier", "buyer");
        await Fund(venue, "buyer", 1_000_000_000_000);
        await Issue(venue, "supplier", Hour, 1_000);
        using var stop = new CancellationTokenSource();
        var waking = venue.Services.GetRequiredService<Waker>().Run(stop.Token);
        var answers = new List<Task<OrderOutcome[]>>();
        for (var number = 0; number < 300; number++)
        {
            var (participant, side) = number % 2 == 0 ? ("supplier", Side.Ask) : ("buyer", Side.Bid);
            answers.Add(Submit(venue, participant, Place($"o{number}", venue, Hour, side, 2_000_000, 2)));
            if (number % 20 == 19)
            {
                IGrainWithStringKey leaving = (number / 20 % 3) switch
                {
                    0 => Account(venue, "supplier"),
                    1 => Account(venue, "buyer"),
                    _ => venue.Grains.GetGrain<IOrderBookGrain>(Hour),
                };
                await leaving.AsReference<IGrainManagementExtension>().DeactivateOnIdle();
            }
        }

        var outcomes = await Task.WhenAll(answers).WaitAsync(TimeSpan.FromSeconds(30), TestContext.Current.CancellationToken);

        Assert.All(outcomes, outcome => Assert.Equal(RejectReason.None, outcome[0].Refusal.Reason));
        Assert.Equal(300, outcomes.Select(outcome => outcome[0].Order!.BookOrder).Distinct().Count());
        SettlementSummary settlement;
        do
        {
            // An order is answered when its book has it; what it fills is told to the accounts after that.
            settlement = (await venue.Grains.GetGrain<IOrderBookGrain>(Hour).Summary())!;
        }
        while (settlement.Unsettled > 0);

        Assert.Equal(150, settlement.Trades);
        await stop.CancelAsync();
        await waking;
        Assert.Equal(300, (await Account(venue, "buyer").Read())!.Tokens.Single().Value.Available);
        Assert.Empty((await Account(venue, "supplier").ReadWithOrders(10))!.Orders);
    }

    [Fact]
    public async Task A_report_that_goes_by_call_reaches_an_account_that_leaves_once_its_orders_are_answered()
    {
        await using var venue = await RunningVenue.Open();
        await List(venue, "20261102T12");
        await Enter(venue, "buyer");
        await Fund(venue, "buyer", 1_000_000_000);
        var account = Account(venue, "buyer");
        var mailboxes = venue.Services.GetRequiredService<Venue>().Mailboxes;
        var (buyer, book) = (Streams.Account("buyer"), Streams.Book(Hour));
        await venue.Grains.GetGrain<IOrderBookGrain>(Hour).AsReference<IGrainManagementExtension>().DeactivateOnIdle();
        var claim = await venue.Log.ClaimAsync(book, TestContext.Current.CancellationToken);
        var (ofBuyer, ofBook) = (Version(buyer), Version(book));

        // The book, which cannot begin before its claim is free, finds no mailbox of an account that leaves and has the order's request to answer.
        var answer = account.Submit("", 0, [Place("b1", venue, Hour, Side.Bid, 2_000_000, 2)]).AsTask();
        await Until(() => Version(buyer) > ofBuyer);
        await account.AsReference<IGrainManagementExtension>().DeactivateOnIdle();
        Assert.True(mailboxes.TryRemove(buyer, out var mailbox));
        await claim.DisposeAsync();
        await Until(() => Version(book) > ofBook);
        Assert.True(mailboxes.TryAdd(buyer, mailbox));

        var outcomes = await answer.WaitAsync(TimeSpan.FromSeconds(30), TestContext.Current.CancellationToken);
        Assert.Equal(1, outcomes[0].Order!.BookOrder);

        long Version(string stream) => venue.Log.VersionAt(stream, venue.Log.DurablePosition);

        static async Task Until(Func<bool> condition)
        {
            while (!condition())
            {
                await Task.Yield();
                TestContext.Current.CancellationToken.ThrowIfCancellationRequested();
            }
        }
    }

    /// <summary>As a door does, and its client after an unknown outcome: again with the same id.</summary>
    private static async Task<OrderOutcome[]> Submit(RunningVenue venue, string participant, OrderRequest request)
    {
        while (true)
        {
            var submission = new OutcomeSubmission([request]);
            if (venue.Services.GetRequiredService<Venue>().Mailboxes.TryGetValue(Streams.Account(participant), out var mailbox) && mailbox.TryPost(submission))
            {
                await submission.Answered;
                return submission.Outcomes;
            }

            try
            {
                return await Account(venue, participant).Submit("", 0, [request]);
            }
            catch (OrleansMessageRejectionException)
            {
                await Task.Yield();
            }
        }
    }

    private static async Task<Trade?> Settled(RunningVenue venue, long sequence)
    {
        var trade = await venue.Grains.GetGrain<IOrderBookGrain>(Quarter).WhenSettled(sequence);
        return trade is { State: TradeState.Settled } ? null : trade;
    }

    private static IAccountGrain Account(RunningVenue venue, string participant) => venue.Grains.GetGrain<IAccountGrain>(participant);

    private static Request By(string caller, string id) => new(caller, id);

    private static async Task List(RunningVenue venue, string period)
    {
        var catalog = venue.Grains.GetGrain<IInstrumentCatalogGrain>(Venue.SingleKey);
        var listed = await catalog.List(By("operator", "list-" + period), new InstrumentRequest { Accelerator = "H100", Zone = "USEAST", Period = period });
        Assert.True(listed.Ok, listed.Refusal.ToString());
        Assert.True((await catalog.SetState(By("operator", "open-" + period), listed.Value!.Id, InstrumentState.Open, "")).Ok);
    }

    private static async Task Enter(RunningVenue venue, params string[] participants)
    {
        var directory = venue.Grains.GetGrain<IParticipantDirectoryGrain>(Venue.SingleKey);
        foreach (var participant in participants)
        {
            Assert.True((await directory.CreateFirm(By("operator", "firm-" + participant), "firm-" + participant, "")).Ok);
            Assert.True((await directory.CreateParticipant(By("operator", participant), participant, "firm-" + participant, ParticipantLimits.Default)).Ok);
        }
    }

    private static async Task Fund(RunningVenue venue, string participant, long micros)
    {
        var bank = venue.Grains.GetGrain<IBankDeskGrain>(Venue.SingleKey);
        Assert.True((await bank.RecordDeposit(By("operator", "deposit-" + participant), participant, micros, "wire-" + participant)).Ok);
    }

    private static async Task Issue(RunningVenue venue, string supplier, string instrument, long kwh)
    {
        var listed = venue.Services.GetRequiredService<CatalogView>().Instruments[instrument];
        var contract = venue.Grains.GetGrain<ICapacityContractGrain>($"{supplier}:{instrument}");
        var accelerator = venue.Services.GetRequiredService<CatalogView>().Accelerators["H100"];
        Assert.True((await contract.Offer(By(supplier, instrument), accelerator, new CapacityOffer(100_000, "USEAST", Firmness.Firm, listed.Period.Start, listed.Period.End, "", ""))).Ok);
        Assert.True((await contract.Attest(By("attestor", "attest"), 100_000, 200_000, "", new string('0', 64))).Ok);
        var issued = await contract.Issue(By(supplier, "issue"), listed, kwh);
        Assert.True(issued.Ok, issued.Refusal.ToString());
    }

    private static OrderRequest Place(string id, RunningVenue venue, string instrument, Side side, long price, long quantity) => new()
    {
        Kind = CommandKind.Place,
        ClientOrderId = id,
        Instrument = venue.Services.GetRequiredService<CatalogView>().Instruments[instrument],
        Side = side,
        Type = OrderType.Limit,
        Price = price,
        Quantity = quantity,
    };
}
