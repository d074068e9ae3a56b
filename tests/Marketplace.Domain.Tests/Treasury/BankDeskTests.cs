using Marketplace.Domain.Accounts;
using Marketplace.Domain.Messages;
using Marketplace.Domain.Refusals;
using Marketplace.Domain.Tests.Support;
using Marketplace.Domain.Treasury;

namespace Marketplace.Domain.Tests.Treasury;

public sealed class BankDeskTests
{
    private static WatchedDesk<BankDesk> Desk() => new(() => new BankDesk());

    private static Result<Deposit> Deposit(WatchedDesk<BankDesk> desk, string request, long micros, string reference) =>
        desk.Ask(bank => bank.RecordDeposit(Asked.By("operator", request), "ann", micros, reference));

    private static Result<Withdrawal> Close(WatchedDesk<BankDesk> desk, string request, string id, bool paid, string reference) =>
        desk.Ask(bank => bank.Close(Asked.By("operator", request), id, paid, reference));

    private static WatchedDesk<BankDesk> WithAWithdrawalOf300()
    {
        var desk = Desk();
        Deposit(desk, "d1", 1_000, "b1");
        desk.Tell(Streams.Account("ann"), new WithdrawalAsked("ann/1", "ann", 300, "iban"));
        return desk;
    }

    [Fact]
    public void A_deposit_is_posted_to_its_account()
    {
        var desk = Desk();

        Assert.True(Deposit(desk, "d1", 1_000, "b1").Ok);

        Assert.Equal(1_000, desk.Machine.DepositsMicros);
        Assert.Equal(1_000, Assert.IsType<DepositPosted>(Assert.Single(desk.SaidTo(Streams.Account("ann")))).CashInTransitMicros);
    }

    [Fact]
    public void A_bank_reference_counts_once()
    {
        var desk = WithAWithdrawalOf300();

        Assert.True(Deposit(desk, "d1", 1_000, "b1").Repeated);
        Assert.Equal(new Refusal(RejectReason.AlreadyExists, "bank_reference"), Deposit(desk, "d2", 1_000, "b1").Refusal);
        Assert.Equal(new Refusal(RejectReason.AlreadyExists, "bank_reference"), Close(desk, "w1", "ann/1", paid: true, "b1").Refusal);
        Assert.Equal(1_000, desk.Machine.DepositsMicros);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(-1)]
    [InlineData(long.MinValue)]
    public void A_deposit_is_of_something(long micros) => Assert.Equal(new Refusal(RejectReason.AmountOutOfRange, "amount_micros"), Deposit(Desk(), "d1", micros, "b1").Refusal);

    [Fact]
    public void All_the_money_in_the_venue_fits_64_bits()
    {
        var desk = Desk();
        Assert.True(Deposit(desk, "d1", long.MaxValue - 1, "b1").Ok);

        Assert.Equal(RejectReason.AmountOutOfRange, Deposit(desk, "d2", 2, "b2").Refusal.Reason);
        Assert.True(Deposit(desk, "d3", 1, "b3").Ok);
    }

    [Fact]
    public void A_paid_withdrawal_leaves_the_venue_and_a_returned_one_does_not()
    {
        var desk = WithAWithdrawalOf300();
        desk.Tell(Streams.Account("ann"), new WithdrawalAsked("ann/2", "ann", 200, "iban"));

        Assert.Equal(WithdrawalState.Paid, Close(desk, "w1", "ann/1", paid: true, "b2").Value!.State);
        Assert.Equal(WithdrawalState.Returned, Close(desk, "w2", "ann/2", paid: false, "").Value!.State);

        Assert.Equal(300, desk.Machine.PaidMicros);
        Assert.Empty(desk.Machine.Pending);
        Assert.Equal([true, false], desk.SaidTo(Streams.Account("ann")).OfType<WithdrawalClosed>().Select(closed => closed.Paid));
        Assert.Equal([(Int128)(-300), 0], desk.SaidTo(Streams.Account("ann")).OfType<WithdrawalClosed>().Select(closed => closed.CashInTransitMicros));
    }

    [Fact]
    public void A_withdrawal_is_closed_once()
    {
        var desk = WithAWithdrawalOf300();
        Close(desk, "w1", "ann/1", paid: true, "b2");

        Assert.True(Close(desk, "w1", "ann/1", paid: true, "b2").Repeated);
        Assert.Equal(new Refusal(RejectReason.NotFound, "withdrawal_id"), Close(desk, "w2", "ann/1", paid: false, "").Refusal);
        Assert.Equal(new Refusal(RejectReason.AlreadyExists, "request_id"), Close(desk, "w1", "ann/1", paid: false, "").Refusal);
    }

    [Fact]
    public void A_withdrawal_is_held_in_its_account_from_the_request_to_the_end()
    {
        var venue = TestVenue.With(1_000, "ann");
        var requested = venue.Turn(Streams.Account("ann"), account => ((Account)account).RequestWithdrawal("w1", 300, "iban", 0)).Value!;
        Assert.Equal(("ann/1", 700, 300), (requested.Id, venue.Account("ann").CashAvailable, venue.Account("ann").CashHeld));
        Assert.Equal(RejectReason.InsufficientFunds, venue.Turn(Streams.Account("ann"), account => ((Account)account).RequestWithdrawal("w2", 701, "iban", 0)).Refusal.Reason);

        venue.Tell(Streams.Treasury, Streams.Account("ann"), new WithdrawalClosed("ann/1", 300, paid: true));

        Assert.Equal((700, 0), (venue.Account("ann").CashAvailable, venue.Account("ann").CashHeld));
    }
}
