using Marketplace.Domain.Messages;
using Marketplace.Domain.Units;

namespace Marketplace.Domain.Tests.Support;

/// <summary>
/// A machine under watch: the record of each turn goes through the journal's form into a second machine, which must end each turn in the same state as the live one.
/// </summary>
internal sealed class Watched(Func<Machine> make)
{
    private Machine _replayed = make();

    /// <summary>The machine that takes the turns.</summary>
    public Machine Live { get; private set; } = make();

    /// <summary>All records, as read back from the journal.</summary>
    public List<Record> Records { get; } = [];

    /// <summary>One turn at a time.</summary>
    public TResult Turn<TResult>(Timestamp now, Func<Machine, TResult> command)
    {
        Live.BeginTurn(now);
        var result = command(Live);
        if (Live.EndTurn() is { } record)
        {
            Records.Add(Journal.RoundTrip(record));
            _replayed.Replay(Records[^1]);
        }

        Assert.Equal(Journal.StateOf(Live), Journal.StateOf(_replayed));
        return result;
    }

    /// <summary>Goes on from a snapshot, as after a restart.</summary>
    public void RestartFromSnapshot()
    {
        var state = Journal.StateOf(Live);
        Live = make();
        Live.Read(new StateReader(state, Journal.Serializer));
        Assert.Equal(state, Journal.StateOf(Live));
    }

    /// <summary>Goes on from the records alone, as after a restart without a snapshot.</summary>
    public void RestartFromGenesis()
    {
        var state = Journal.StateOf(Live);
        Live = make();
        foreach (var record in Records)
        {
            Live.Replay(record);
        }

        Assert.Equal(state, Journal.StateOf(Live));
    }
}
