using Marketplace.Domain.Accounts;
using Marketplace.Domain.Instruments;
using Marketplace.Domain.Orders;
using Marketplace.Domain.Refusals;
using Marketplace.Domain.Tests.Support;
using Marketplace.Domain.Units;

namespace Marketplace.Domain.Tests.Accounts;

/// <summary>Every pair of terms of a new order, drawn: "." go together in some order, "x" in none, "-" are two values of one term. Columns stand in the order of the rows.</summary>
public sealed class OrderTermsTableTests
{
    private const string Drawn =
        """
        Limit               -
        Market              - -
        Stop                - - -
        StopLimit           - - - -
        NoTimeInForce       . . . . -
        GoodTillCancelled   . x . . - -
        ImmediateOrCancel   . . . . - - -
        FillOrKill          . . . . - - - -
        GoodTillDate        . x . . - - - - -
        PostOnly            . x x x . . x x . -
        Display             . x x . . . x x . . -
        Price               . . . . . . . . . . . -
        NoPrice             x . . x . . . . . x x - -
        StopPrice           x x . . . . . . . x . . . -
        NoStopPrice         . . x x . . . . . . . . . - -
        ExpireTime          . x . . x x x x . . . . . . . -
        NoExpireTime        . . . . . . . . x . . . . . . - -
        IfBookSequence      . . . . . . . . . . . . . . . . . -
        NoSelfTradeMode     . . . . . . . . . . . . . . . . . . -
        SelfTradeNone       . . . . . . . . . . . . . . . . . . - -
        CancelNewest        . . . . . . . . . . . . . . . . . . - - -
        CancelOldest        . . . . . . . . . . . . . . . . . . - - - -
        CancelBoth          . . . . . . . . . . . . . . . . . . - - - - -
        DecrementAndCancel  . . . . . . . . . . . . . . . . . . - - - - - -
        RejectSelfTrade     . . . . . . . . . . . . . . . . . . - - - - - - -
        """;

    private static readonly StatedTerms[] Terms = [.. Enum.GetValues<StatedTerms>().Where(term => term != StatedTerms.Nothing)];

    private static readonly Dictionary<StatedTerms, char> Pairs = Read();

    [Fact]
    public void Every_pair_is_drawn_and_every_clash_is_one_of_them()
    {
        Assert.Equal(Terms.Length * (Terms.Length - 1) / 2, Pairs.Count);
        Assert.All(OrderTermsTable.All, clash => Assert.Equal('x', Pairs[clash.Both]));
    }

    [Fact]
    public void An_order_is_taken_when_all_its_pairs_go_together_and_refused_when_one_does_not()
    {
        var taken = 0;
        foreach (var request in Everything())
        {
            var terms = OrderTermsTable.Of(request);
            var fits = Pairs.All(pair => (terms & pair.Key) != pair.Key || pair.Value == '.');

            var refusal = OrderEntry.Effective(request, 1, TestInstruments.Start, out _);

            Assert.Equal((terms, fits), (terms, refusal.Reason == RejectReason.None));
            taken += fits ? 1 : 0;
        }

        Assert.Equal(532, taken);
    }

    [Fact]
    public void Every_pair_drawn_as_good_is_in_an_order_that_is_taken()
    {
        var seen = new HashSet<StatedTerms>();
        foreach (var request in Everything().Where(request => OrderEntry.Effective(request, 1, TestInstruments.Start, out _).Reason == RejectReason.None))
        {
            var terms = OrderTermsTable.Of(request);
            seen.UnionWith(Pairs.Keys.Where(pair => (terms & pair) == pair));
        }

        Assert.Equal(Pairs.Where(pair => pair.Value == '.').Select(pair => pair.Key).Order(), seen.Order());
    }

    [Fact]
    public void Every_clash_alone_is_refused_with_its_own_reason_and_field()
    {
        foreach (var clash in OrderTermsTable.All)
        {
            var alone = Everything().First(request => OrderTermsTable.All.All(other => ((OrderTermsTable.Of(request) & other.Both) == other.Both) == (other == clash)));

            Assert.Equal(clash.Refusal, OrderEntry.Effective(alone, 1, TestInstruments.Start, out _));
        }
    }

    private static IEnumerable<OrderRequest> Everything() =>
        from type in new[] { OrderType.Limit, OrderType.Market, OrderType.Stop, OrderType.StopLimit }
        from force in Enum.GetValues<TimeInForce>()
        from mode in Enum.GetValues<SelfTradeMode>()
        from flags in Enumerable.Range(0, 64)
        select Requests.Bid("a1", 10, (flags & 1) != 0 ? 100 : 0) with
        {
            Type = type,
            TimeInForce = force,
            SelfTrade = mode,
            PostOnly = (flags & 2) != 0,
            DisplayKwh = (flags & 4) != 0 ? 5 : 0,
            StopPrice = (flags & 8) != 0 ? 90 : 0,
            ExpiresAtMicros = (flags & 16) != 0 ? TestInstruments.Start.Micros + Timestamp.MicrosPerSecond : 0,
            IfSequence = (flags & 32) != 0 ? 7 : 0,
        };

    private static Dictionary<StatedTerms, char> Read()
    {
        var rows = Drawn.Split('\n').Select(row => row.Split(' ', StringSplitOptions.RemoveEmptyEntries)).ToArray();
        Assert.Equal(Terms.Select(term => term.ToString()), rows.Select(row => row[0]));
        var pairs = new Dictionary<StatedTerms, char>();
        for (var row = 0; row < rows.Length; row++)
        {
            for (var column = 0; column < row; column++)
            {
                pairs.Add(Terms[row] | Terms[column], rows[row][column + 1].Single());
            }
        }

        return pairs;
    }
}
