using Marketplace.Domain.Accounts;
using Marketplace.Domain.Instruments;
using Marketplace.Domain.Messages;
using Marketplace.Domain.Orders;
using Marketplace.Domain.Tests.Support;

namespace Marketplace.Domain.Tests.Accounts;

/// <summary>Every movement is a balanced entry, and balances are the sum of them.</summary>
public sealed class MovementTests
{
    private static readonly Instrument Hour = TestInstruments.Hour with { MakerBps = 10, TakerBps = 25 };
    private static readonly Instrument Quarter = TestInstruments.Quarter with { MakerBps = 10, TakerBps = 25 };

    private static TestVenue Played()
    {
        var venue = TestVenue.With(1_000_000, "ann", "bob").List(Hour).List(Quarter).Credit("bob", Hour, 100).Credit("bob", Quarter, 100);
        venue.Submit("bob", Requests.Ask("b1", 10, 99, Hour));
        venue.Submit("bob", Requests.Ask("b2", 10, 99, Quarter));
        venue.Submit("ann", Requests.Bid("a1", 15, 100, Hour));
        venue.Submit("ann", Requests.Bid("a2", 5, 100, Quarter));
        venue.Submit("ann", Requests.Replace("a1", "r1", 9, 101));
        venue.Submit("bob", Requests.Cancel("b2", "r1"));
        venue.Turn(Streams.Account("bob"), account => ((Account)account).TransferTokens("t1", "ann", Hour, 3, 0));
        venue.Turn(Streams.Account("ann"), account => ((Account)account).RequestWithdrawal("w1", 1_000, "iban", 0));
        venue.Turn(Streams.Account("ann"), account => ((Account)account).RequestWithdrawal("w2", 2_000, "iban", 0));
        venue.Tell(Streams.Treasury, Streams.Account("ann"), new WithdrawalClosed("ann/1", 1_000, paid: true));
        venue.Tell(Streams.Treasury, Streams.Account("ann"), new WithdrawalClosed("ann/2", 2_000, paid: false));
        venue.Tell(Streams.Contract("sup:c"), Streams.Account("bob"), new TokensReclaim("q1", Hour.Id, 5));
        venue.Turn(Streams.Book(Quarter.Id), book => ((OrderBook)book).RunCycle(Asked.By("operator", "c1")));
        return venue.DeliverAll();
    }

    [Fact]
    public void The_legs_of_every_movement_balance_and_are_two_or_more()
    {
        var movements = Of(Played(), "ann").Concat(Of(Played(), "bob")).ToArray();

        Assert.Equal(12, movements.Select(movement => movement.Cause).Distinct().Count());
        foreach (var movement in movements)
        {
            var legs = movement.Legs().ToArray();
            Assert.True(legs.Length >= 2, movement.ToString());
            Assert.All(legs.GroupBy(leg => leg.Asset), asset => Assert.Equal(0, asset.Aggregate((Int128)0, (sum, leg) => sum + leg.Amount)));
        }
    }

    [Theory]
    [InlineData("ann")]
    [InlineData("bob")]
    public void Balances_are_the_sum_of_the_movements_of_the_records(string participant)
    {
        var venue = Played();
        var account = venue.Account(participant);
        var movements = Of(venue, participant).ToArray();

        Assert.Equal(account.CashAvailable, Sum(movements, movement => movement.CashAvailable));
        Assert.Equal(account.CashHeld, Sum(movements, movement => movement.CashHeld));
        foreach (var (instrument, tokens) in account.Tokens)
        {
            var own = movements.Where(movement => movement.Instrument == instrument).ToArray();
            Assert.Equal(tokens.Available, Sum(own, movement => movement.TokensAvailable));
            Assert.Equal(tokens.Held, Sum(own, movement => movement.TokensHeld));
        }
    }

    [Fact]
    public void A_bid_that_settles_at_once_pays_notional_and_fee_from_what_it_held()
    {
        var trade = Of(Played(), "ann").Single(movement => movement.Cause == MovementCause.Trade);

        Assert.Equal((-990 - 3, 0, 10, 3), (trade.CashHeld, trade.CashAvailable, trade.TokensAvailable, trade.FeeMicros));
        Assert.Contains(new Leg("fees", Movement.Usd, 3), trade.Legs());
        Assert.Contains(new Leg("trades", Movement.Usd, 990), trade.Legs());
    }

    private static IEnumerable<Movement> Of(TestVenue venue, string participant) => venue.Watched(Streams.Account(participant)).Records.SelectMany(Movements.Of);

    private static Int128 Sum(IEnumerable<Movement> movements, Func<Movement, Int128> amount) => movements.Aggregate((Int128)0, (sum, movement) => sum + amount(movement));
}
