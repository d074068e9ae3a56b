using Gwh.Marketplace.V1;
using Marketplace.Cli.Load;

namespace Marketplace.Cli.Tests.Load;

public sealed class LoadChecksTests
{
    private readonly LoadChecks _checks = new();

    private static SessionCommand Bid() => new()
    {
        Place = new() { ClientOrderId = "a", Side = Side.Bid, Type = OrderType.Limit, TimeInForce = TimeInForce.Gtc, QuantityKwh = 100, PriceUsdPerGwh = 1_500_000 },
    };

    private static CommandResult Answer() => new()
    {
        OrderId = 7,
        Status = OrderStatus.Open,
        Side = Side.Bid,
        TimeInForce = TimeInForce.Gtc,
        PriceUsdPerGwh = 1_500_000,
        QuantityKwh = 100,
        FilledKwh = 40,
        OpenKwh = 60,
        FilledNotionalMicros = 40 * 1_499_998,
    };

    private long Check(SessionCommand command, params CommandResult[] results)
    {
        _checks.Check(new() { Commands = { command } }, new SessionBatchResult { Results = { results } });
        return _checks.Count;
    }

    [Fact]
    public void An_answer_with_the_terms_asked_for_violates_nothing() => Assert.Equal(0, Check(Bid(), Answer()));

    [Fact]
    public void A_refusal_is_a_known_outcome() => Assert.Equal(0, Check(Bid(), new CommandResult { Reason = RejectReason.InsufficientFunds }));

    [Fact]
    public void A_command_without_an_answer_is_found() => Assert.Equal(1, Check(Bid()));

    public static TheoryData<string, Action<CommandResult>> Wrong => new()
    {
        { "another price", answer => answer.PriceUsdPerGwh++ },
        { "another side", answer => answer.Side = Side.Ask },
        { "another quantity", answer => answer.QuantityKwh = 101 },
        { "filled beyond the quantity", answer => answer.FilledKwh = 41 },
        { "filled at a worse price than its limit", answer => answer.FilledNotionalMicros = (40 * 1_500_000) + 1 },
        { "open with nothing open", answer => answer.OpenKwh = 0 },
        { "filled with something open", answer => answer.Status = OrderStatus.Filled },
    };

    [Theory]
    [MemberData(nameof(Wrong))]
    public void An_answer_that_is_not_what_was_asked_for_is_found(string what, Action<CommandResult> spoil)
    {
        var answer = Answer();
        spoil(answer);

        Assert.True(Check(Bid(), answer) == 1, what);
        Assert.StartsWith("a: ", _checks.Kept.Single(), StringComparison.Ordinal);
    }

    [Fact]
    public void One_number_for_two_orders_is_found()
    {
        Check(Bid(), Answer());

        Assert.Equal(1, Check(Bid(), Answer()));
    }

    [Fact]
    public void A_cancel_that_leaves_something_open_is_found()
    {
        var cancel = new SessionCommand { Cancel = new() { RequestId = "c", ClientOrderId = "a" } };
        var cancelled = Answer();
        (cancelled.Status, cancelled.OpenKwh) = (OrderStatus.Cancelled, 0);

        Assert.Equal(0, Check(cancel, cancelled));
        Assert.Equal(1, Check(cancel, Answer()));
    }

    [Fact]
    public void An_invariant_the_audit_finds_broken_is_found()
    {
        _checks.Check(new GetTotalsResponse { Invariants = { new InvariantCheck { Ok = true }, new InvariantCheck { Ok = false } } });

        Assert.Equal(1, _checks.Count);
    }

    [Fact]
    public void All_are_counted_and_the_first_are_told()
    {
        for (var i = 0; i < 100; i++)
        {
            Check(Bid());
        }

        Assert.Equal(100, _checks.Count);
        Assert.Equal(LoadChecks.MostKept, _checks.Kept.Count);
    }
}
