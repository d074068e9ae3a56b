using Gwh.Marketplace.V1;
using Marketplace.Client.Accounts;
using Marketplace.Client.Streams;

namespace Marketplace.Client.Tests.Accounts;

public sealed class AccountFollowerTests
{
    private readonly AccountFollower _follower = new("acme");
    private readonly List<AccountChange> _updates = [];

    [Fact]
    public void Snapshot_and_chained_updates_make_the_account()
    {
        _follower.Begin();
        Read(Snapshot(5, 1_000, Open("a"), Open("b")), Update(5, 6, 900, Ended("a"), Open("c")));
        var account = _updates[^1].Account;
        Assert.Equal((6L, 900L), (account.Version, account.CashAvailableMicros));
        Assert.Equal(["b", "c"], account.OpenOrders.Keys.Order());
    }

    [Fact]
    public void Tokens_of_an_update_replace_those_of_their_instrument_only()
    {
        _follower.Begin();
        var snapshot = Snapshot(1, 0);
        snapshot.Snapshot.Account.Tokens.Add(new TokenBalance { InstrumentId = "A", AvailableKwh = 1 });
        snapshot.Snapshot.Account.Tokens.Add(new TokenBalance { InstrumentId = "B", AvailableKwh = 2 });
        var update = Update(1, 2, 0);
        update.Update.Tokens.Add(new TokenBalance { InstrumentId = "B", AvailableKwh = 3 });
        Read(snapshot, update);
        Assert.Equal([("A", 1L), ("B", 3L)], _updates[^1].Account.Tokens.Select(tokens => (tokens.Key, tokens.Value.AvailableKwh)));
    }

    [Fact]
    public void Update_that_does_not_follow_breaks_the_stream_and_the_next_snapshot_says_so()
    {
        _follower.Begin();
        Read(Snapshot(5, 1_000));
        Assert.False(_follower.Take(Update(6, 7, 1), _updates));
        _follower.Begin();
        Read(Snapshot(7, 1));
        Assert.Equal(new Healed(HealCause.ChainBroken, 5, 7), _updates[^1].Healed);
    }

    [Fact]
    public void Lost_connection_is_told_with_the_snapshot_that_follows()
    {
        _follower.Begin();
        Read(Snapshot(5, 1_000));
        _follower.Begin();
        Read(Snapshot(9, 1));
        Assert.Equal(new Healed(HealCause.Reconnected, 5, 9), _updates[^1].Healed);
    }

    [Fact]
    public void Resync_is_healed_in_band()
    {
        _follower.Begin();
        Read(Snapshot(5, 1_000), new() { Resync = new() { Reason = ResyncReason.SlowReader } }, Snapshot(50, 2));
        Assert.Equal(new Healed(HealCause.SlowReader, 5, 50), _updates[^1].Healed);
    }

    [Fact]
    public void Heartbeat_of_another_version_breaks_the_stream()
    {
        _follower.Begin();
        Read(Snapshot(5, 1_000), new() { Heartbeat = new() { LastVersion = 5 } });
        Assert.False(_follower.Take(new() { Heartbeat = new() { LastVersion = 6 } }, _updates));
    }

    [Fact]
    public void Version_that_went_back_is_told()
    {
        _follower.Begin();
        Read(Snapshot(5, 1_000));
        _follower.Begin();
        Read(Snapshot(4, 1_000));
        Assert.Equal(HealCause.WentBack, _updates[^1].Healed!.Cause);
    }

    private static Order Open(string id) => new() { ClientOrderId = id, Status = OrderStatus.Open };

    private static Order Ended(string id) => new() { ClientOrderId = id, Status = OrderStatus.Filled };

    private static StreamAccountResponse Snapshot(long version, long cash, params Order[] orders) =>
        new() { Snapshot = new() { Account = new() { ParticipantId = "acme", Version = version, CashAvailableMicros = cash }, OpenOrders = { orders } } };

    private static StreamAccountResponse Update(long previous, long version, long cash, params Order[] orders) =>
        new() { Update = new() { PrevVersion = previous, Version = version, CashAvailableMicros = cash, Orders = { orders } } };

    private void Read(params StreamAccountResponse[] messages)
    {
        foreach (var message in messages)
        {
            Assert.True(_follower.Take(message, _updates));
        }
    }
}
