using System.Buffers;

namespace Marketplace.Journal;

/// <summary>The state of one stream as of a snapshot's position.</summary>
/// <param name="Stream">The stream's name.</param>
/// <param name="Version">Its last version at or before the position.</param>
/// <param name="Wake">What its records up to there say about waking it; where none has spoken of it, <see cref="Wake.None"/>.</param>
/// <param name="State">What its records up to there add up to; the journal does not look into it.</param>
public readonly record struct StreamSnapshot(string Stream, long Version, Wake Wake, ReadOnlyMemory<byte> State)
{
    /// <summary>Of a state that is only written: writes it to where it goes, instead of <see cref="State"/>, so that a large one need not be in memory whole.</summary>
    public Action<IBufferWriter<byte>>? WriteState { get; init; }
}
