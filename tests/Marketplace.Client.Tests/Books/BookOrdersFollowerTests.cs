using Gwh.Marketplace.V1;
using Marketplace.Client.Books;
using Marketplace.Client.Streams;

namespace Marketplace.Client.Tests.Books;

public sealed class BookOrdersFollowerTests
{
    private readonly BookOrdersFollower _follower = new(new() { InstrumentIds = [BookMessages.H100] });
    private readonly List<BookOrdersUpdate> _updates = [];

    [Fact]
    public void Parts_of_a_snapshot_make_one_book_in_turn()
    {
        Assert.Empty(_follower.Begin().Resume);
        Read(Snapshot(7, more: true, "bid 1:99x5 2:99x4"), Snapshot(7, more: false, "bid 3:98x1 | ask 4:101x2"));
        var update = Assert.Single(_updates);
        Assert.Equal("bid 1:99x5 2:99x4 3:98x1 | ask 4:101x2", Drawn(update.Book));
        Assert.Equal((0, 1), (update.Book.OrdersAhead(1), update.Book.OrdersAhead(2)));
        Assert.Null(update.Book.OrdersAhead(9));
    }

    [Fact]
    public void An_order_keeps_its_turn_unless_it_goes_behind_and_one_that_is_gone_is_gone()
    {
        Read(Snapshot(7, more: false, "bid 1:99x5 2:99x4 3:99x3"));
        Read(Delta(7, 8, (1, 99, 2, false)), Delta(8, 9, (1, 99, 6, true)), Delta(9, 10, (2, 99, 0, false)), Delta(10, 11, (3, 97, 3, true)), Delta(11, 12, (8, 97, 1, true), (55, 97, 0, false)));
        Assert.Equal("bid 1:99x6 3:97x3 8:97x1 | ask ", Drawn(_updates[^1].Book));
        Assert.Equal(6, _updates.Count);
    }

    [Theory]
    [InlineData(9, 99)]
    [InlineData(1, 98)]
    public void A_change_of_an_order_that_does_not_stand_there_breaks_the_stream(long order, long price)
    {
        Read(Snapshot(7, more: false, "bid 1:99x5"));
        Assert.False(_follower.Take(Delta(7, 8, (order, price, 2, false)), _updates));
        Assert.Empty(_follower.Begin().Resume);
        Read(Snapshot(8, more: false, "bid 1:99x5"));
        Assert.Equal(new Healed(HealCause.ChainBroken, 7, 8), _updates[^1].Healed);
    }

    [Fact]
    public void A_checksum_that_is_not_that_of_the_summed_levels_breaks_the_stream()
    {
        Read(Snapshot(7, more: false, "bid 1:99x5 2:99x4"));
        var crc = new Crc32C();
        crc.Add(99L);
        crc.Add(8L);
        var right = Delta(7, 8, (1, 99, 4, false));
        right.Delta.Checksum = crc.Value;
        Read(right);
        var wrong = Delta(8, 9, (1, 99, 3, false));
        wrong.Delta.Checksum = crc.Value;
        Assert.False(_follower.Take(wrong, _updates));
    }

    [Fact]
    public void A_line_lost_between_two_parts_starts_over_and_one_lost_behind_them_resumes()
    {
        Read(Snapshot(7, more: true, "bid 1:99x5"));
        Assert.Empty(_follower.Begin().Resume);
        Read(Snapshot(9, more: true, "bid 1:99x5"), Snapshot(9, more: false, "bid 2:99x4"));
        Assert.Equal("bid 1:99x5 2:99x4 | ask ", Drawn(_updates[^1].Book));
        Assert.Equal(9, Assert.Single(_follower.Begin().Resume).Sequence);
    }

    [Fact]
    public void A_part_of_another_sequence_breaks_the_stream()
    {
        Read(Snapshot(7, more: true, "bid 1:99x5"));
        Assert.False(_follower.Take(Snapshot(8, more: false, "bid 2:99x5"), _updates));
    }

    private static StreamBookOrdersResponse Snapshot(long sequence, bool more, string orders)
    {
        var snapshot = new BookOrdersSnapshot { InstrumentId = BookMessages.H100, Epoch = 1, Sequence = sequence, Phase = InstrumentState.Open, More = more };
        foreach (var half in orders.Split('|', StringSplitOptions.TrimEntries))
        {
            foreach (var word in half.Split(' ')[1..])
            {
                var numbers = word.Split(':', 'x').Select(long.Parse).ToArray();
                (half.StartsWith("bid", StringComparison.Ordinal) ? snapshot.Bids : snapshot.Asks).Add(new BookOrder { OrderId = numbers[0], PriceUsdPerGwh = numbers[1], QuantityKwh = numbers[2] });
            }
        }

        return new() { Snapshot = snapshot };
    }

    private static StreamBookOrdersResponse Delta(long previous, long sequence, params (long Order, long Price, long Kwh, bool Behind)[] changes)
    {
        var delta = new BookOrdersDelta { InstrumentId = BookMessages.H100, Epoch = 1, PrevSequence = previous, Sequence = sequence, Phase = InstrumentState.Open };
        foreach (var (order, price, kwh, behind) in changes)
        {
            delta.Changes.Add(new BookOrderChange { Side = Side.Bid, OrderId = order, PriceUsdPerGwh = price, QuantityKwh = kwh, Behind = behind });
        }

        return new() { Delta = delta };
    }

    private static string Drawn(BookOrdersReplica book) => $"bid {string.Join(' ', book.Bids.Select(Drawn))} | ask {string.Join(' ', book.Asks.Select(Drawn))}";

    private static string Drawn(RestingOrder order) => $"{order.OrderId}:{order.PriceUsdPerGwh}x{order.QuantityKwh}";

    private void Read(params StreamBookOrdersResponse[] messages)
    {
        foreach (var message in messages)
        {
            Assert.True(_follower.Take(message, _updates));
        }
    }
}
