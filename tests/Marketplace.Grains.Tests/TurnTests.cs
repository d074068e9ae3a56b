using System.Threading.Channels;
using Marketplace.Domain.Accounts;
using Marketplace.Domain.Messages;
using Marketplace.Domain.Refusals;
using Marketplace.Domain.Units;
using Marketplace.Grains.Accounts;
using Marketplace.Grains.Hosting;
using Microsoft.Extensions.DependencyInjection;
using static Marketplace.Grains.Tests.OneBuyer;

namespace Marketplace.Grains.Tests;

/// <summary>Turns, what they send, and what becomes of one that cannot be told.</summary>
public sealed class TurnTests
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);

    [Fact]
    public async Task What_is_posted_while_a_parcel_is_on_its_way_goes_at_its_receipt_though_nothing_else_comes()
    {
        await using var venue = await RunningVenue.Open();
        await Enter(venue);
        var shared = venue.Services.GetRequiredService<Venue>();
        var (account, expiry) = (venue.Grains.GetGrain<IAccountGrain>("buyer"), RunningVenue.Start.Plus(Timestamp.MicrosPerHour));

        // What the book sends to the account comes here, and goes on when the test says so.
        var own = shared.Mailboxes[Streams.Account("buyer")];
        var held = Channel.CreateUnbounded<Letter>();
        Mailbox between = null!;
        between = new Mailbox(() =>
        {
            Assert.All(between.Take(), letter => held.Writer.TryWrite(letter));
            between.Taken();
        });
        shared.Mailboxes[Streams.Account("buyer")] = between;
        var version = BookVersion(venue);
        var first = account.Submit("", 0, [Bid(venue, Hour, 1, expiry)]).AsTask();
        await ReadUntil(venue, () => BookVersion(venue) == version + 1);
        var second = account.Submit("", 0, [Bid(venue, Hour, 2, expiry)]).AsTask();
        await ReadUntil(venue, () => BookVersion(venue) == version + 2);

        for (var parcel = 0; parcel < 2; parcel++)
        {
            own.TryPost(await held.Reader.ReadAsync().AsTask().WaitAsync(Patience, TestContext.Current.CancellationToken));
        }

        Assert.All(await Task.WhenAll(first, second), outcomes => Assert.Equal(OrderStatus.Open, outcomes[0].Order!.Status));
        Assert.False(held.Reader.TryRead(out _));
    }

    [Fact]
    public async Task An_answer_that_cannot_be_made_behind_its_record_breaks_the_venue()
    {
        await using var venue = await RunningVenue.Open();
        await Enter(venue);
        var shared = venue.Services.GetRequiredService<Venue>();
        var submission = new Unanswerable(Bid(venue, Hour, 1, RunningVenue.Start.Plus(Timestamp.MicrosPerHour)));

        Assert.True(shared.Mailboxes[Streams.Account("buyer")].TryPost(submission));

        Assert.Same(submission.Why, await shared.Broken.WaitAsync(Patience, TestContext.Current.CancellationToken));
    }

    private sealed class Unanswerable : OrderSubmission
    {
        public Unanswerable(OrderRequest request) => Ask("", 0, [request], 1);

        public Exception Why { get; } = new InvalidOperationException("It cannot be written.");

        protected override bool IsKnown(int index) => false;

        protected override void Keep(int index, in OrderOutcome outcome) => throw Why;

        protected override void Keep(int index, RejectReason refused, in OpenOrder order, string? clientOrderId) => throw Why;
    }
}
