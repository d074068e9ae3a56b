using Marketplace.Grains.Hosting;

namespace Marketplace.Grains.Tests;

/// <summary>Receipts that no record takes along are asked for after a while, once, and those that one does are not.</summary>
public sealed class UnrecordedReceiptsTests
{
    private static readonly long Rest = (long)UnrecordedReceipts.Rest.TotalMilliseconds;

    private readonly UnrecordedReceipts _receipts = new();
    private readonly Mailbox _mailbox = new(static () => { }, static _ => { });

    /// <summary>What was asked of the grain since the last look.</summary>
    private int Asked
    {
        get
        {
            var asked = _mailbox.Take().Count(letter => letter.IsSweep);
            _mailbox.Taken();
            return asked;
        }
    }

    [Fact]
    public void A_grain_that_makes_no_record_is_asked_when_the_rest_is_over_and_once()
    {
        _receipts.Heard(_mailbox, 1_000);
        _receipts.Heard(_mailbox, 1_500);

        _receipts.Sweep(1_000 + Rest - 1);
        Assert.Equal(0, Asked);
        _receipts.Sweep(1_000 + Rest);
        Assert.Equal(1, Asked);
        _receipts.Sweep(1_000 + (10 * Rest));
        Assert.Equal(0, Asked);
    }

    [Fact]
    public void A_grain_whose_record_took_them_along_is_not_asked_until_it_has_heard_more()
    {
        _receipts.Heard(_mailbox, 1_000);
        _mailbox.ReceiptsRecorded();
        _receipts.Sweep(1_000 + Rest);
        Assert.Equal(0, Asked);

        _receipts.Heard(_mailbox, 2_000 + Rest);
        _receipts.Sweep(2_000 + (2 * Rest));
        Assert.Equal(1, Asked);
    }

    [Fact]
    public void What_was_heard_after_a_record_waits_at_least_as_long_and_at_most_twice()
    {
        _receipts.Heard(_mailbox, 1_000);
        _mailbox.ReceiptsRecorded();
        _receipts.Heard(_mailbox, 1_001);

        _receipts.Sweep(1_000 + Rest);
        Assert.Equal(0, Asked);
        _receipts.Sweep(1_000 + (2 * Rest) - 1);
        Assert.Equal(0, Asked);
        _receipts.Sweep(1_000 + (2 * Rest));
        Assert.Equal(1, Asked);
    }

    [Fact]
    public void A_grain_that_has_left_is_asked_nothing_and_holds_up_none()
    {
        var other = new Mailbox(static () => { }, static _ => { });
        _receipts.Heard(other, 1_000);
        _receipts.Heard(_mailbox, 1_000);
        other.Close();

        _receipts.Sweep(1_000 + Rest);

        Assert.Equal(1, Asked);
    }
}
