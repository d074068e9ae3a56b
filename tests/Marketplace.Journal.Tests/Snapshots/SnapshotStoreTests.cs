using System.Buffers;

namespace Marketplace.Journal.Tests;

public sealed class SnapshotStoreTests : IDisposable
{
    private readonly TestDirectory _directory = new();

    public void Dispose() => _directory.Dispose();

    private string[] Files => [.. Directory.GetFiles(_directory.File("snapshots")).Select(file => Path.GetFileName(file)).Order()];

    [Fact]
    public async Task Snapshot_and_tail_are_the_whole_log_for_states_index_and_wakes()
    {
        long newest;
        await using (Log log = _directory.Open())
        {
            await Trading.Run(log, 30, seed: 1);
            Fold.Snapshot(log);
            await Trading.Run(log, 30, seed: 2);
            Fold.Snapshot(log);
            newest = log.DurablePosition;
            await Trading.Run(log, 30, seed: 3);
        }
        using TestDirectory without = _directory.Copy();
        Directory.Delete(without.File("snapshots"), recursive: true);
        await using Log quick = _directory.Open(), whole = without.Open();
        Assert.Equal(newest, quick.Snapshots.Position);
        Assert.Equal(0, whole.Snapshots.Position);
        Assert.Equal(whole.Streams(""), quick.Streams(""));
        Assert.Equal(whole.Due(long.MaxValue - 1, 100), quick.Due(long.MaxValue - 1, 100));
        Assert.NotEmpty(whole.Awaiting());
        Assert.Equal(whole.Awaiting().Order(), quick.Awaiting().Order());
        foreach (string stream in whole.Streams(""))
            Assert.Equal(whole.ReadStream(stream, 1, long.MaxValue, long.MaxValue).Told(), quick.ReadStream(stream, 1, long.MaxValue, long.MaxValue).Told());
        string full = Fold.Of(whole.ReadRows(1, long.MaxValue).SelectMany(row => row.Records)).Hash();
        Assert.Equal(full, Fold.OfClaims(quick).Hash());
        Assert.Equal(full, Fold.OfClaims(whole).Hash());
    }

    [Fact]
    public async Task A_claim_gets_the_state_and_only_the_records_after_it()
    {
        await using (Log log = _directory.Open())
        {
            await using StreamClaim claim = log.Claim("account/1");
            await log.Write(claim, "one");
            await log.Write(claim, "two", Wake.Awaiting(77));
            log.Snapshots.Write(2, [new StreamSnapshot("account/1", 2, Wake.Awaiting(77), Payloads.Bytes("one two"))]);
            await log.Write(claim, "three");
        }
        await using Log again = _directory.Open();
        await using StreamClaim next = again.Claim("account/1");
        Assert.Equal(2, next.SnapshotVersion);
        Assert.Equal("one two"u8, next.SnapshotState!.Value.Span);
        Assert.Equal(["account/1 3 three"], next.Tail().Told());
        Assert.Equal("one two"u8, next.SnapshotState!.Value.Span);
        Assert.Equal(3, next.Version);
        Assert.Equal(77, again.NextWake);
        Assert.Equal(["account/1"], again.Awaiting());
    }

    [Fact]
    public async Task A_state_written_piece_by_piece_is_the_state_given_whole()
    {
        byte[] state = new byte[3_000_000];
        new Random(7).NextBytes(state);
        int[] pieces = [1, 10, 200_000, 70_000, 262_144, 262_145, 900_000, 9];
        await using Log log = _directory.Open();
        foreach (string stream in (string[])["a", "b", "c"])
        {
            await using StreamClaim claim = log.Claim(stream);
            await log.Write(claim, "one");
        }
        StreamSnapshot small = new("a", 1, Wake.None, Payloads.Bytes("small")), next = new("c", 1, Wake.None, Payloads.Bytes("next"));
        log.Snapshots.Write(3, [small, new StreamSnapshot("b", 1, Wake.None, default) { WriteState = Write }, next]);

        Assert.Equal(["small"u8.ToArray(), state, "next"u8.ToArray()], log.Snapshots.ReadNewest().OrderBy(read => read.Stream).Select(read => read.State.ToArray()));

        void Write(IBufferWriter<byte> output)
        {
            for (int at = 0, piece = 0; at < state.Length; piece++)
            {
                int length = Math.Min(pieces[piece % pieces.Length], state.Length - at);
                Span<byte> span = piece % 2 == 0 ? output.GetSpan(length) : output.GetMemory(length).Span;
                state.AsSpan(at, length).CopyTo(span);
                output.Advance(length);
                at += length;
            }
        }
    }

    [Fact]
    public async Task A_snapshot_may_lie_behind_what_is_written_meanwhile()
    {
        await using (Log log = _directory.Open())
        {
            await Trading.Run(log, 20, seed: 1);
            Fold before = Fold.Of(log.ReadRows(1, 12).SelectMany(row => row.Records));
            log.Snapshots.Write(12, before.States);
        }
        using TestDirectory without = _directory.Copy();
        Directory.Delete(without.File("snapshots"), recursive: true);
        await using Log quick = _directory.Open(), whole = without.Open();
        Assert.Equal(12, quick.Snapshots.Position);
        Assert.Equal(Fold.OfClaims(whole).Hash(), Fold.OfClaims(quick).Hash());
        Assert.True(quick.Snapshots.StateBytes > 0);
    }

