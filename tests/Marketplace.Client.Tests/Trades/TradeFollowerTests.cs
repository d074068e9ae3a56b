using Gwh.Marketplace.V1;
using Marketplace.Client.Streams;
using Marketplace.Client.Trades;

namespace Marketplace.Client.Tests.Trades;

public sealed class TradeFollowerTests
{
    private readonly List<TradeUpdate> _updates = [];

    [Fact]
    public void Trades_come_one_by_one_in_order()
    {
        var follower = new TradeFollower("H100-USEAST-2027Q1", 1);
        Assert.Equal(1, follower.Begin().FromSequence);
        Assert.True(follower.Take(Message(0, 9, 3, 7), _updates));
        Assert.True(follower.Take(Message(7, 12, 12), _updates));
        Assert.Equal([3, 7, 12], _updates.Select(update => update.Trade!.Sequence));
    }

    [Fact]
    public void Lost_connection_goes_on_behind_the_last_sequence_that_is_complete()
    {
        var follower = new TradeFollower("H100-USEAST-2027Q1", 0);
        Assert.Equal(0, follower.Begin().FromSequence);
        follower.Take(Message(0, 9), _updates);
        Assert.Equal(10, follower.Begin().FromSequence);
        Assert.True(follower.Take(Message(0, 11, 11), _updates));
        Assert.Equal(new Healed(HealCause.Resumed, 9, 11), _updates[0].Healed);
        Assert.Equal(11, _updates[1].Trade!.Sequence);
    }

    [Fact]
    public void Connection_lost_before_a_word_asks_again_for_the_same()
    {
        var follower = new TradeFollower("H100-USEAST-2027Q1", 5);
        follower.Begin();
        Assert.Equal(5, follower.Begin().FromSequence);
    }

    [Fact]
    public void Heartbeat_moves_the_point_to_resume_at()
    {
        var follower = new TradeFollower("H100-USEAST-2027Q1", 1);
        follower.Begin();
        follower.Take(Message(0, 3, 3), _updates);
        follower.Take(Message(3, 40), _updates);
        Assert.Equal(41, follower.Begin().FromSequence);
    }

    [Fact]
    public void Gap_in_the_chain_breaks_the_stream_and_the_missing_trades_are_asked_for()
    {
        var follower = new TradeFollower("H100-USEAST-2027Q1", 1);
        follower.Begin();
        follower.Take(Message(0, 3, 3), _updates);
        Assert.False(follower.Take(Message(7, 9, 9), _updates));
        Assert.Equal(4, follower.Begin().FromSequence);
        Assert.True(follower.Take(Message(0, 9, 7, 9), _updates));
        Assert.Equal([3, 7, 9], _updates.Where(update => update.Trade is not null).Select(update => update.Trade!.Sequence));
        Assert.Equal(HealCause.ChainBroken, Assert.Single(_updates, update => update.Healed is not null).Healed!.Cause);
    }

    [Fact]
    public void Trades_out_of_order_break_the_stream()
    {
        var follower = new TradeFollower("H100-USEAST-2027Q1", 1);
        follower.Begin();
        Assert.False(follower.Take(Message(0, 9, 7, 3), _updates));
        Assert.Empty(_updates);
    }

    [Fact]
    public void Venue_that_knows_less_than_it_said_is_told()
    {
        var follower = new TradeFollower("H100-USEAST-2027Q1", 1);
        follower.Begin();
        follower.Take(Message(0, 9, 9), _updates);
        follower.Begin();
        Assert.False(follower.Take(Message(0, 5), _updates));
        Assert.Equal(new Healed(HealCause.WentBack, 9, 5), _updates[^1].Healed);
        Assert.Equal(6, follower.Begin().FromSequence);
    }

    private static StreamTradesResponse Message(long previous, long upTo, params long[] trades)
    {
        var message = new StreamTradesResponse { PrevSequence = previous, UpToSequence = upTo, Epoch = 1 };
        message.Trades.AddRange(trades.Select(sequence => new PublicTrade { Sequence = sequence, PriceUsdPerGwh = 1, QuantityKwh = 1 }));
        return message;
    }
}
