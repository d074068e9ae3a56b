using Marketplace.Conformance.Tests.Cases;
using Marketplace.Conformance.Tests.Venues;

namespace Marketplace.Conformance.Tests;

/// <summary>The runner itself: cases of our own, of what the files do not have, come to what they must in both venues, and one that says something else is told apart.</summary>
public sealed class RunnerTests(InProcessServer server) : IClassFixture<InProcessServer>
{
    private static readonly Step[] OneTrade = [New(1, "S", "L", 100, 1), New(2, "B", "L", 100, 1)];

    [Fact]
    public Task Stops_of_several_users_that_fire_together_are_told_in_the_order_they_fire() => Comes(
        [.. OneTrade, New(3, "B", "S", 0, 1) with { Stop = 103 }, New(4, "B", "S", 0, 1) with { Stop = 101 }, New(5, "S", "L", 105, 1), New(6, "B", "L", 105, 1)],
        """{"trades": [[2,1,100,1],[6,5,105,1]], "triggered": [4,3], "gone": {"3":1,"4":1}}""",
        """{"trades": [[2,1,100,1],[6,5,105,1]], "triggered": [3,4], "gone": {"3":1,"4":1}}""");

    [Fact]
    public Task A_replace_that_trades_and_then_rests_leaves_nothing_gone() => Comes(
        [New(1, "S", "L", 97, 1), New(2, "B", "L", 96, 1), Replace(2, 97, 4)],
        """{"trades": [[2,1,97,1]], "bids": [[97,[[2,3,0]]]], "filled": {"1":1,"2":1}, "gone": {}}""",
        """{"trades": [[2,1,97,1]], "bids": [[97,[[2,3,0]]]], "filled": {"1":1,"2":1}, "gone": {"2":1}}""");

    [Fact]
    public Task What_a_waiting_stop_was_reduced_by_is_gone() => Comes(
        [New(1, "B", "SL", 100, 5) with { Stop = 99 }, new() { Op = "reduce_to", Id = 1, Qty = 1 }, New(2, "B", "SL", 100, 5) with { Stop = 99 }],
        """{"stops": [2,1], "filled": {}, "gone": {"1":4}}""",
        """{"stops": [2,1], "filled": {}, "gone": {}}""");

    [Fact]
    public async Task An_id_of_another_payload_is_a_refused_order()
    {
        Step[] steps = [New(1, "B", "L", 100, 5), New(1, "B", "L", 100, 6)];
        await Comes(steps, """{"bids": [[100,[[1,5,0]]]], "rejected": [[1,"ALREADY_EXISTS"]], "gone": {}}""", """{"bids": [[100,[[1,5,0]]]], "gone": {}}""");
        await Comes(
            [.. steps, new() { Op = "cancel", Id = 1 }, New(1, "S", "L", 100, 5)],
            """{"rejected": [[1,"new:duplicate"],[1,"ALREADY_EXISTS"]], "gone": {"1":5}}""",
            """{"rejected": [[1,"ALREADY_EXISTS"]], "gone": {"1":5}}""");
    }

    [Fact]
    public async Task The_same_order_again_gets_the_first_answer()
    {
        await Comes(
            [New(1, "B", "L", 100, 5), New(1, "B", "L", 100, 5)],
            """{"bids": [[100,[[1,5,0]]]], "gone": {}}""",
            """{"bids": [[100,[[1,5,0]]]], "rejected": [[1,"ALREADY_EXISTS"]], "gone": {}}""");
        await Comes([.. OneTrade, .. OneTrade], """{"trades": [[2,1,100,1]], "filled": {"1":1,"2":1}, "gone": {}}""", """{"trades": [], "filled": {}, "gone": {}}""");
    }

    [Fact]
    public Task An_id_of_another_user_is_a_refused_order_too() => Comes(
        [New(1, "B", "L", 100, 5), New(1, "B", "L", 100, 5) with { User = 9 }],
        """{"bids": [[100,[[1,5,0]]]], "rejected": [[1,"ALREADY_EXISTS"]], "gone": {}}""",
        """{"bids": [[100,[[1,5,0]]]], "gone": {}}""");

    [Fact]
    public Task What_the_entry_refuses_is_refused_in_both_venues() => Comes(
        [
            New(1, "B", "SL", 100, 5) with { Stop = 99, PostOnly = true },
            New(2, "B", "L", 100, 0),
            New(3, "B", "L", 100, 90_000_000_001),
            New(4, "B", "L", 100, 5) with { Stop = 99 },
            New(5, "B", "S", 0, 5),
            New(6, "S", "L", 100, 5),
            Replace(6, 100, 90_000_000_001),
            new() { Op = "reduce_to", Id = 6, Qty = 0 },
            new() { Op = "reduce_to", Id = 6, Qty = -1 },
        ],
        """
        {"asks": [[100,[[6,5,0]]]], "rejected": [[1,"BookOrCancelCannotBeMarketOrStopOrder"],[2,"q"],[3,"q"],[4,"s"],[5,"s"],[6,"replace:q"],[6,"reduce:q"],[6,"reduce:q"]],
         "gone": {"1":5,"3":90000000001,"4":5,"5":5}}
        """,
        """{"asks": [[100,[[6,5,0]]]], "rejected": [[6,"replace:q"],[6,"reduce:q"],[6,"reduce:q"]], "stops": [1], "gone": {"2":0,"3":90000000001,"4":5,"5":5}}""");

