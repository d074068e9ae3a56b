using System.Collections.Concurrent;
using System.Diagnostics.CodeAnalysis;
using System.Reflection;
using Marketplace.Domain.Accounts;
using Marketplace.Domain.Instruments;
using Marketplace.Domain.Messages;
using Marketplace.Domain.Orders;
using Marketplace.Domain.Participants;
using Marketplace.Domain.Tests.Support;
using Marketplace.Domain.Units;
using Marketplace.Grains.Accounts;
using Marketplace.Grains.Hosting;
using Marketplace.Grains.Orders;
using Marketplace.Grains.Participants;
using Marketplace.Grains.Treasury;
using Marketplace.Journal;
using Microsoft.Extensions.DependencyInjection;
using Orleans;
using Orleans.Runtime;
using static Marketplace.Grains.Tests.OneBuyer;

namespace Marketplace.Grains.Tests;

/// <summary>What is due is done, also where it takes more turns than one.</summary>
public sealed class WakerTests
{
    private const int Expiring = OneBuyer.MostOrders;

    [Fact]
    public async Task More_orders_than_expire_in_one_turn_are_all_gone_when_the_waker_has_been_round_once()
    {
        await using var venue = await RunningVenue.Open();
        await Enter(venue);
        var expiry = RunningVenue.Start.Plus(Timestamp.MicrosPerHour);
        var account = venue.Grains.GetGrain<IAccountGrain>("buyer");
        for (var first = 0; first < Expiring; first += 1_000)
        {
            var outcomes = await account.Submit("", 0, [.. Enumerable.Range(first, 1_000).Select(order => Bid(venue, Hour, order, expiry))]);
            Assert.All(outcomes, outcome => Assert.Equal(OrderStatus.Open, outcome.Order!.Status));
        }

        var book = venue.Grains.GetGrain<IOrderBookGrain>(Hour);
        Assert.Equal(Expiring, (await book.Read(10))!.Bids.Sum(level => level.Orders));

        Assert.Contains(Streams.Book(Hour), venue.Log.Awaiting());

        venue.Clock.AdvanceTo(expiry);
        await venue.Services.GetRequiredService<Waker>().WakeDue(default);

        Assert.Empty((await book.Read(10))!.Bids);
    }

    [Fact]
    public void A_machine_is_due_at_its_own_time_whatever_receipts_it_awaits()
    {
        const int Resting = OrderBook.MaxDueEventsPerTurn + 1;
        const int Half = (Resting + 1) / 2;
        var instrument = TestInstruments.Of("20261102T12");
        var book = new OrderBook(instrument.Id);
        Take(book, Streams.Catalog, 1, new InstrumentListed(instrument));
        Assert.Equal(Wake.At(instrument.ClosesAt.Micros), Machines.WakeOf(book));

        Take(book, "account/ann", 1, new OrderCommands("ann", [.. Enumerable.Range(1, Half).Select(Command)]));
        Take(book, "account/ann", 2, new OrderCommands("ann", [.. Enumerable.Range(Half + 1, Resting - Half).Select(Command)]));
        Assert.Equal((Resting, Wake.Awaiting(instrument.ClosesAt.Micros)), (book.RestingOrders, Machines.WakeOf(book)));

        Take(book, Streams.Catalog, 2, new InstrumentListed(instrument with { State = InstrumentState.Closed, Revision = 2 }));
        Assert.Equal((1, Wake.Awaiting(RunningVenue.Start.Micros)), (book.RestingOrders, Machines.WakeOf(book)));

        book.BeginTurn(RunningVenue.Start);
        book.EndTurn();
        Assert.Equal((0, Wake.Awaiting(null)), (book.RestingOrders, Machines.WakeOf(book)));
    }

    [Fact]
    public Task What_turns_a_call_away_because_it_leaves_is_woken_again()
    {
        var called = new ConcurrentDictionary<string, byte>();

        // The one rejection that can be made outside the host.
        return Wakes(2, grain => called.TryAdd(grain, 0) ? Task.FromException(new SiloUnavailableException("It leaves.")) : Task.CompletedTask);
    }

