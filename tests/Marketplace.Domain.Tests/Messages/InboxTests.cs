using Marketplace.Domain.Accounts;
using Marketplace.Domain.Messages;
using Marketplace.Domain.Refusals;
using Marketplace.Domain.Tests.Support;

namespace Marketplace.Domain.Tests.Messages;

public sealed class InboxTests
{
    private static Parcel Parcel(long first, int count) =>
        new("account/ann", first, [.. Enumerable.Range((int)first, count).Select(micros => new DepositPosted("bank", micros))], 1, 1, TestInstruments.Start, false);

    private static Inbox After(long number)
    {
        var inbox = new Inbox();
        inbox.Apply(inbox.News(Parcel(1, (int)number))!);
        return inbox;
    }

    [Fact]
    public void A_repeated_parcel_is_no_news() => Assert.Null(After(3).News(Parcel(1, 3)));

    [Fact]
    public void Of_a_parcel_that_overlaps_only_the_rest_is_news()
    {
        var news = After(3).News(Parcel(2, 4))!;

        Assert.Equal((4, 2), (news.FirstNumber, news.Messages.Length));
        Assert.Equal(4, ((DepositPosted)news.Messages[0]).Micros);
    }

    [Fact]
    public void A_gap_is_a_bug_and_stops_the_machine() => Assert.Throws<InvariantBrokenException>(() => After(3).News(Parcel(5, 1)));

    [Fact]
    public void Senders_are_counted_apart()
    {
        var inbox = After(3);

        Assert.Equal((3, 0), (inbox.LastFrom("account/ann"), inbox.LastFrom("account/bob")));
    }

    [Fact]
    public void A_machine_takes_a_repeated_message_in_once_also_after_a_restart()
    {
        var venue = TestVenue.With(1_000, "ann");
        var parcel = new Parcel(Streams.Treasury, 1, [new DepositPosted("bank-ann", 1_000)], 1, 1, venue.Now, false);

        venue.Turn(Streams.Account("ann"), account => account.Receive(parcel));
        venue.Watched(Streams.Account("ann")).RestartFromSnapshot();
        var upTo = venue.Turn(Streams.Account("ann"), account => account.Receive(parcel));

        Assert.Equal(1, upTo);
        Assert.Equal(1_000, venue.Account("ann").CashAvailable);
    }
}