    [Fact]
    public Task An_order_of_nothing_is_refused_and_entries_of_nothing_say_nothing() => Comes(
        [New(1, "B", "L", 100, 5), New(2, "B", "L", 100, 0)],
        """{"bids": [[100,[[1,5,0]]]], "rejected": [[2,"InvalidQuantity"]], "filled": {"1":0,"2":0}, "gone": {"2":0}}""",
        """{"bids": [[100,[[1,5,0]]]], "rejected": [[2,"InvalidQuantity"],[1,"InvalidQuantity"]], "filled": {}, "gone": {}}""");

    [Fact]
    public Task Refused_changes_are_told_in_the_order_of_the_steps() => Comes(
        [New(2, "B", "L", 100, 5), Replace(1, 100, 1), new() { Op = "reduce_to", Id = 2, Qty = 5 }, new() { Op = "cancel", Id = 9 }, Replace(2, 100, 0)],
        """{"bids": [[100,[[2,5,0]]]], "rejected": [[1,"replace:nf"],[2,"reduce:q"],[9,"cancel:nf"],[2,"replace:q"]]}""",
        """{"bids": [[100,[[2,5,0]]]], "rejected": [[2,"reduce:q"],[1,"replace:nf"],[9,"cancel:nf"],[2,"replace:q"]]}""");

    [Fact]
    public Task A_replace_to_nothing_changes_nothing_and_one_without_a_term_keeps_it() => Comes(
        [
            New(1, "B", "L", 100, 5), Replace(1, 101, 0), New(2, "B", "L", 100, 5), new() { Op = "replace", Id = 2, Qty = 3 }, new() { Op = "replace", Id = 1, Price = 99 },
            New(3, "B", "S", 0, 2) with { Stop = 110 }, new() { Op = "replace", Id = 3, Qty = 4 },
        ],
        """{"bids": [[100,[[2,3,0]]],[99,[[1,5,0]]]], "stops": [3], "rejected": [[1,"replace:q"]], "gone": {}}""",
        """{"bids": [[101,[[1,5,0]]],[100,[[2,3,0]]]], "stops": [3], "rejected": [], "gone": {}}""");

    [Fact]
    public Task A_change_of_an_unknown_order_lets_time_pass() => Comes(
        [New(1, "B", "L", 100, 5) with { ExpireAt = 2, T = 1 }, new() { Op = "cancel", Id = 9, T = 2 }],
        """{"rejected": [[9,"cancel:nf"]], "gone": {"1":5}}""",
        """{"bids": [[100,[[1,5,0]]]], "rejected": [[9,"cancel:nf"]], "gone": {}}""");

    [Fact]
    public async Task Time_may_be_fine_or_far_and_does_not_go_back()
    {
        await Comes(
            [New(1, "B", "L", 100, 5) with { ExpireAt = 1.500001m, T = 1 }, New(2, "B", "L", 99, 5) with { ExpireAt = 1.500002m }, new() { Op = "time", T = 1.500001m }],
            """{"bids": [[99,[[2,5,0]]]], "gone": {"1":5}}""",
            """{"bids": [[100,[[1,5,0]]],[99,[[2,5,0]]]], "gone": {}}""");
        await Comes(
            [new() { Op = "time", T = 5 }, New(1, "B", "L", 100, 5) with { ExpireAt = 4, T = 3 }, New(2, "B", "L", 99, 5) with { ExpireAt = 6, T = 1 }],
            """{"bids": [[99,[[2,5,0]]]], "gone": {"1":5}}""",
            """{"bids": [[100,[[1,5,0]]],[99,[[2,5,0]]]], "gone": {}}""");
        await Comes(
            [
                New(1, "B", "L", 100, 5) with { ExpireAt = 1_900_000_000, T = 1_800_000_000 }, New(2, "B", "L", 99, 5), New(3, "B", "S", 0, 1) with { Stop = 110 },
                new() { Op = "time", T = 1_900_000_000 },
            ],
            """{"bids": [[99,[[2,5,0]]]], "stops": [3], "gone": {"1":5}}""",
            """{"bids": [[100,[[1,5,0]]],[99,[[2,5,0]]]], "stops": [3], "gone": {}}""");
        await Comes(
            [New(1, "B", "L", 100, 5) with { ExpireAt = 90_000_000, T = 1 }, New(2, "B", "L", 99, 5), new() { Op = "time", T = 90_000_000 }, new() { Op = "cancel", Id = 2 }],
            """{"gone": {"1":5,"2":5}}""",
            """{"gone": {"1":5}}""");
    }

