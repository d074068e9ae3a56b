using Marketplace.Domain.Accounts;
using Marketplace.Domain.Instruments;
using Marketplace.Domain.Messages;
using Marketplace.Domain.Refusals;
using Marketplace.Domain.Tests.Support;

namespace Marketplace.Domain.Tests.Accounts;

public sealed class TransferTests
{
    private static readonly Instrument Hour = TestInstruments.Hour;

    [Fact]
    public void Tokens_leave_the_one_account_and_arrive_in_the_other()
    {
        var venue = TestVenue.With(0, "ann", "bob").Credit("ann", Hour, 10);

        Assert.True(Transfer(venue, "t1", "bob", 4).Ok);
        Assert.Equal(6, venue.Account("ann").Tokens[Hour.Id].Available);
        Assert.Equal(4, venue.Account("ann").Outbox.To(Streams.Account("bob")).After(0, 1).Single().TokensInTransit.Single().Kwh);

        venue.DeliverAll();
        Assert.Equal(4, venue.Account("bob").Tokens[Hour.Id].Available);
    }

    [Fact]
    public void Held_tokens_are_not_transferable()
    {
        var venue = TestVenue.With(0, "ann", "bob").Credit("ann", Hour, 10);
        venue.Submit("ann", Requests.Ask("a1", 7, 100));

        Assert.Equal(new Refusal(RejectReason.InsufficientTokens, "quantity_kwh"), Transfer(venue, "t1", "bob", 4).Refusal);
        Assert.True(Transfer(venue, "t1", "bob", 3).Ok);
    }

    [Fact]
    public void Nothing_is_transferable_once_its_delivery_period_is_over()
    {
        var venue = TestVenue.With(0, "ann", "bob").Credit("ann", Hour, 10);
        venue.Now = Hour.Period.End.Plus(-1);
        Assert.True(Transfer(venue, "t1", "bob", 1).Ok);

        venue.Now = Hour.Period.End;
        Assert.Equal(new Refusal(RejectReason.PeriodOver, "instrument_id"), Transfer(venue, "t2", "bob", 1).Refusal);
    }

    [Theory]
    [InlineData("bob", 0, RejectReason.QuantityOutOfRange)]
    [InlineData("bob", -1, RejectReason.QuantityOutOfRange)]
    [InlineData("bob", long.MaxValue, RejectReason.QuantityOutOfRange)]
    [InlineData("ann", 1, RejectReason.InvalidArgument)]
    public void Nonsense_is_refused(string to, long kwh, RejectReason reason)
    {
        var venue = TestVenue.With(0, "ann", "bob").Credit("ann", Hour, 10);

        Assert.Equal(reason, Transfer(venue, "t1", to, kwh).Refusal.Reason);
        Assert.Equal(10, venue.Account("ann").Tokens[Hour.Id].Available);
    }

    [Fact]
    public void A_repeated_transfer_moves_nothing_and_points_to_the_first()
    {
        var venue = TestVenue.With(0, "ann", "bob").Credit("ann", Hour, 10);
        Transfer(venue, "t1", "bob", 4);
        var version = venue.Account("ann").Version;

        Assert.True(Transfer(venue, "t1", "bob", 4).Repeated);
        Assert.Equal(version, venue.Account("ann").VersionOf("t1"));
        Assert.Equal(new Refusal(RejectReason.AlreadyExists, "request_id"), Transfer(venue, "t1", "bob", 5).Refusal);
        Assert.Equal(6, venue.Account("ann").Tokens[Hour.Id].Available);
    }

    private static Result<TokensSent> Transfer(TestVenue venue, string request, string to, long kwh) =>
        venue.Turn(Streams.Account("ann"), account => ((Account)account).TransferTokens(request, to, Hour, kwh, 0));
}
