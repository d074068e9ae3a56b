namespace Marketplace.Journal;

/// <summary>One record of a stream, as it stands in a row of a log.</summary>
/// <param name="Stream">The stream's name.</param>
/// <param name="Version">Its ordinal in the stream, from 1, without gaps.</param>
/// <param name="Position">The row it is in.</param>
/// <param name="Wake">What it says about waking its stream.</param>
/// <param name="Payload">The bytes its writer gave, 0 to 1 MiB; a slice of the row's bytes.</param>
public readonly record struct JournalRecord(string Stream, long Version, long Position, Wake Wake, ReadOnlyMemory<byte> Payload);
