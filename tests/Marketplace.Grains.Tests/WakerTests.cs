using System.Collections.Concurrent;
using System.Diagnostics.CodeAnalysis;
using System.Reflection;
using Marketplace.Domain.Accounts;
using Marketplace.Domain.Catalog;
using Marketplace.Domain.Instruments;
using Marketplace.Domain.Messages;
using Marketplace.Domain.Orders;
using Marketplace.Domain.Participants;
using Marketplace.Domain.Tests.Support;
using Marketplace.Domain.Units;
using Marketplace.Grains.Accounts;
using Marketplace.Grains.Catalog;
using Marketplace.Grains.Hosting;
using Marketplace.Grains.Orders;
using Marketplace.Grains.Participants;
using Marketplace.Grains.Treasury;
using Marketplace.Journal;
using Microsoft.Extensions.DependencyInjection;
using Orleans;
using Orleans.Runtime;
using Request = Marketplace.Domain.Messages.Request;

namespace Marketplace.Grains.Tests;

/// <summary>What is due is done, also where it takes more turns than one.</summary>
public sealed class WakerTests
{
    private const string Hour = "H100-USEAST-20261102T12";
    private const int Expiring = (2 * OrderBook.MaxDueEventsPerTurn) + 1_000;

    [Fact]
    public async Task More_orders_than_expire_in_one_turn_are_all_gone_when_the_waker_has_been_round_once()
    {
        await using var venue = await RunningVenue.Open();
        await Enter(venue);
        var expiry = RunningVenue.Start.Plus(Timestamp.MicrosPerHour);
        var account = venue.Grains.GetGrain<IAccountGrain>("buyer");
        for (var first = 0; first < Expiring; first += 1_000)
        {
            var outcomes = await account.Submit("", 0, [.. Enumerable.Range(first, 1_000).Select(order => Bid(venue, order, expiry))]);
            Assert.All(outcomes, outcome => Assert.Equal(OrderStatus.Open, outcome.Order!.Status));
        }

        var book = venue.Grains.GetGrain<IOrderBookGrain>(Hour);
        Assert.Equal(Expiring, (await book.Read(10))!.Bids.Sum(level => level.Orders));

        await SweepUntilOnlyTimeIsLeft(venue);

        venue.Clock.AdvanceTo(expiry);
        await venue.Services.GetRequiredService<Waker>().WakeDue(default);

        Assert.Empty((await book.Read(10))!.Bids);
    }

    [Fact]
    public void A_machine_with_more_to_do_is_due_at_its_own_time_whatever_receipts_it_waits_for()
    {
        const int Resting = OrderBook.MaxDueEventsPerTurn + 1;
        const int Half = (Resting + 1) / 2;
        var instrument = TestInstruments.Of("20261102T12");
        var book = new OrderBook(instrument.Id);
        Take(book, Streams.Catalog, 1, new InstrumentListed(instrument));
        Assert.Equal(Wake.At(instrument.ClosesAt.Micros), Machines.WakeOf(book));

        Take(book, "account/ann", 1, new OrderCommands("ann", [.. Enumerable.Range(1, Half).Select(Bid)]));
        Take(book, "account/ann", 2, new OrderCommands("ann", [.. Enumerable.Range(Half + 1, Resting - Half).Select(Bid)]));
        Assert.Equal((Resting, Wake.At(0)), (book.RestingOrders, Machines.WakeOf(book)));

        Take(book, Streams.Catalog, 2, new InstrumentListed(instrument with { State = InstrumentState.Closed, Revision = 2 }));
        Assert.Equal((1, Wake.At(RunningVenue.Start.Micros)), (book.RestingOrders, Machines.WakeOf(book)));

        book.BeginTurn(RunningVenue.Start);
        book.EndTurn();
        Assert.Equal((0, Wake.At(0)), (book.RestingOrders, Machines.WakeOf(book)));
    }

    [Fact]
    public Task What_turns_a_call_away_because_it_leaves_is_woken_and_swept_again()
    {
        var called = new ConcurrentDictionary<(string, string), byte>();

        // The one rejection that can be made outside the host.
        return WakesAndSweeps((grain, method) => called.TryAdd((grain, method), 0) ? Task.FromException(new SiloUnavailableException("It leaves.")) : Task.CompletedTask);
    }

    [Fact]
    public async Task One_that_does_not_answer_keeps_none_from_being_woken()
    {
        var answer = new TaskCompletionSource();
        var sweeps = 0;

        await WakesAndSweeps((_, method) => method == nameof(IJournaledGrain.Sweep) && Interlocked.Increment(ref sweeps) == 1 ? answer.Task : Task.CompletedTask);

        answer.SetResult();
    }

