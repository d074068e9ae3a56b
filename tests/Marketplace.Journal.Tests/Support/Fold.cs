using System.Security.Cryptography;
using System.Text;

namespace Marketplace.Journal.Tests;

/// <summary>The plainest state a stream can have: a hash over its records. Folds logs into snapshots and answers what a log says in all.</summary>
internal sealed class Fold
{
    private readonly SortedDictionary<string, StreamSnapshot> _states = new(StringComparer.Ordinal);

    public IEnumerable<StreamSnapshot> States => _states.Values;

    public static Fold Of(IEnumerable<JournalRecord> records)
    {
        var fold = new Fold();
        foreach (JournalRecord record in records) fold.Apply(record);
        return fold;
    }

    public static Fold Of(IEnumerable<StreamSnapshot> states)
    {
        var fold = new Fold();
        foreach (StreamSnapshot state in states) fold._states.Add(state.Stream, state);
        return fold;
    }

    public void Apply(JournalRecord record)
    {
        StreamSnapshot before = _states.GetValueOrDefault(record.Stream);
        Assert.Equal(before.Version + 1, record.Version);
        byte[] state = SHA256.HashData([.. before.State.Span, .. record.Payload.Span]);
        Wake wake = !record.Wake.IsUnchanged ? record.Wake : before.Version == 0 ? Wake.None : before.Wake;
        _states[record.Stream] = new StreamSnapshot(record.Stream, record.Version, wake, state);
    }

    /// <summary>A hash over all states.</summary>
    public string Hash()
    {
        var all = new StringBuilder();
        foreach (StreamSnapshot state in _states.Values) all.Append($"{state.Stream} {state.Version} {state.Wake} {Convert.ToHexString(state.State.Span)}\n");
        return Convert.ToHexString(SHA256.HashData(Encoding.UTF8.GetBytes(all.ToString())));
    }

    /// <summary>The states a server would have after a start: each stream's snapshot and tail.</summary>
    public static Fold OfClaims(Log log)
    {
        var fold = new Fold();
        foreach (string stream in log.Streams(""))
        {
            StreamClaim claim = log.Claim(stream);
            if (claim.SnapshotState is { } state) fold._states[stream] = new StreamSnapshot(stream, claim.SnapshotVersion, Wake.None, state);
            foreach (JournalRecord record in claim.Tail()) fold.Apply(record);
            long? at = log.Due(long.MaxValue - 1, int.MaxValue).Where(due => due.Stream == stream).Select(due => (long?)due.WakeAtMicros).SingleOrDefault();
            fold._states[stream] = fold._states[stream] with { Wake = log.Awaiting().Contains(stream) ? Wake.Awaiting(at) : Wake.AtOrNone(at) };
            Assert.Equal(claim.Version, fold._states[stream].Version);
        }
        return fold;
    }

    /// <summary>Writes a snapshot of a log as of its durable position.</summary>
    public static void Snapshot(Log log)
    {
        long position = log.DurablePosition;
        log.Snapshots.Write(position, Of(log.ReadRows(1, position).SelectMany(row => row.Records)).States);
    }
}
