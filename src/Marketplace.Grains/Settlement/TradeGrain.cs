using System.Globalization;
using Marketplace.Domain.Orders;
using Marketplace.Domain.Settlement;
using Marketplace.Grains.Orders;

namespace Marketplace.Grains.Settlement;

/// <summary>One trade as a participant addresses it, by instrument, colon, sequence. It has no stream: it reads the record and forwards commands to its instrument.</summary>
[Alias("gwh.trade-grain")]
[GrainInterfaceType("gwh.trade")]
public interface ITradeGrain : IGrainWithStringKey
{
    /// <summary>The trade; null when there is none.</summary>
    [Alias("Read")]
    Task<Trade?> Read();

    /// <summary>Settles it early for one of its parties; answers when both accounts have posted it.</summary>
    [Alias("Settle")]
    Task<Result<Trade>> Settle(Request request);

    /// <summary>The trade when it has settled, or as it is after a while; null when there is none.</summary>
    [Alias("Watch")]
    Task<Trade?> Watch();
}

/// <summary>The id of a trade: instrument, colon, sequence.</summary>
public static class TradeId
{
    /// <summary>The id of a trade.</summary>
    public static string Of(string instrument, long sequence) => string.Create(CultureInfo.InvariantCulture, $"{instrument}:{sequence}");

    /// <summary>Reads an id.</summary>
    public static bool TryParse(string id, out string instrument, out long sequence)
    {
        var colon = id.LastIndexOf(':');
        instrument = colon < 0 ? "" : id[..colon];
        sequence = 0;
        return colon > 0 && id.Length <= 80 && Ids.IsWellFormed(instrument) && long.TryParse(id.AsSpan(colon + 1), NumberStyles.None, CultureInfo.InvariantCulture, out sequence) && sequence > 0;
    }
}

/// <summary>Reads a trade and forwards commands.</summary>
[GrainType("gwh.trade")]
[Reentrant]
internal sealed class TradeGrain(BookHistory history) : Grain, ITradeGrain
{
    private Trade? _settled;

    private string Instrument => Parts().Instrument;

    private long Sequence => Parts().Sequence;

    private IOrderBookGrain Book => GrainFactory.GetGrain<IOrderBookGrain>(Instrument);

    /// <inheritdoc/>
    public async Task<Trade?> Read() => await Book.FindTrade(Sequence) ?? await FromLog();

    /// <inheritdoc/>
    public async Task<Result<Trade>> Settle(Request request)
    {
        var account = Streams.Account(request.Caller);
        var trade = await Read();
        if (trade is null || (trade.Buyer != account && trade.Seller != account))
        {
            return new Refusal(RejectReason.NotFound, "trade_id");
        }

        var refusal = await Book.SettleEarly(request, Sequence);
        return refusal.Reason != RejectReason.None ? refusal : (await Watch())!;
    }

    /// <inheritdoc/>
    public async Task<Trade?> Watch() => await Book.WhenSettled(Sequence) ?? await FromLog();

    /// <summary>A settled trade is final: it is read from the log once.</summary>
    private async Task<Trade?> FromLog()
    {
        if (_settled is not null)
        {
            return _settled;
        }

        var (instrument, sequence) = Parts();
        var past = await Task.Run(() => history.From(instrument, sequence).TakeWhile(past => past.Sequence <= sequence)
            .FirstOrDefault(past => past.Sequence == sequence && past.Book is { Kind: BookEventKind.Traded }));
        if (past.Book is not { } traded)
        {
            return null;
        }

        var takerSide = past.Command.Side;
        var taker = (Account: past.Party < 0 ? past.Account : await Book.AccountOf(past.Party), past.Command.Order, Fee: traded.TakerFeeMicros);
        var resting = (Account: await Book.AccountOf(OrderEvent.PartyOf(traded.Key)), Order: OrderEvent.AccountOrderOf(traded.Key), Fee: traded.MakerFeeMicros);
        var (buyer, seller) = takerSide == Side.Bid ? (taker, resting) : (resting, taker);
        return _settled = new Trade(
            sequence, traded.Price, traded.Quantity, buyer.Account, seller.Account, buyer.Order, seller.Order, buyer.Fee, seller.Fee, past.Time, takerSide, TradeState.Settled);
    }

    private (string Instrument, long Sequence) Parts() =>
        TradeId.TryParse(this.GetPrimaryKeyString(), out var instrument, out var sequence) ? (instrument, sequence) : throw new InvalidOperationException("No trade id.");
}
