using CsCheck;
using Gwh.Marketplace.V1;
using Marketplace.Client.Books;
using Marketplace.Client.Streams;

namespace Marketplace.Client.Tests.Books;

/// <summary>A venue that follows the rules, a line that loses, repeats and swaps messages, and a reader who must never show a wrong book.</summary>
public sealed class OrderBookPropertyTests
{
    private enum Fate
    {
        Deliver,
        Lose,
        Repeat,
        Disconnect,
        Conflate,
        Resync,
        Corrupt,
    }

    private static readonly Gen<(int Price, int Quantity, bool Bid, Fate Fate)> Step = Gen.Select(
        Gen.Int[1, 30], Gen.Int[0, 5], Gen.Bool,
        Gen.Frequency((12, Gen.Const(Fate.Deliver)), (1, Gen.Const(Fate.Lose)), (1, Gen.Const(Fate.Repeat)), (1, Gen.Const(Fate.Disconnect)), (2, Gen.Const(Fate.Conflate)),
            (1, Gen.Const(Fate.Resync)), (1, Gen.Const(Fate.Corrupt))));

    [Fact]
    public void Whatever_the_line_does_every_book_shown_is_the_venue_s_book_at_that_sequence() => Step.Array[0, 80].Sample(steps =>
    {
        var venue = new List<SortedDictionary<(Side, long), long>> { new() };
        var follower = new OrderBookFollower(new() { InstrumentIds = [BookMessages.H100] });
        var shown = new List<OrderBookUpdate>();
        var connected = 0L;
        Connect();

        foreach (var (price, quantity, bid, fate) in steps)
        {
            var book = new SortedDictionary<(Side, long), long>(venue[^1]);
            var key = (bid ? Side.Bid : Side.Ask, (long)price);
            if (quantity == 0)
            {
                book.Remove(key);
            }
            else
            {
                book[key] = quantity;
            }

            venue.Add(book);
            switch (fate)
            {
                case Fate.Lose:
                    connected = venue.Count - 1;
                    break;
                case Fate.Repeat:
                    var repeated = Delta(connected, venue.Count - 1);
                    connected = venue.Count - 1;
                    Give(repeated);
                    Give(repeated);
                    break;
                case Fate.Disconnect:
                    Connect();
                    break;
                case Fate.Conflate:
                    break;
                case Fate.Resync:
                    Give(BookMessages.Resync(connected + 1, venue.Count - 1));
                    connected = venue.Count - 1;
                    Give(SnapshotNow());
                    break;
                case Fate.Corrupt:
                    var corrupt = Delta(connected, venue.Count - 1);
                    corrupt.Delta.Changes.Add(new PriceLevelChange { Side = Side.Bid, PriceUsdPerGwh = 31, QuantityKwh = 77 });
                    connected = venue.Count - 1;
                    Give(corrupt);
                    break;
                default:
                    var delta = Delta(connected, venue.Count - 1);
                    connected = venue.Count - 1;
                    Give(delta);
                    break;
            }
        }

        Connect();
        Assert.Equal(venue.Count - 1, shown[^1].Book.Sequence);

        void Connect()
        {
            var request = follower.Begin();
            if (request.Resume.Count > 0)
            {
                connected = request.Resume[0].Sequence;
                Give(BookMessages.Resumed(connected));
                if (connected < venue.Count - 1)
                {
                    var missing = Delta(connected, venue.Count - 1);
                    connected = venue.Count - 1;
                    Give(missing);
                }
            }
            else
            {
                connected = venue.Count - 1;
                Give(SnapshotNow());
            }
        }

        void Give(StreamOrderBookResponse message)
        {
            var seen = shown.Count;
            if (!follower.Take(message, shown))
            {
                Connect();
                return;
            }

            if (shown.Count > seen)
            {
                var book = shown[^1].Book;
                Assert.Equal(Levels(venue[(int)book.Sequence]), book.Bids.Select(level => (Side.Bid, level)).Concat(book.Asks.Select(level => (Side.Ask, level))));
            }
        }

        StreamOrderBookResponse SnapshotNow()
        {
            var snapshot = new OrderBookSnapshot { InstrumentId = BookMessages.H100, Epoch = 1, Sequence = venue.Count - 1, Checksum = Checksum(venue[^1]) };
            snapshot.Bids.AddRange(Levels(venue[^1]).Where(level => level.Side == Side.Bid).Select(level => Wire(level.Level)));
            snapshot.Asks.AddRange(Levels(venue[^1]).Where(level => level.Side == Side.Ask).Select(level => Wire(level.Level)));
            return new() { Snapshot = snapshot };
        }

        StreamOrderBookResponse Delta(long from, long to)
        {
            var delta = new OrderBookDelta { InstrumentId = BookMessages.H100, Epoch = 1, PrevSequence = from, Sequence = to, Checksum = Checksum(venue[(int)to]) };
            foreach (var key in venue[(int)from].Keys.Union(venue[(int)to].Keys))
            {
                var after = venue[(int)to].GetValueOrDefault(key);
                if (venue[(int)from].GetValueOrDefault(key) != after)
                {
                    delta.Changes.Add(new PriceLevelChange { Side = key.Item1, PriceUsdPerGwh = key.Item2, QuantityKwh = after });
                }
            }

            return new() { Delta = delta };
        }
    });

    private static PriceLevel Wire(Level level) => new() { PriceUsdPerGwh = level.PriceUsdPerGwh, QuantityKwh = level.QuantityKwh };

    private static IEnumerable<(Side Side, Level Level)> Levels(SortedDictionary<(Side Side, long Price), long> book) =>
        book.Where(level => level.Key.Side == Side.Bid).Reverse().Concat(book.Where(level => level.Key.Side == Side.Ask))
            .Select(level => (level.Key.Side, new Level(level.Key.Price, level.Value)));

    private static uint Checksum(SortedDictionary<(Side Side, long Price), long> book)
    {
        var crc = new Crc32C();
        foreach (var side in new[] { Side.Bid, Side.Ask })
        {
            foreach (var (_, level) in Levels(book).Where(level => level.Side == side).Take(10))
            {
                crc.Add(level.PriceUsdPerGwh);
                crc.Add(level.QuantityKwh);
            }
        }

        return crc.Value;
    }
}
