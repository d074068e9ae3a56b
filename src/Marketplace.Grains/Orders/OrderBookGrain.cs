using Marketplace.Domain.Orders;
using Marketplace.Domain.Settlement;
using Marketplace.Grains.Hosting;

namespace Marketplace.Grains.Orders;

/// <summary>Hosts an <see cref="OrderBook"/>.</summary>
[GrainType("gwh.book")]
internal sealed class OrderBookGrain(Venue venue, BookFeeds feeds, IGrainContext context)
    : JournaledGrain<OrderBook>(venue, new OrderBook(context.GrainId.Key.ToString()!)), IOrderBookGrain
{
    private static readonly TimeSpan LongestWait = TimeSpan.FromSeconds(5);

    /// <summary>Completes at the next receipt; only while somebody waits for it, because a book hears one for every order.</summary>
    private TaskCompletionSource? _heard;

    /// <inheritdoc/>
    public async Task<BookView?> Read(int depth)
    {
        var view = View(depth);
        await Durable();
        return view;
    }

    /// <inheritdoc/>
    public async Task<BookPreview?> Preview(string firm, OrderCommand command)
    {
        // What is due happens first, as it would before the order.
        Turn(static _ => true);
        var preview = Machine.Instrument is null ? null : Machine.Preview(firm, command, Venue.Clock.Now);
        await Durable();
        return preview;
    }

    /// <inheritdoc/>
    public async Task<BookView?> Watch(bool orders)
    {
        var view = View(int.MaxValue);
        if (orders && view is not null && Machine.RestingOrders <= BookFeed.MostOrders)
        {
            view = view with { BidOrders = Lines(Side.Bid), AskOrders = Lines(Side.Ask) };
        }

        await Durable();
        return view;
    }

    /// <inheritdoc/>
    public async Task<Trade?> FindTrade(long sequence)
    {
        Sweep();
        var trade = Machine.Settlement.Find(sequence);
        await Durable();
        return trade;
    }

    /// <inheritdoc/>
    public async Task<Trade?> WhenSettled(long sequence)
    {
        var deadline = Task.Delay(LongestWait);
        while (true)
        {
            var heard = (_heard ??= new(TaskCreationOptions.RunContinuationsAsynchronously)).Task;
            var trade = await FindTrade(sequence);
            if (trade is null or { State: TradeState.Settled } || deadline.IsCompleted)
            {
                return trade;
            }

            WantReceipt();
            await Task.WhenAny(heard, deadline);
        }
    }

    /// <inheritdoc/>
    public async Task<Refusal> SettleEarly(Request request, long sequence)
    {
        var refused = Turn(book => book.SettleEarly(request, sequence, Streams.Account(request.Caller)));
        if (refused.Reason == RejectReason.None)
        {
            await Delivered();
        }

        await Durable();
        return refused;
    }

    /// <inheritdoc/>
    public Task<Result<CycleDecided>> RunCycle(Request request) => Desk<CycleDecided>(request, Turn(book => book.RunCycle(request)));

    /// <inheritdoc/>
    public Task<Result<FeesSwept>> SweepFees(Request request) => Desk<FeesSwept>(request, Turn(book => book.SweepFees(request)));

    /// <inheritdoc/>
    public Task<string> AccountOf(int party) => Task.FromResult(party < Machine.PartyCount ? Machine.AccountOf(party) : "");

    /// <inheritdoc/>
    public async Task<SettlementSummary?> Summary()
    {
        Sweep();
        var settlement = Machine.Settlement;
        var summary = Machine.Instrument is null ? null : new SettlementSummary
        {
            Instrument = Machine.Instrument,
            Trades = settlement.TradeCount,
            Undecided = settlement.Undecided,
            Unsettled = settlement.Unsettled,
            VolumeKwh = settlement.VolumeKwh,
            NotionalMicros = settlement.NotionalMicros,
            FeesMicros = settlement.FeesMicros,
            FeesSweptMicros = settlement.FeesSweptMicros,
            Cycles = settlement.Cycles,
            GrossMicros = settlement.Netted.GrossMicros,
            NetMicros = settlement.Netted.NetMicros,
            GrossKwh = settlement.Netted.GrossKwh,
            NetKwh = settlement.Netted.NetKwh,
            NextCycle = settlement.NextCycle,
        };
        await Durable();
        return summary;
    }

    /// <inheritdoc/>
    protected override void TurnBegins() => Machine.Watched = feeds.AreWatching(Machine.InstrumentId);

    /// <inheritdoc/>
    protected override void Heard()
    {
        var heard = _heard;
        _heard = null;
        heard?.SetResult();
    }

    /// <inheritdoc/>
    protected override void TurnEnded(bool recorded)
    {
        if (recorded)
        {
            feeds.Publish(Machine, Position);
        }
    }

    /// <summary>Answers an operator's request from the record it is in, new or repeated.</summary>
    private async Task<Result<T>> Desk<T>(Request request, Refusal refusal)
        where T : Event
    {
        var version = refusal.Reason == RejectReason.None ? Machine.VersionOf(request) : 0;
        await Delivered();
        await Durable();
        return refusal.Reason != RejectReason.None ? refusal : await Task.Run(() => Venue.Log.ReadStream(Machine.Stream, version, version, long.MaxValue)
            .SelectMany(record => Venue.Serializer.Deserialize<Record>(record.Payload)!.Events).OfType<T>().First());
    }

    private BookView? View(int depth) => Machine.Instrument is null ? null : new BookView
    {
        Instrument = Machine.Instrument,
        State = Machine.State,
        Sequence = Machine.Sequence,
        Bids = Levels(Side.Bid, depth),
        Asks = Levels(Side.Ask, depth),
        Time = Machine.LastEventTime,
        LastPrice = Machine.Settlement.LastPrice,
    };

    private OrderLine[] Lines(Side side) => [.. Machine.Orders(side).Select(order => new OrderLine(order.Number, order.Price, order.Open - order.Hidden))];

    private LevelView[] Levels(Side side, int depth) => [.. Machine.Levels(side, depth).Select(level => new LevelView(level.Price, level.Quantity, level.Orders))];
}
