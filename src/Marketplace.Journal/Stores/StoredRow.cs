namespace Marketplace.Journal;

/// <summary>A row as a store gives it back: nothing of it is believed before its hash has been checked.</summary>
public sealed record StoredRow(long Position, long Term, RowHash Hash, byte[] Payload);

/// <summary>A log as a store knows it: its term and its last row (position 0 and no hash when it has none).</summary>
public readonly record struct StoredLog(long Log, long Term, long Position, RowHash Hash);
