using Google.Protobuf.WellKnownTypes;
using Gwh.Marketplace.V1;
using Marketplace.Cli.Demo.Audits;

namespace Marketplace.Cli.Tests.Demo;

public sealed class BookReplayTests
{
    private readonly BookReplay replay = new("H100-USEAST-2027Q1", participant => participant[..1]);
    private long version;

    [Fact]
    public void A_trade_with_the_first_in_the_queue_at_its_price_breaks_nothing()
    {
        Rests(1, "seller", Side.Ask, 101, 50);
        Rests(2, "other", Side.Ask, 100, 50);
        Taken(3, "buyer", Side.Bid, 101, 60);
        Trade(3, 2, 100, 50);
        Trade(3, 1, 101, 10);
        replay.End();
        Assert.Empty(replay.Broken);
        Assert.Equal([(101L, 40L)], replay.Levels(Side.Ask));
        Assert.Equal((Int128)60, replay.Settlement.Parties["buyer"].Kwh);
        Assert.Equal((Int128)(-(100 * 50) - (101 * 10) - 2), replay.Settlement.Parties["buyer"].Micros);
    }

    [Fact]
    public void A_trade_that_passes_over_an_earlier_order_is_told()
    {
        Rests(1, "seller", Side.Ask, 100, 50);
        Rests(2, "other", Side.Ask, 100, 50);
        Taken(3, "buyer", Side.Bid, 100, 50);
        Trade(3, 2, 100, 50);
        Assert.Contains("not the first", Assert.Single(replay.Broken));
    }

    [Fact]
    public void A_trade_of_a_firm_with_itself_is_told()
    {
        Rests(1, "b-seller", Side.Ask, 100, 50);
        Taken(2, "b-buyer", Side.Bid, 100, 50);
        Trade(2, 1, 100, 50);
        Assert.Contains("with itself", Assert.Single(replay.Broken));
    }

    [Fact]
    public void A_trade_of_more_than_is_open_is_told()
    {
        Rests(1, "seller", Side.Ask, 100, 50);
        Taken(2, "buyer", Side.Bid, 100, 80);
        Trade(2, 1, 100, 60);
        Assert.Contains("more than is open", Assert.Single(replay.Broken));
    }

    [Fact]
    public void An_order_that_neither_rests_nor_ends_is_told()
    {
        Taken(1, "buyer", Side.Bid, 100, 80);
        replay.End();
        Assert.Contains("was lost", Assert.Single(replay.Broken));
    }

    [Fact]
    public void A_cycle_that_moves_another_amount_than_its_trades_net_to_is_told()
    {
        Rests(1, "seller", Side.Ask, 100, 50);
        Taken(2, "buyer", Side.Bid, 100, 50);
        Trade(2, 1, 100, 50);
        var cycle = new SettlementCycle
        {
            InstrumentId = "H100-USEAST-2027Q1",
            Cycle = 1,
            TradeCount = 1,
            UpToSequence = version,
            GrossNotionalMicros = "5000",
            NetNotionalMicros = "4000",
            GrossKwh = "50",
            NetKwh = "50",
        };
        Apply(new() { CycleDecided = new() { Cycle = cycle } });
        Assert.Contains("net USD: 4000 and not 5000", Assert.Single(replay.Broken));
    }

    private void Rests(long id, string participant, Side side, long price, long kwh)
    {
        Taken(id, participant, side, price, kwh);
        Apply(new() { OrderRested = new() { OrderId = id, OpenKwh = kwh } });
    }

    private void Taken(long id, string participant, Side side, long price, long kwh) =>
        Apply(new() { OrderTaken = new() { OrderId = id, ParticipantId = participant, Side = side, PriceUsdPerGwh = price, QuantityKwh = kwh } });

    private void Trade(long taker, long maker, long price, long kwh) =>
        Apply(new() { TradeMatched = new() { TakerOrderId = taker, MakerOrderId = maker, PriceUsdPerGwh = price, QuantityKwh = kwh, TakerFeeMicros = 1, MakerFeeMicros = 1 } });

    private void Apply(InstrumentEvent happened)
    {
        version++;
        (happened.Version, happened.Sequence, happened.EventTime) = (version, version, Timestamp.FromDateTimeOffset(DateTimeOffset.UnixEpoch));
        replay.Apply(happened);
    }
}
