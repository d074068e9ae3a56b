using Gwh.Marketplace.V1;
using Marketplace.Client.Books;

namespace Marketplace.Client.Tests.Books;

/// <summary>Messages of a stream of books, written short.</summary>
internal static class BookMessages
{
    public const string H100 = "H100-USEAST-2027Q1";

    /// <summary>A snapshot; levels as "bid 99x5 98x1 | ask 101x3".</summary>
    public static StreamOrderBookResponse Snapshot(long sequence, string levels, long epoch = 1, uint? checksum = null)
    {
        var snapshot = new OrderBookSnapshot { InstrumentId = H100, Epoch = epoch, Sequence = sequence, Phase = InstrumentState.Open };
        foreach (var (side, price, quantity) in Levels(levels))
        {
            (side == Side.Bid ? snapshot.Bids : snapshot.Asks).Add(new PriceLevel { PriceUsdPerGwh = price, QuantityKwh = quantity });
        }

        if (checksum is { } value)
        {
            snapshot.Checksum = value;
        }

        return new() { Snapshot = snapshot };
    }

    public static StreamOrderBookResponse Delta(long previous, long sequence, string levels, long epoch = 1, uint? checksum = null)
    {
        var delta = new OrderBookDelta { InstrumentId = H100, Epoch = epoch, PrevSequence = previous, Sequence = sequence, Phase = InstrumentState.Open };
        foreach (var (side, price, quantity) in Levels(levels))
        {
            delta.Changes.Add(new PriceLevelChange { Side = side, PriceUsdPerGwh = price, QuantityKwh = quantity });
        }

        if (checksum is { } value)
        {
            delta.Checksum = value;
        }

        return new() { Delta = delta };
    }

    public static StreamOrderBookResponse Resumed(long sequence, long epoch = 1) =>
        new() { Resumed = new() { InstrumentId = H100, Epoch = epoch, Sequence = sequence } };

    public static StreamOrderBookResponse Heartbeat(long sequence, long epoch = 1) =>
        new() { Heartbeat = new() { InstrumentId = H100, Epoch = epoch, LastSequence = sequence } };

    public static StreamOrderBookResponse Resync(long from, long to, ResyncReason reason = ResyncReason.SlowReader) =>
        new() { Resync = new() { InstrumentId = H100, Reason = reason, DroppedFromSequence = from, DroppedToSequence = to } };

    /// <summary>The book drawn: "bid 99x5 98x1 | ask 101x3".</summary>
    public static string Drawn(OrderBookReplica book) =>
        $"bid {string.Join(' ', book.Bids.Select(Drawn))} | ask {string.Join(' ', book.Asks.Select(Drawn))}";

    private static string Drawn(Level level) => $"{level.PriceUsdPerGwh}x{level.QuantityKwh}";

    private static IEnumerable<(Side Side, long Price, long Quantity)> Levels(string levels)
    {
        foreach (var half in levels.Split('|', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries))
        {
            var words = half.Split(' ', StringSplitOptions.RemoveEmptyEntries);
            foreach (var word in words[1..])
            {
                var parts = word.Split('x');
                yield return (words[0] == "bid" ? Side.Bid : Side.Ask, long.Parse(parts[0]), long.Parse(parts[1]));
            }
        }
    }
}
