using System.Buffers;
using CsCheck;
using Marketplace.Domain.Messages;
using Marketplace.Domain.Tests.Support;

namespace Marketplace.Domain.Tests.Messages;

/// <summary>The canonical form of state: every value reads back, and the same state gives the same bytes whichever way it came about.</summary>
public sealed class StateFormTests
{
    [Fact]
    public void Every_integer_reads_back() =>
        Gen.OneOf(Gen.Long, Gen.Int[0, 10].Select(i => new[] { 0, 1, -1, 63, 64, 127, 128, -64, -65, long.MaxValue, long.MinValue }[i]))
            .Sample(value => Assert.Equal(value, RoundTrip(writer => writer.Long(value), reader => reader.Long())));

    [Fact]
    public void Every_balance_text_count_and_truth_reads_back() => Gen.Select(Gen.Long, Gen.ULong, Gen.String, Gen.Int[0, int.MaxValue], Gen.Bool).Sample((high, low, text, count, truth) =>
    {
        var wide = unchecked((Int128)(((UInt128)(ulong)high << 64) | low));
        Assert.Equal(wide, RoundTrip(writer => writer.Wide(wide), reader => reader.Wide()));
        var words = string.Concat(text.Where(c => !char.IsSurrogate(c)));
        Assert.Equal(words, RoundTrip(writer => writer.Text(words), reader => reader.Text()));
        Assert.Equal(count, RoundTrip(writer => writer.Count(count), reader => reader.Count()));
        Assert.Equal(truth, RoundTrip(writer => writer.Bool(truth), reader => reader.Bool()));
    });

    [Fact]
    public void Two_machines_that_did_the_same_have_the_same_bytes()
    {
        Assert.Equal(Bytes(), Bytes());

        static byte[] Bytes()
        {
            var venue = TestVenue.With(1_000, "ann", "bob").Credit("bob", TestInstruments.Quarter, 10);
            venue.Submit("bob", Requests.Ask("b1", 5, 100, TestInstruments.Quarter));
            venue.Submit("ann", Requests.Bid("a1", 3, 100, TestInstruments.Quarter));
            venue.Enter("ann", Requests.Bid("a2", 1, 90, TestInstruments.Quarter));
            return [.. venue.Machines.SelectMany(machine => Journal.StateOf(machine.Live))];
        }
    }

    [Fact]
    public void A_machine_that_knows_one_more_thing_has_other_bytes()
    {
        var venue = TestVenue.With(1_000, "ann");
        var before = Journal.StateOf(venue.Account("ann"));
        venue.Submit("ann", Requests.Bid("a1", 3, 100));

        Assert.NotEqual(before, Journal.StateOf(venue.Account("ann")));
    }

    [Fact]
    public void Asking_for_a_channel_that_was_never_used_changes_no_byte()
    {
        var account = TestVenue.With(1_000, "ann").Account("ann");
        var before = Journal.StateOf(account);

        account.Outbox.To("book/never");

        Assert.Equal(before, Journal.StateOf(account));
    }

    [Fact]
    public void A_replay_keeps_no_notes_of_turns_long_past()
    {
        var venue = TestVenue.With(10_000, "ann", "bob").Credit("bob", TestInstruments.Hour, 10);
        for (var i = 0; i < 5; i++)
        {
            venue.Submit("bob", Requests.Ask($"b{i}", 1, 100));
            venue.Submit("ann", Requests.Bid($"a{i}", 1, 100));
        }

        venue.Watched(Streams.Book(TestInstruments.Hour.Id)).RestartFromGenesis();
        venue.Watched(Streams.Account("ann")).RestartFromGenesis();

        Assert.True(venue.Book(TestInstruments.Hour).Changes.Trades.Length <= 1);
        Assert.True(venue.Account("ann").Answers.Count <= 1);
        Assert.True(venue.Account("ann").Changes.Orders.Count <= 1);
    }

    private static T RoundTrip<T>(Action<StateWriter> write, Func<StateReader, T> read)
    {
        var bytes = new ArrayBufferWriter<byte>();
        write(new StateWriter(bytes, Journal.Serializer));
        var reader = new StateReader(bytes.WrittenSpan.ToArray(), Journal.Serializer);
        var value = read(reader);
        Assert.True(reader.AtEnd);
        return value;
    }
}