    [Fact]
    public Task Orders_may_be_as_large_as_the_venue_takes_them() => Comes(
        [
            New(1, "S", "L", 100, 10_000_000), New(2, "S", "L", 101, 90_000_000_000), Replace(1, 100, 90_000_000_000), New(3, "S", "L", 102, 90_000_000_000) with { User = 2 },
            New(4, "B", "M", 0, 90_000_000_000) with { Tif = "IOC" }, New(5, "B", "L", 101, 90_000_000_000), New(6, "B", "S", 0, 90_000_000_000) with { Stop = 90 },
        ],
        """
        {"trades": [[4,1,100,90000000000],[5,2,101,90000000000],[6,3,102,90000000000]], "gone": {},
         "filled": {"1":90000000000,"2":90000000000,"3":90000000000,"4":90000000000,"5":90000000000,"6":90000000000}}
        """,
        """{"trades": [], "filled": {}, "gone": {}}""");

    /// <summary>The file's fok-04, its mirror, and one with a trade before.</summary>
    [Fact]
    public async Task Fills_of_fill_or_kill_orders_that_a_file_does_not_tell_are_not_compared()
    {
        await Comes(
            [New(1, "S", "L", 100, 5), New(2, "S", "L", 101, 5), New(3, "B", "L", 101, 8) with { Tif = "FOK" }],
            """{"trades": [], "asks": [[101,[[2,2,0]]]], "filled": {}, "gone": {"1":5,"2":3,"3":8}}""",
            """{"trades": [], "asks": [[101,[[2,3,0]]]], "filled": {}, "gone": {"1":5,"2":2,"3":8}}""");
        await Comes(
            [New(1, "B", "L", 101, 5), New(2, "B", "L", 100, 5), New(3, "S", "L", 100, 8) with { Tif = "FOK" }],
            """{"trades": [], "bids": [[100,[[2,2,0]]]], "filled": {}, "gone": {"1":5,"2":3,"3":8}}""",
            """{"trades": [], "bids": [[101,[[1,5,0]]],[100,[[2,5,0]]]], "filled": {}, "gone": {"3":8}}""");
        await Comes(
            [.. OneTrade, New(3, "S", "L", 100, 5), New(4, "B", "L", 100, 5) with { Tif = "FOK" }],
            """{"trades": [[2,1,100,1]], "filled": {"1":1,"2":1}, "gone": {"3":5,"4":5}}""",
            """{"trades": [], "filled": {}, "gone": {"3":5,"4":5}}""");
        await Comes(
            [New(1, "S", "L", 100, 5), New(2, "B", "L", 101, 8) with { Tif = "FOK" }],
            """{"trades": [], "asks": [[100,[[1,5,0]]]], "filled": {}, "gone": {"2":8}}""",
            """{"trades": [[2,1,100,5]], "filled": {"1":5,"2":5}, "gone": {"2":3}}""");
    }

    [Fact]
    public async Task What_is_optional_may_be_null_and_whole_numbers_may_have_a_point()
    {
        var one = Assert.Single(CaseFile.Parse(
            """
            [{"id": "read", "title": null, "steps": [
              {"qty": 5.0, "op": "new", "id": 1.0, "user": 1, "side": "B", "type": "L", "price": 100.0, "tif": null, "post_only": null, "display": null, "stop": null,
               "expire_at": null, "stp": null, "t": null, "unknown": {}},
              {"op": "new", "id": 2, "user": 2, "side": "B", "type": "L", "price": 1e2, "qty": 5, "tif": "GTC", "expire_at": 2.5, "t": 1.25},
              {"op": "replace", "id": 1, "price": null, "qty": null, "side": null, "type": null},
              {"op": "time", "id": null, "t": 2.0}],
             "expected": {"trades": null, "bids": [[100.0, [[1, 5.0, 0], [2.0, 5, 0.0]]]], "asks": null, "stops": null, "rejected": null, "filled": {"1": 0.0}, "gone": null,
               "triggered": null, "decremented": null, "cancelled": []}}]
            """));
        foreach (var venue in await Venues())
        {
            Assert.Empty(Comparison.Differences(one, await ConformanceTests.Play(venue, one)));
        }
    }

    private static Step New(long id, string side, string type, long price, long quantity) =>
        new() { Op = "new", Id = id, User = 1 + (id % 7), Side = side, Type = type, Price = price, Qty = quantity };

    private static Step Replace(long id, long price, long quantity) => new() { Op = "replace", Id = id, Price = price, Qty = quantity };

    private async Task<IVenueUnderTest[]> Venues() => [new DomainVenue(), await GrpcVenue.On(server)];

    /// <summary>In both venues the steps come to the one, and are told apart from the other.</summary>
    private async Task Comes(Step[] steps, string to, string notTo)
    {
        foreach (var venue in await Venues())
        {
            var right = Case(steps, to);
            var got = await ConformanceTests.Play(venue, right);
            Assert.True(Comparison.Differences(right, got) is [], $"{venue}: {string.Join('\n', Comparison.Differences(right, got))}");
            Assert.NotEmpty(Comparison.Differences(Case(steps, notTo), got));
        }
    }

    private static ConformanceCase Case(Step[] steps, string expected) =>
        CaseFile.Parse($$"""[{"id": "own", "steps": [], "expected": {{expected}}}]""")[0] with { Steps = steps };
}
