using Marketplace.Conformance.Tests.Cases;
using Marketplace.Conformance.Tests.Venues;

namespace Marketplace.Conformance.Tests;

/// <summary>The cases on which engines written elsewhere differ: which of them come to something else here, and why.</summary>
public sealed class PolicyTests(InProcessServer server) : IClassFixture<InProcessServer>
{
    /// <summary>By case, the policy of ours that makes the difference.</summary>
    private static readonly Dictionary<string, string> Ours = new(StringComparer.Ordinal)
    {
        ["iceberg-12"] = "each tip trades on its own, also when one incoming order takes several: the file has one trade for all tips of an order",
        ["om-iceberg-11"] = "a tip as large as the whole hides nothing and is no error: the file refuses it",
    };

    /// <summary>The two policies above as cases of our own.</summary>
    [Fact]
    public async Task Tips_trade_one_by_one_and_a_tip_may_be_the_whole()
    {
        var got = await ConformanceTests.Play(new DomainVenue(), new()
        {
            Id = "tips",
            Steps =
            [
                new() { Op = "new", Id = 1, User = 1, Side = "S", Type = "L", Price = 50, Qty = 7, Display = 3 },
                new() { Op = "new", Id = 2, User = 2, Side = "S", Type = "L", Price = 51, Qty = 4, Display = 4 },
                new() { Op = "new", Id = 3, User = 3, Side = "B", Type = "L", Price = 51, Qty = 8 },
            ],
            Expected = new(),
        });

        Assert.Equal([(3, 1, 50, 3), (3, 1, 50, 3), (3, 1, 50, 1), (3, 2, 51, 1)], got.Trades);
        Assert.Equal([new ObservedOrder(51, 2, 3, 0)], got.Asks);
        Assert.Empty(got.RefusedOrders);
    }

    [Fact]
    public Task Policy_cases_come_to_what_the_file_says_except_where_our_policy_is_another() => All(() => Task.FromResult<IVenueUnderTest>(new DomainVenue()));

    [Fact]
    public Task Policy_cases_come_to_the_same_through_the_API() => All(async () => await GrpcVenue.On(server));

    private static async Task All(Func<Task<IVenueUnderTest>> venueOf)
    {
        var differing = new SortedDictionary<string, string>(StringComparer.Ordinal);
        foreach (var one in CaseFile.Read("policies.json").Where(one => !ConformanceTests.IsLeftOut(one)))
        {
            var differences = Comparison.Differences(one, await ConformanceTests.Play(await venueOf(), one));
            if (differences.Length > 0)
            {
                differing.Add(one.Id, string.Join('\n', differences));
            }
        }

        Assert.True(
            differing.Keys.ToHashSet().SetEquals(Ours.Keys),
            string.Join('\n', differing.Where(one => !Ours.ContainsKey(one.Key)).Select(one => $"{one.Key}: {one.Value}").Concat(Ours.Keys.Except(differing.Keys).Select(id => $"{id}: does not differ"))));
    }
}
