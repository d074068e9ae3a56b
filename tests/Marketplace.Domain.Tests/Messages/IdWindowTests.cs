using System.Buffers;
using CsCheck;
using Marketplace.Domain.Messages;
using Marketplace.Domain.Refusals;
using Marketplace.Domain.Tests.Support;
using Marketplace.Domain.Units;

namespace Marketplace.Domain.Tests.Messages;

public sealed class IdWindowTests
{
    private static readonly Gen<string> Ids = Gen.String[Gen.Char["abcXYZ019_.-"], 1, 64];

    [Fact]
    public void Different_ids_and_scopes_have_different_keys() => Gen.Select(Ids, Ids).Sample((one, other) =>
    {
        Assert.Equal(one == other, RequestKey.Of('o', one) == RequestKey.Of('o', other));
        Assert.NotEqual(RequestKey.Of('o', one), RequestKey.Of('r', one));
    });

    [Fact]
    public void Ids_counted_up_have_hashes_of_their_own()
    {
        const int Count = 200_000;
        var hashes = Enumerable.Range(100_000, Count).Select(number => RequestKey.Of('o', $"s12-0-{number}").GetHashCode()).ToArray();

        // Of so many numbers of 32 bits by chance, five meet on average. An index goes by the first bits and by the last ones.
        Assert.InRange(hashes.Distinct().Count(), Count - 100, Count);
        Assert.All(hashes.GroupBy(hash => (uint)hash >> 28), group => Assert.InRange(group.Count(), Count / 16 * 0.9, Count / 16 * 1.1));
        Assert.All(hashes.GroupBy(hash => hash & 15), group => Assert.InRange(group.Count(), Count / 16 * 0.9, Count / 16 * 1.1));
    }

    [Fact]
    public void An_outcome_is_noted_once_and_an_end_when_it_comes()
    {
        var window = new IdWindow();
        var key = RequestKey.Of('o', "a1");
        var place = window.Remember(key, 7, 3, 0, TestInstruments.Start);
        window.Resolve(place, 5, RejectReason.None);
        window.Resolve(place, 6, RejectReason.WouldCross);
        window.End(place, key, 9);

        Assert.True(window.TryGet(key, out var request));
        Assert.Equal(new RememberedRequest(7, 3, 5, RejectReason.None, 9), request);
    }

    [Fact]
    public void What_comes_of_a_forgotten_id_changes_nothing()
    {
        var window = new IdWindow();
        window.Resolve(-1, 5, RejectReason.None);
        window.End(-1, RequestKey.Of('o', "a1"), 9);

        Assert.Equal(0, window.Count);
    }

    [Fact]
    public void Ids_are_forgotten_once_they_are_older_than_the_window()
    {
        var window = new IdWindow();
        window.Remember(RequestKey.Of('o', "old"), 1, 1, 0, TestInstruments.Start);
        window.Remember(RequestKey.Of('o', "new"), 1, 2, 0, TestInstruments.Start.Plus(1));
        window.Remember(RequestKey.Of('o', "now"), 1, 3, 0, TestInstruments.Start.Plus(IdWindow.WindowMicros));

        Assert.Equal(2, window.Count);
        Assert.False(window.TryGet(RequestKey.Of('o', "old"), out _));
    }

    [Fact]
    public void A_window_that_remembers_and_forgets_knows_what_a_plain_list_knows() => Gen.Select(Gen.Select(Gen.Int[0, 3_000], Gen.Int[1, 600]).Array[1, 8], Gen.Int[0, 8]).Sample(
        (bursts, unasked) =>
        {
            // Bursts of ids, each a part of the window later than the one before: some are forgotten while others come. The window is not asked anything in the first ones.
            var window = new IdWindow();
            var known = new List<(RequestKey Key, long Version, long TimeMicros)>();
            var now = TestInstruments.Start;
            long version = 0;
            foreach (var (ids, later) in bursts)
            {
                now = now.Plus(IdWindow.WindowMicros / 1_000 * later);
                for (var id = 0; id < ids; id++)
                {
                    var key = RequestKey.Of('o', $"id-{++version}");
                    window.Remember(key, (ulong)version, version, 0, now);
                    known.Add((key, version, now.Micros));
                }

                var kept = ids == 0 ? known : [.. known.Where(one => one.TimeMicros > now.Micros - IdWindow.WindowMicros)];
                Assert.Equal(kept.Count, window.Count);
                if (--unasked < 0)
                {
                    Assert.All(kept, one => Assert.True(window.TryGet(one.Key, out var remembered) && remembered.Version == one.Version));
                    Assert.DoesNotContain(known.Except(kept), one => window.TryGet(one.Key, out _));
                }

                known = [.. kept];
            }
        },
        iter: 30);

    [Fact]
    public void Ids_are_found_from_the_newest_back_without_being_asked_for_one_by_one()
    {
        var window = new IdWindow();
        for (var id = 0; id < 1_000; id++)
        {
            window.Remember(RequestKey.Of('r', $"id-{id}"), 1, id + 1, 0, TestInstruments.Start);
        }

        var places = new Dictionary<RequestKey, long> { [RequestKey.Of('r', "id-0")] = -1, [RequestKey.Of('r', "id-999")] = -1, [RequestKey.Of('r', "none")] = -1 };
        window.FindPlaces(places);

        Assert.Equal([0, 999, -1], places.Values);
    }

    [Fact]
    public void A_window_reads_back_as_it_was_written() => Gen.Select(Ids, Gen.Int[0, 3], Gen.ULong).Array[0, 30].Sample(entries =>
    {
        var window = new IdWindow();
        var now = TestInstruments.Start;
        foreach (var (id, later, fingerprint) in entries.DistinctBy(entry => entry.Item1))
        {
            now = now.Plus(later);
            var place = window.Remember(RequestKey.Of('r', id), fingerprint, now.Micros, 0, now);
            window.Resolve(place, now.Micros, (RejectReason)(later * 100));
        }

        var written = Written(window);
        var read = new IdWindow();
        read.Read(new StateReader(written, Journal.Serializer));
        Assert.Equal(written, Written(read));
        Assert.All(entries, entry => Assert.True(window.TryGet(RequestKey.Of('r', entry.Item1), out var before) && read.TryGet(RequestKey.Of('r', entry.Item1), out var after) && before == after));
    });

    private static byte[] Written(IdWindow window)
    {
        var bytes = new ArrayBufferWriter<byte>();
        window.Write(new StateWriter(bytes, Journal.Serializer));
        return bytes.WrittenSpan.ToArray();
    }
}
