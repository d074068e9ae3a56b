using CsCheck;
using Marketplace.Domain.Messages;
using Marketplace.Domain.Refusals;

namespace Marketplace.Domain.Tests.Messages;

/// <summary>The index of numbers by a hash against the library's dictionary, from empty to many tables.</summary>
public sealed class HashIndexTests
{
    [Theory]
    [InlineData(2, 0)]
    [InlineData(3, 0)]
    [InlineData(3, 10)]
    [InlineData(2, 30_000)]
    public void Numbers_are_found_while_they_are_in_it_and_not_before_or_behind(int fullQuarters, int expected)
    {
        const uint Most = 50_000;
        var index = new HashIndex(fullQuarters, expected);
        for (uint number = 0; number < Most; number++)
        {
            Assert.Equal(-1, index.Find(HashOf(number), new Same(number)));
            index.Add(HashOf(number), number, new Same(number));
            if (number % 3 == 0)
            {
                index.Remove(HashOf(number / 3), number / 3);
            }
        }

        for (uint number = 0; number < Most; number++)
        {
            Assert.Equal(number <= (Most - 1) / 3 ? -1 : number, index.Find(HashOf(number), new Same(number)));
        }
    }

    [Fact]
    public void It_does_what_a_dictionary_does() => Gen.Select(Gen.UInt[0, 300], Gen.UInt[0, 3]).Array[1, 600].Sample(steps =>
    {
        var index = new HashIndex(3);
        var there = new HashSet<uint>();
        foreach (var (number, kinds) in steps)
        {
            // A few hashes for all, so that probes run into one another and around the end of a table.
            var hash = number % 7 * 0x2000_0001u;
            if (there.Remove(number))
            {
                index.Remove(hash, number);
            }
            else if (kinds > 0)
            {
                there.Add(number);
                index.Add(hash, number, new Same(number));
            }

            Assert.Equal(there.Contains(number) ? number : -1, index.Find(hash, new Same(number)));
        }

        Assert.All(steps, step => Assert.Equal(there.Contains(step.Item1) ? step.Item1 : -1, index.Find(step.Item1 % 7 * 0x2000_0001u, new Same(step.Item1))));
    }, iter: 200);

    [Fact]
    public void Many_of_one_hash_are_told_apart_until_a_table_is_full()
    {
        var index = new HashIndex(2);
        for (uint number = 0; number < 4_095; number++)
        {
            index.Add(0xdead_beef, number, new Same(number));
        }

        Assert.Equal(4_094, index.Find(0xdead_beef, new Same(4_094)));
        Assert.Throws<InvariantBrokenException>(() => index.Add(0xdead_beef, 4_095, new Same(4_095)));
    }

    [Fact]
    public void What_is_there_is_not_entered_again_and_what_is_not_is_not_taken_out()
    {
        var index = new HashIndex(3);
        index.Add(8, 5, new Same(5));

        Assert.Throws<InvariantBrokenException>(() => index.Add(8, 6, new Same(5)));
        Assert.Throws<InvariantBrokenException>(() => index.Remove(8, 6));
    }

    private static uint HashOf(uint number) => unchecked((uint)((number * 0x9E3779B97F4A7C15UL) >> 32));

    private readonly struct Same(uint sought) : IMatch
    {
        public bool Is(uint number) => number == sought;
    }
}