    [Fact]
    public async Task One_that_does_not_answer_keeps_none_from_being_woken()
    {
        var answer = new TaskCompletionSource();
        var calls = 0;

        await Wakes(1, _ => Interlocked.Increment(ref calls) == 1 ? answer.Task : Task.CompletedTask);

        answer.SetResult();
    }

    [Fact]
    public async Task Receipts_are_recorded_where_no_turn_takes_them_along_for_a_while()
    {
        await using var venue = await RunningVenue.Open();
        var shared = await WithReceiptsHeard(venue);
        var version = BookVersion(venue);

        shared.UnrecordedReceipts.Sweep(Environment.TickCount64);
        await venue.Grains.GetGrain<IOrderBookGrain>(Hour).Read(1);
        Assert.Equal(version, BookVersion(venue));

        shared.UnrecordedReceipts.Sweep(Environment.TickCount64 + (long)UnrecordedReceipts.Rest.TotalMilliseconds);
        await ReadUntil(venue, () => BookVersion(venue) == version + 1);
        Assert.DoesNotContain(Streams.Book(Hour), venue.Log.Awaiting());
    }

    [Fact]
    public async Task A_grain_that_leaves_records_the_receipts_it_has_heard()
    {
        var venue = await RunningVenue.Open();
        await WithReceiptsHeard(venue);

        await using var next = await venue.Restart();

        Assert.Empty(next.Log.Awaiting());
    }

    [Fact]
    public async Task A_grain_with_more_messages_unacknowledged_than_a_parcel_holds_records_what_it_has_heard_at_once()
    {
        await using var venue = await RunningVenue.Open();
        await Enter(venue);
        var expiry = RunningVenue.Start.Plus(Timestamp.MicrosPerHour);
        var directory = venue.Grains.GetGrain<IParticipantDirectoryGrain>(Venue.SingleKey);
        var desk = venue.Grains.GetGrain<IBankDeskGrain>(Venue.SingleKey);

        // The first receipt leaves one message more than a parcel's open.
        await Task.WhenAll(Enumerable.Range(0, JournaledGrain<OrderBook>.MaxParcelMessages + 2).Select(async number =>
        {
            var participant = $"buyer-{number}";
            Assert.True((await directory.CreateParticipant(By(participant), participant, "firm", ParticipantLimits.Default)).Ok);
            Assert.True((await desk.RecordDeposit(By("deposit-" + participant), participant, 100, "wire-" + participant)).Ok);
            var outcomes = await venue.Grains.GetGrain<IAccountGrain>(participant).Submit("", 0, [Bid(venue, Hour, number, expiry)]);
            Assert.Equal(OrderStatus.Open, outcomes[0].Order!.Status);
        }));
        var version = BookVersion(venue);

        venue.Clock.AdvanceTo(expiry);
        await venue.Services.GetRequiredService<Waker>().WakeDue(default);

        // One record of the expiries, and one of the receipts that nothing else asks for here.
        await ReadUntil(venue, () => BookVersion(venue) >= version + 2);
    }

    [Fact]
    public async Task A_stream_that_awaits_receipts_is_woken_when_its_grain_has_left_until_that_has_succeeded()
    {
        await using var venue = await RunningVenue.Open();
        var shared = await WithReceiptsHeard(venue);
        var grains = DispatchProxy.Create<IGrainFactory, SlowGrains>();
        var calls = 0;
        ((SlowGrains)grains).Venue = venue;
        ((SlowGrains)grains).First = _ => ++calls == 1 ? Task.FromException(new TimeoutException("Not now.")) : Task.CompletedTask;
        var waker = new Waker(shared, grains);
        await waker.WakeDue(default);
        Assert.Equal(0, calls);

        Assert.True(shared.Mailboxes.TryRemove(Streams.Book(Hour), out _));
        await waker.WakeDue(default);
        Assert.Equal(0, calls);

        shared.Departed();
        await waker.WakeDue(default);
        Assert.Equal(1, calls);
        await waker.WakeDue(default);
        Assert.Equal(2, calls);
        await waker.WakeDue(default);
        Assert.Equal(2, calls);
    }

