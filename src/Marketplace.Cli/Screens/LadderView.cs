using Gwh.Marketplace.V1;
using Marketplace.Client.Books;
using Marketplace.Client.Streams;

namespace Marketplace.Cli.Screens;

/// <summary>A book at one moment, as a ladder shows it: the best levels of each side, the last trades, and how the stream is.</summary>
/// <param name="InstrumentId">The instrument.</param>
/// <param name="RatedWatts">Rated watts of its accelerator, for prices per accelerator-hour.</param>
/// <param name="Phase">Whether it trades.</param>
/// <param name="Sequence">The book's sequence.</param>
/// <param name="EventTime">Event time of the last change.</param>
/// <param name="Bids">Best first.</param>
/// <param name="Asks">Best first.</param>
/// <param name="Tape">Trades seen, newest first.</param>
/// <param name="TradedKwh">Volume seen since the watching began, kWh.</param>
/// <param name="Healed">The last time the stream healed itself; null where it did not have to.</param>
internal sealed record LadderView(
    string InstrumentId, long RatedWatts, InstrumentState Phase, long Sequence, DateTime EventTime, IReadOnlyList<Level> Bids, IReadOnlyList<Level> Asks,
    IReadOnlyList<PublicTrade> Tape, Int128 TradedKwh, Healed? Healed)
{
    /// <summary>Trades kept on the tape.</summary>
    public const int TapeLength = 8;

    /// <summary>Price of the last trade seen, USD per GWh; 0 before the first.</summary>
    public long LastPrice { get; init; }

    /// <summary>The view after an update.</summary>
    public static LadderView Of(OrderBookUpdate update, long ratedWatts, int depth, LadderView? before)
    {
        var book = update.Book;
        var tape = update.Trades.Count == 0 ? before?.Tape ?? [] : [.. update.Trades.Reverse().Concat(before?.Tape ?? []).Take(TapeLength)];
        Int128 traded = before?.TradedKwh ?? 0;
        foreach (var trade in update.Trades)
        {
            traded += trade.QuantityKwh;
        }

        return new(
            book.InstrumentId, ratedWatts, book.Phase, book.Sequence, book.EventTime, [.. book.Bids.Take(depth)], [.. book.Asks.Take(depth)], tape, traded, update.Healed ?? before?.Healed)
        {
            LastPrice = book.LastTradePriceUsdPerGwh,
        };
    }

    /// <summary>Best ask less best bid, USD per GWh; null while a side is empty.</summary>
    public long? Spread => Bids.Count > 0 && Asks.Count > 0 ? Asks[0].PriceUsdPerGwh - Bids[0].PriceUsdPerGwh : null;

    /// <summary>Twice the mid price, USD per GWh, so that it stays whole; null while a side is empty.</summary>
    public long? TwiceMid => Bids.Count > 0 && Asks.Count > 0 ? Asks[0].PriceUsdPerGwh + Bids[0].PriceUsdPerGwh : null;
}
