using Marketplace.Domain.Messages;
using Marketplace.Grains.Hosting;

namespace Marketplace.Grains.Tests;

/// <summary>Receipts that no record takes along are asked for after a while, once, and those that one does are not.</summary>
public sealed class UnrecordedReceiptsTests
{
    private static readonly long Rest = (long)UnrecordedReceipts.Rest.TotalMilliseconds;

    private readonly UnrecordedReceipts _receipts = new();
    private readonly Outbox.Channel _channel = new Outbox().To("account/a");
    private readonly Mailbox _mailbox = new(static () => { }, static _ => { });

    [Fact]
    public void A_grain_that_makes_no_record_is_asked_when_the_rest_is_over_and_once()
    {
        Comes(_mailbox, 1_000);
        Comes(_mailbox, 1_500);

        Assert.Equal(0, AskedAt(1_000 + Rest - 1));
        Assert.Equal(1, AskedAt(1_000 + Rest));
        Assert.Equal(0, AskedAt(1_000 + (10 * Rest)));
    }

    [Fact]
    public void A_grain_whose_record_took_them_along_is_not_asked_until_it_has_heard_more()
    {
        Comes(_mailbox, 1_000);
        _mailbox.TakeReceipts();
        _mailbox.ReceiptsRecorded();
        Assert.Equal(0, AskedAt(1_000 + Rest));

        Comes(_mailbox, 2_000 + Rest);
        Assert.Equal(1, AskedAt(2_000 + (2 * Rest)));
    }

    [Fact]
    public void What_was_heard_after_a_record_waits_at_least_as_long_and_at_most_twice()
    {
        Comes(_mailbox, 1_000);
        _mailbox.TakeReceipts();
        _mailbox.ReceiptsRecorded();
        Comes(_mailbox, 1_001);

        Assert.Equal(0, AskedAt(1_000 + Rest));
        Assert.Equal(0, AskedAt(1_000 + (2 * Rest) - 1));
        Assert.Equal(1, AskedAt(1_000 + (2 * Rest)));
    }

    [Fact]
    public void A_grain_that_has_left_is_asked_nothing_and_holds_up_none()
    {
        var other = new Mailbox(static () => { }, static _ => { });
        Comes(other, 1_000);
        Comes(_mailbox, 1_000);
        other.Close();

        Assert.Equal(1, AskedAt(1_000 + Rest));
    }

    [Fact]
    public void A_receipt_that_lies_when_the_record_is_made_is_not_taken_for_recorded()
    {
        Comes(_mailbox, 1_000);
        _mailbox.TakeReceipts();
        Comes(_mailbox, 1_001);
        _mailbox.ReceiptsRecorded();

        Assert.Equal(1, AskedAt(1_001 + Rest));
    }

    [Fact]
    public void A_receipt_that_did_not_come_by_post_is_watched_over_as_well()
    {
        _mailbox.ReceiptHeard(1_000);
        _receipts.Watch(_mailbox, 1_000);

        Assert.Equal(0, AskedAt(1_000 + Rest - 1));
        Assert.Equal(1, AskedAt(1_000 + Rest));
    }

    private void Comes(Mailbox mailbox, long nowMillis)
    {
        Assert.True(mailbox.TryPostReceipt(_channel, new(1, 1), nowMillis));
        _receipts.Watch(mailbox, nowMillis);
    }

    /// <summary>How often a sweep at a time asks the grain.</summary>
    private int AskedAt(long nowMillis)
    {
        _receipts.Sweep(nowMillis);
        var asked = _mailbox.Take().Count(letter => letter.IsSweep);
        _mailbox.Taken();
        return asked;
    }
}