    /// <summary>One order rests, and its book has heard, and not recorded, that its account has received the report.</summary>
    private static async Task<Venue> WithReceiptsHeard(RunningVenue venue)
    {
        await Enter(venue);
        await venue.Grains.GetGrain<IAccountGrain>("buyer").Submit("", 0, [Bid(venue, Hour, 1, RunningVenue.Start.Plus(Timestamp.MicrosPerHour))]);
        var shared = venue.Services.GetRequiredService<Venue>();
        await ReadUntil(venue, () => shared.Mailboxes[Streams.Book(Hour)].ReceiptHeardAt != 0);
        Assert.Contains(Streams.Book(Hour), venue.Log.Awaiting());
        return shared;
    }

    /// <summary>A waker must wake so many of two books at an expiry, when their grains first do something else.</summary>
    private static async Task Wakes(int books, Func<string, Task> first)
    {
        await using var venue = await RunningVenue.Open();
        await Enter(venue);
        var expiry = RunningVenue.Start.Plus(Timestamp.MicrosPerHour);
        await venue.Grains.GetGrain<IAccountGrain>("buyer").Submit("", 0, [Bid(venue, Hour, 1, expiry), Bid(venue, NextHour, 2, expiry)]);
        venue.Clock.AdvanceTo(expiry);
        var grains = DispatchProxy.Create<IGrainFactory, SlowGrains>();
        var slow = (SlowGrains)grains;
        (slow.Venue, slow.First, slow.Wanted) = (venue, first, books);
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
        var read = await Task.WhenAll(new[] { Hour, NextHour }.Select(instrument => venue.Grains.GetGrain<IOrderBookGrain>(instrument).Read(10)));
        Assert.Equal(books, read.Count(book => book!.Bids.Length == 0));
    }

    private static OrderCommand Command(int order) => new(CommandKind.Place, order, Side.Bid, OrderType.Limit, TimeInForce.GoodTillCancelled, Price: 100, Quantity: 1);

    private static void Take(OrderBook book, string sender, long number, Message message)
    {
        book.BeginTurn(RunningVenue.Start);
        book.Receive(new Parcel(sender, number, [message], 1, number, RunningVenue.Start, false));
        book.EndTurn();
    }

    /// <summary>The grains of a venue, which do something else before they take a call.</summary>
    [SuppressMessage("Performance", "CA1852", Justification = "A proxy is made by deriving from it.")]
    internal class SlowGrains : DispatchProxy
    {
        private readonly TaskCompletionSource _reached = new(TaskCreationOptions.RunContinuationsAsynchronously);
        private readonly ConcurrentDictionary<string, byte> _woken = new();

        public RunningVenue Venue { get; set; } = null!;

        public Func<string, Task> First { get; set; } = null!;

        /// <summary>Grains that are to be woken.</summary>
        public int Wanted { get; set; }

        /// <summary>Completes when as many grains were woken.</summary>
        public Task Reached => _reached.Task;

        protected override object Invoke(MethodInfo? targetMethod, object?[]? args)
        {
            var slow = (SlowGrain)Create(targetMethod!.ReturnType, typeof(SlowGrain));
            (slow.Grain, slow.Woken) = ((IJournaledGrain)targetMethod.Invoke(Venue.Grains, args)!, Wake);
            return slow;
        }

        private async ValueTask Wake(IJournaledGrain grain)
        {
            await First(grain.ToString()!);
            await grain.Wake();
            if (_woken.TryAdd(grain.ToString()!, 0) && _woken.Count == Wanted)
            {
                _reached.TrySetResult();
            }
        }
    }

    /// <summary>A grain of those.</summary>
    [SuppressMessage("Performance", "CA1852", Justification = "A proxy is made by deriving from it.")]
    internal class SlowGrain : DispatchProxy
    {
        public IJournaledGrain Grain { get; set; } = null!;

        public Func<IJournaledGrain, ValueTask> Woken { get; set; } = null!;

        protected override object Invoke(MethodInfo? targetMethod, object?[]? args) => Woken(Grain);
    }
}
