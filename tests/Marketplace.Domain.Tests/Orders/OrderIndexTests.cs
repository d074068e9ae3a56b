using CsCheck;
using Marketplace.Domain.Orders;

namespace Marketplace.Domain.Tests.Orders;

/// <summary>The two tables of the engine against what the library has for the same.</summary>
public sealed class OrderIndexTests
{
    /// <summary>Keys that share many of their bits, so that probes run into one another.</summary>
    private static readonly Gen<long> Keys = Gen.Select(Gen.Int[0, 3], Gen.Long[1, 60], (party, order) => RestingOrder.KeyOf(party, order << (party * 4)));

    [Fact]
    public void The_index_does_what_a_dictionary_does() => Gen.Select(Keys, Gen.Bool).Array[1, 400].Sample(steps =>
    {
        var index = new OrderIndex();
        var orders = Slots(steps.Length);
        var model = new Dictionary<long, int>();
        for (var slot = 0; slot < steps.Length; slot++)
        {
            var key = steps[slot].Item1;
            if (model.Remove(key, out var at))
            {
                index.Remove(key, at);
            }
            else
            {
                orders[slot].Key = key;
                index.Add(slot, orders);
                model.Add(key, slot);
            }

            Assert.Equal(model.Count, index.Count);
            Assert.All(steps, step => Assert.Equal(model.GetValueOrDefault(step.Item1, -1), index.Find(step.Item1, orders)));
        }
    }, iter: 60);

    [Fact]
    public void A_key_is_never_added_twice()
    {
        var orders = Slots(2);
        (orders[0].Key, orders[1].Key) = (7, 7);
        var index = new OrderIndex();
        index.Add(0, orders);

        Assert.Throws<Domain.Refusals.InvariantBrokenException>(() => index.Add(1, orders));
    }

    private static OrderSlots Slots(int count)
    {
        var slots = new OrderSlots();
        for (var slot = 0; slot < count; slot++)
        {
            slots.Append(slot);
        }

        return slots;
    }

    [Fact]
    public void Expiries_come_in_the_order_of_time_then_of_entry() => Gen.Select(Gen.Long[0, 9], Gen.Int[0, 2]).Array[1, 200].Sample(steps =>
    {
        var table = new RareTermsTable();
        var model = new SortedDictionary<(long ExpiresAt, long Number), int>();
        var kept = new List<int>();
        for (var number = 0; number < steps.Length; number++)
        {
            var (expires, remove) = steps[number];
            if (remove == 0 && kept.Count > 0)
            {
                // Any of those kept, by a choice that the step makes.
                var rare = kept[(int)expires % kept.Count];
                kept.Remove(rare);
                model.Remove(model.FirstOrDefault(one => one.Value == rare).Key);
                table.Remove(rare);
            }
            else
            {
                var rare = table.Add(new() { ExpiresAtMicros = expires, DisplayKwh = 1 }, slot: number, number);
                kept.Add(rare);
                if (expires != 0)
                {
                    model.Add((expires, number), rare);
                }
            }

            Assert.Equal(model.Count == 0 ? long.MaxValue : model.First().Key.ExpiresAt, table.EarliestMicros);
            if (model.Count > 0)
            {
                Assert.Equal(model.First().Key.Number, table.FirstSlot);
            }
        }
    }, iter: 300);
}
