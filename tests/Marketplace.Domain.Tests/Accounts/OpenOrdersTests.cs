using CsCheck;
using Marketplace.Domain.Accounts;
using Marketplace.Domain.Instruments;
using Marketplace.Domain.Messages;
using Marketplace.Domain.Orders;
using Marketplace.Domain.Refusals;
using Marketplace.Domain.Tests.Support;

namespace Marketplace.Domain.Tests.Accounts;

/// <summary>The tables behind open orders know what plain dictionaries know.</summary>
public sealed class OpenOrdersTests
{
    private static readonly string[] Sessions = ["", "desk-1", "desk-2"];

    private readonly record struct Expected(int Place, string Id, string Instrument, string Session, OrderCommand Terms);

    [Fact]
    public void Orders_that_come_and_go_are_those_of_a_plain_dictionary() =>
        Gen.Select(Gen.Int[1, 700], Gen.Int[0, 100], Gen.Int[0, 5]).Array[1, 12].Sample(Play, iter: 60);

    [Fact]
    public void An_order_that_ended_is_read_until_the_turn_is_over_and_its_place_is_used_again()
    {
        var orders = new OpenOrders();
        var place = Enter(orders, 1, "a1", "hour", "");
        orders.End(place);

        Assert.Equal((-1, 0), (orders.Find(1), orders.Count));
        Assert.Equal(("a1", "hour"), (orders.Read(place).Id, orders.Read(place).Instrument));
        Assert.NotEqual(place, Enter(orders, 2, "a2", "hour", ""));
        orders.Forget();
        Assert.Equal(place, Enter(orders, 3, "a-much-longer-client-order-id", "quarter", "desk-1"));
        Assert.Equal(("a-much-longer-client-order-id", "quarter", "desk-1"), (orders.Read(place).Id, orders.Read(place).Instrument, orders.Read(place).Session));
    }

    [Fact]
    public void Numbers_far_apart_are_found_and_no_other() => Gen.Select(Gen.Int[1, 200], Gen.Int[0, 3]).Array[1, 300].Sample(steps =>
    {
        var numbers = new OrderNumbers();
        var known = new SortedDictionary<long, int>();
        long last = 0;
        foreach (var (further, removals) in steps)
        {
            last += further;
            numbers.Add(last, further);
            known.Add(last, further);
            for (var removal = 0; removal < removals && known.Count > 0; removal++)
            {
                // Now the oldest, now one in the middle.
                var gone = known.ElementAt(removal == 1 ? known.Count / 2 : 0).Key;
                numbers.Remove(gone);
                known.Remove(gone);
                Assert.Equal(-1, numbers.Find(gone));
            }
        }

        Assert.Equal(known.Count, numbers.Count);
        Assert.All(known, one => Assert.Equal(one.Value, numbers.Find(one.Key)));
        Assert.Equal(known.Values, numbers.PlacesBehind(0));
        Assert.Equal(known.Where(one => one.Key > last / 2).Select(one => one.Value), numbers.PlacesBehind(last / 2));
    });

    [Fact]
    public void Numbers_are_entered_in_any_order() => Gen.Select(Gen.Shuffle(Enumerable.Range(1, 300).ToArray()), Gen.Int[0, 300], Gen.Int[0, 1_000]).Sample((shuffled, kept, start) =>
    {
        var numbers = new OrderNumbers();
        foreach (var number in shuffled)
        {
            numbers.Add(start + number, number);
        }

        foreach (var number in shuffled.Skip(kept))
        {
            numbers.Remove(start + number);
        }

        Assert.Equal(kept, numbers.Count);
        Assert.All(shuffled.Take(kept), number => Assert.Equal(number, numbers.Find(start + number)));
        Assert.All(shuffled.Skip(kept), number => Assert.Equal(-1, numbers.Find(start + number)));
        Assert.Equal(shuffled.Take(kept).Order(), numbers.PlacesBehind(0));
    });

    [Fact]
    public void A_number_is_not_added_twice()
    {
        var numbers = new OrderNumbers();
        numbers.Add(70, 1);

        Assert.Throws<InvariantBrokenException>(() => numbers.Add(70, 2));
        Assert.Throws<InvariantBrokenException>(() => numbers.Remove(71));
    }

    [Fact]
    public void A_name_is_kept_as_long_as_somebody_has_it() => Gen.Int[0, 4].Array[0, 60].Sample(uses =>
    {
        var names = new SharedNames();
        var taken = new List<(int Place, string Name)>();
        foreach (var use in uses)
        {
            if (use == 0 && taken.Count > 0)
            {
                names.Release(taken[^1].Place);
                taken.RemoveAt(taken.Count - 1);
            }
            else
            {
                // A new text each time: equal names are one, whoever made them.
                var name = string.Concat("name-", use.ToString(System.Globalization.CultureInfo.InvariantCulture));
                taken.Add((names.Take(name), name));
            }

            Assert.All(taken, one => Assert.Equal(one.Name, names[one.Place]));
            Assert.Equal(taken.Select(one => one.Name).Distinct().Count(), names.Count);
        }
    });

    private static void Play((int Enters, int EndsPercent, int Long)[] turns)
    {
        var orders = new OpenOrders();
        var known = new SortedDictionary<long, Expected>();
        long number = 0;
        foreach (var (enters, ends, longIds) in turns)
        {
            orders.Forget();
            for (var i = 0; i < enters; i++)
            {
                number++;
                var id = longIds > 3 && number % longIds == 0 ? $"a-client-order-id-of-more-than-15-{number}" : $"o{number}";
                var (instrument, session) = ($"i{number % 7}", Sessions[number % 3]);
                var place = Enter(orders, number, id, instrument, session);
                known.Add(number, new(place, id, instrument, session, Placed(number)));
            }

            foreach (var (gone, order) in known.Where(one => (one.Key * 7_919) % 100 < ends).ToArray())
            {
                Assert.Equal(order.Id, orders.Read(orders.Find(gone)).Id);
                orders.End(order.Place);
                known.Remove(gone);
            }

            Assert.Equal(known.Count, orders.Count);
            Assert.Equal(known.Values, orders.Select(order => new Expected(orders.Find(order.Number), order.Id, order.Instrument, order.Session, order.Terms)));
        }
    }

    private static OrderCommand Placed(long number) => new(
        CommandKind.Place, number, number % 2 == 0 ? Side.Bid : Side.Ask, OrderType.Limit, TimeInForce.GoodTillCancelled, number % 3 == 0, SelfTradeMode.CancelOldest, 100 + number, 1 + (number % 9),
        number % 11 == 0 ? number : 0, 1, 2, DisplayKwh: number % 13 == 0 ? 1 : 0, StopPrice: number % 17 == 0 ? number : 0, IfSequence: number % 19 == 0 ? number : 0);

    private static int Enter(OpenOrders orders, long number, string id, string instrument, string session)
    {
        var key = RequestKey.Of('o', id);
        return orders.Enter(instrument, key, key.IsHashed ? id : null, Placed(number), 0, session, 1, TestInstruments.Start);
    }
}