    [Fact]
    public async Task Two_are_kept_and_what_was_left_half_written_goes()
    {
        await using Log log = _directory.Open();
        for (int seed = 1; seed <= 4; seed++)
        {
            await Trading.Run(log, 3, seed);
            if (seed == 4) File.WriteAllText(_directory.File("snapshots/00000000000000000999.snapshot.new"), "half");
            Fold.Snapshot(log);
        }
        Assert.Equal(2, Files.Length);
        Assert.Equal(SnapshotFormat.NameOf(log.DurablePosition), Files[1]);
        Fold folded = Fold.Of(log.Snapshots.ReadNewest());
        Assert.Equal(Fold.OfClaims(log).Hash(), folded.Hash());
    }

    [Fact]
    public async Task A_snapshot_that_does_not_fit_the_log_is_refused_and_leaves_nothing()
    {
        await using Log log = _directory.Open();
        await using StreamClaim a = log.Claim("a"), b = log.Claim("b");
        await log.Write(a, "one", Wake.At(9));
        await log.Write(b, "one");
        StreamSnapshot rightA = new("a", 1, Wake.At(9), default), rightB = new("b", 1, Wake.None, default);
        Assert.Throws<ArgumentException>(() => log.Snapshots.Write(2, [rightA]));
        Assert.Throws<ArgumentException>(() => log.Snapshots.Write(2, [rightA, rightB, rightB]));
        Assert.Throws<ArgumentException>(() => log.Snapshots.Write(2, [rightA, rightB with { Version = 2 }]));
        foreach (Wake wrong in (Wake[])[Wake.None, Wake.At(8), Wake.Awaiting(9), Wake.Unchanged])
            Assert.Throws<ArgumentException>(() => log.Snapshots.Write(2, [rightA with { Wake = wrong }, rightB]));
        Assert.Throws<ArgumentOutOfRangeException>(() => log.Snapshots.Write(3, [rightA, rightB]));
        Assert.Equal(0, log.Snapshots.Position);
        log.Snapshots.Write(2, [rightA, rightB]);
        Assert.Throws<ArgumentOutOfRangeException>(() => log.Snapshots.Write(2, [rightA, rightB]));
        Assert.Single(Files);
    }

    [Fact]
    public async Task A_damaged_snapshot_is_passed_over_for_the_older_one_and_then_for_the_whole_log()
    {
        await using (Log log = _directory.Open())
        {
            await Trading.Run(log, 20, seed: 1);
            Fold.Snapshot(log);
            await Trading.Run(log, 20, seed: 2);
            Fold.Snapshot(log);
        }
        string expected = await StatesAfterStart(expectedWarnings: 0);
        Damage(Files[1], fromEnd: 40);
        Assert.Equal(expected, await StatesAfterStart(expectedWarnings: 1));
        Damage(Files[0], fromEnd: 40);
        Assert.Equal(expected, await StatesAfterStart(expectedWarnings: 2));
    }

    [Fact]
    public async Task A_damaged_state_is_noticed_when_it_is_read_and_the_older_one_used()
    {
        await using (Log log = _directory.Open())
        {
            await Trading.Run(log, 20, seed: 1);
            Fold.Snapshot(log);
            await Trading.Run(log, 20, seed: 2);
            Fold.Snapshot(log);
        }
        string expected = await StatesAfterStart(expectedWarnings: 0);
        long length = new FileInfo(_directory.File("snapshots/" + Files[1])).Length;
        Damage(Files[1], fromEnd: length - 10);
        Assert.Equal(expected, await StatesAfterStart(expectedWarnings: 1));
        await using Log again = _directory.Open();
        Assert.Throws<JournalCorruptException>(() => again.Snapshots.ReadNewest().Count());
    }

    [Fact]
    public async Task A_snapshot_of_another_history_stops_the_start()
    {
        long end;
        await using (Log log = _directory.Open())
        {
            await Trading.Run(log, 20, seed: 1);
            Fold.Snapshot(log);
            end = log.DurablePosition;
        }
        using var other = new TestDirectory();
        await using (Log log = other.Open())
        {
            // Each history has as many rows as its commits found to be together.
            for (int seed = 9; log.DurablePosition < end; seed++) await Trading.Run(log, 25, seed);
        }
        Directory.Move(_directory.File("snapshots"), other.File("snapshots"));
        Assert.Equal(74, Assert.Throws<JournalCorruptException>(other.Open).ExitCode);
        Assert.Contains(Verify.Run(other.Path).Findings, finding => finding.File.StartsWith("snapshots/") && finding.What.Contains("another hash"));
    }

    private async Task<string> StatesAfterStart(int expectedWarnings)
    {
        await using Log log = _directory.Open();
        string hash = Fold.OfClaims(log).Hash();
        Assert.Equal(expectedWarnings, log.Snapshots.Warnings.Count);
        using TestDirectory copy = _directory.Copy();
        Assert.Equal(expectedWarnings, Verify.Run(copy.Path).Findings.Count(finding => finding.Tolerable));
        return hash;
    }

    private void Damage(string name, long fromEnd)
    {
        string path = _directory.File("snapshots/" + name);
        byte[] bytes = File.ReadAllBytes(path);
        bytes[^(int)fromEnd] ^= 1;
        File.WriteAllBytes(path, bytes);
    }
}
