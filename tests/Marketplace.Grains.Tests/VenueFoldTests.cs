using System.Buffers;
using Marketplace.Domain.Participants;
using Marketplace.Grains.Audit;
using Marketplace.Grains.Hosting;
using Marketplace.Grains.Participants;
using Marketplace.Grains.Treasury;
using Marketplace.Journal;
using Microsoft.Extensions.DependencyInjection;
using Request = Marketplace.Domain.Messages.Request;

namespace Marketplace.Grains.Tests;

/// <summary>A fold that keeps states instead of machines is the fold that does not.</summary>
public sealed class VenueFoldTests
{
    [Theory]
    [InlineData(200)]
    [InlineData(VenueFold.MostBytesAtRest)]
    public async Task A_fold_whose_machines_rest_after_every_row_comes_to_the_same_hash_and_states(int mostBytesAtRest)
    {
        await using var venue = await Recorded();
        var serializer = venue.Services.GetRequiredService<Venue>().Serializer;
        var (plain, resting) = (new VenueFold(serializer, -1), new VenueFold(serializer, mostBytesAtRest));
        foreach (var row in venue.Log.ReadRows(1, venue.Log.DurablePosition))
        {
            plain.Apply(row);
            resting.Apply(row);

            Assert.Equal(plain.States().Select(Plain), resting.States().Select(Plain));
            Assert.Equal(plain.Hash(), resting.Hash());
        }

        Assert.Equal(0, plain.AtRest);
        var large = resting.States().Count(state => BytesOf(state).Length > mostBytesAtRest);
        Assert.Equal(resting.Hashes().Count() - large, resting.AtRest);
        Assert.True(mostBytesAtRest is not 200 || (large > 0 && resting.AtRest > 0));
    }

    [Fact]
    public async Task A_fold_started_from_states_rests_until_a_stream_has_a_record_or_the_machines_are_asked_for()
    {
        await using var venue = await Recorded();
        var serializer = venue.Services.GetRequiredService<Venue>().Serializer;
        var rows = venue.Log.ReadRows(1, venue.Log.DurablePosition).ToArray();
        var before = new VenueFold(serializer);
        foreach (var row in rows[..^1])
        {
            before.Apply(row);
        }

        var started = new VenueFold(serializer);
        started.Start(before.Position, before.States().ToArray());
        var streams = started.AtRest;
        Assert.Equal(before.AtRest, streams);

        started.Apply(rows[^1]);
        before.Apply(rows[^1]);
        Assert.Equal(rows[^1].Streams.Count, streams - started.AtRest);
        Assert.Equal(before.Hash(), started.Hash());

        Assert.Equal(streams, started.Machines.Count);
        Assert.Equal(0, started.AtRest);
        Assert.Equal(0, VenueTotals.Cash(started).Difference);
        Assert.Equal(5_000_000, VenueTotals.Cash(started).Available);
    }

    private static (string Stream, long Version, Wake Wake, string State) Plain(StreamSnapshot state) =>
        (state.Stream, state.Version, state.Wake, Convert.ToHexString(BytesOf(state).Span));

    private static ReadOnlyMemory<byte> BytesOf(StreamSnapshot state)
    {
        if (state.WriteState is null)
        {
            return state.State;
        }

        var output = new ArrayBufferWriter<byte>();
        state.WriteState(output);
        return output.WrittenMemory;
    }

    /// <summary>A venue in whose log a few machines have told each other things.</summary>
    private static async Task<RunningVenue> Recorded()
    {
        var venue = await RunningVenue.Open();
        var directory = venue.Grains.GetGrain<IParticipantDirectoryGrain>(Venue.SingleKey);
        var bank = venue.Grains.GetGrain<IBankDeskGrain>(Venue.SingleKey);
        for (var number = 1; number <= 5; number++)
        {
            Assert.True((await directory.CreateFirm(By($"firm-{number}"), $"firm-{number}", "")).Ok);
            Assert.True((await directory.CreateParticipant(By($"one-{number}"), $"one-{number}", $"firm-{number}", ParticipantLimits.Default)).Ok);
            Assert.True((await bank.RecordDeposit(By($"deposit-{number}"), $"one-{number}", 1_000_000, $"wire-{number}")).Ok);
        }

        return venue;
    }

    private static Request By(string id) => new("operator", id);
}