    /// <summary>A waker must wake the book at an expiry, and sweep one of two accounts, when their grains first do something else.</summary>
    private static async Task WakesAndSweeps(Func<string, string, Task> first)
    {
        await using var venue = await RunningVenue.Open();
        await Enter(venue);
        var expiry = RunningVenue.Start.Plus(Timestamp.MicrosPerHour);
        await venue.Grains.GetGrain<IAccountGrain>("buyer").Submit("", 0, [Bid(venue, 1, expiry)]);
        await SweepUntilOnlyTimeIsLeft(venue);
        var unswept = venue.Services.GetRequiredService<Venue>().Unswept;
        unswept.Clear();
        unswept.TryAdd(Streams.Account("buyer"), 0);
        unswept.TryAdd(Streams.Account("operator"), 0);
        venue.Clock.AdvanceTo(expiry);
        var grains = DispatchProxy.Create<IGrainFactory, SlowGrains>();
        var slow = (SlowGrains)grains;
        (slow.Venue, slow.First) = (venue, first);
        using var stop = new CancellationTokenSource();

        var waking = new Waker(venue.Services.GetRequiredService<Venue>(), grains).Run(stop.Token);

        try
        {
            var ended = await Task.WhenAny(waking, slow.Reached).WaitAsync(TimeSpan.FromSeconds(60), TestContext.Current.CancellationToken);
            Assert.Same(slow.Reached, ended);
        }
        finally
        {
            await stop.CancelAsync();
        }

        await waking;
        Assert.Empty((await venue.Grains.GetGrain<IOrderBookGrain>(Hour).Read(10))!.Bids);
    }

    /// <summary>Sweeps the book until it has recorded that all its reports are received: then it waits for nothing but the time.</summary>
    private static async Task SweepUntilOnlyTimeIsLeft(RunningVenue venue)
    {
        while (venue.Log.Due(0, int.MaxValue).Any(stream => stream.Stream == Streams.Book(Hour)))
        {
            await venue.Grains.GetGrain<IOrderBookGrain>(Hour).Sweep();
        }
    }

    private static OrderCommand Bid(int order) => new(CommandKind.Place, order, Side.Bid, OrderType.Limit, TimeInForce.GoodTillCancelled, Price: 100, Quantity: 1);

    private static void Take(OrderBook book, string sender, long number, Message message)
    {
        book.BeginTurn(RunningVenue.Start);
        book.Receive(new Parcel(sender, number, [message], 1, number, RunningVenue.Start, false));
        book.EndTurn();
    }

    private static async Task Enter(RunningVenue venue)
    {
        var catalog = venue.Grains.GetGrain<IInstrumentCatalogGrain>(Venue.SingleKey);
        Assert.True((await catalog.List(By("list"), new InstrumentRequest { Accelerator = "H100", Zone = "USEAST", Period = "20261102T12" })).Ok);
        Assert.True((await catalog.SetState(By("open"), Hour, InstrumentState.Open, "")).Ok);
        var directory = venue.Grains.GetGrain<IParticipantDirectoryGrain>(Venue.SingleKey);
        Assert.True((await directory.CreateFirm(By("firm"), "firm", "")).Ok);
        Assert.True((await directory.CreateParticipant(By("buyer"), "buyer", "firm", ParticipantLimits.Default with { MaxOpenOrders = Expiring })).Ok);
        Assert.True((await venue.Grains.GetGrain<IBankDeskGrain>(Venue.SingleKey).RecordDeposit(By("deposit"), "buyer", 100L * Expiring, "wire-1")).Ok);
    }

    private static OrderRequest Bid(RunningVenue venue, int number, Timestamp expiry) => new()
    {
        Kind = CommandKind.Place,
        ClientOrderId = $"b{number}",
        Instrument = venue.Services.GetRequiredService<CatalogView>().Instruments[Hour],
        Side = Side.Bid,
        Type = OrderType.Limit,
        TimeInForce = TimeInForce.GoodTillDate,
        ExpiresAtMicros = expiry.Micros,
        Price = 50,
        Quantity = 1,
    };

    private static Request By(string id) => new("operator", id);

    /// <summary>The grains of a venue, which do something else before they take a call.</summary>
    [SuppressMessage("Performance", "CA1852", Justification = "A proxy is made by deriving from it.")]
    internal class SlowGrains : DispatchProxy
    {
        private readonly TaskCompletionSource _woken = new(TaskCreationOptions.RunContinuationsAsynchronously);
        private readonly TaskCompletionSource _swept = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public SlowGrains() => Reached = Task.WhenAll(_woken.Task, _swept.Task);

        public RunningVenue Venue { get; set; } = null!;

        public Func<string, string, Task> First { get; set; } = null!;

        /// <summary>Completes when a grain was woken, and one swept.</summary>
        public Task Reached { get; }

        protected override object Invoke(MethodInfo? targetMethod, object?[]? args)
        {
            var slow = (SlowGrain)Create(targetMethod!.ReturnType, typeof(SlowGrain));
            (slow.Grain, slow.Call) = ((IJournaledGrain)targetMethod.Invoke(Venue.Grains, args)!, Call);
            return slow;
        }

        private async ValueTask Call(IJournaledGrain grain, string method)
        {
            await First(grain.ToString()!, method);
            await (method == nameof(IJournaledGrain.Wake) ? grain.Wake() : grain.Sweep());
            (method == nameof(IJournaledGrain.Wake) ? _woken : _swept).TrySetResult();
        }
    }

    /// <summary>A grain of those.</summary>
    [SuppressMessage("Performance", "CA1852", Justification = "A proxy is made by deriving from it.")]
    internal class SlowGrain : DispatchProxy
    {
        public IJournaledGrain Grain { get; set; } = null!;

        public Func<IJournaledGrain, string, ValueTask> Call { get; set; } = null!;

        protected override object Invoke(MethodInfo? targetMethod, object?[]? args) => Call(Grain, targetMethod!.Name);
    }
}
