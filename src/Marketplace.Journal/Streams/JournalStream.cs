using System.Text;

namespace Marketplace.Journal;

/// <summary>What the log keeps in memory of one stream. The fields of the open row and the version are guarded by the commit gate.</summary>
internal sealed class JournalStream
{
    /// <summary>The longest name, in UTF-8 bytes.</summary>
    public const int MaxNameBytes = 256;

    /// <summary>Stands for "waits for nothing".</summary>
    public const long NoWake = long.MaxValue;

    public JournalStream(string name)
    {
        Name = name;
        NameBytes = Encoding.UTF8.GetBytes(name);
        if (NameBytes.Length is 0 or > MaxNameBytes) throw new ArgumentException($"A stream's name has 1 to {MaxNameBytes} bytes.", nameof(name));
        if (Encoding.UTF8.GetString(NameBytes) != name) throw new ArgumentException("A stream's name is well-formed text.", nameof(name));
    }

    public string Name { get; }

    public byte[] NameBytes { get; }

    /// <summary>Where its records are; whatever is here is committed.</summary>
    public StreamIndex Index { get; } = new();

    /// <summary>The last version queued; 0 before the first.</summary>
    public long Version { get; set; }

    /// <summary>The position of the last record queued; 0 before the first.</summary>
    public long LastPosition { get; set; }

    /// <summary>The position of the record that last spoke of waking; 0 when none has.</summary>
    public long WakePosition
    {
        get => Volatile.Read(ref _wakePosition);
        set => Volatile.Write(ref _wakePosition, value);
    }

    /// <summary>The open row in which the stream already has a name, and its index there.</summary>
    public long RowPosition { get; set; }

    public int RowIndex { get; set; }

    /// <summary>When it must be woken, microseconds since 1970 UTC, or <see cref="NoWake"/>.</summary>
    public long WakeAt => Volatile.Read(ref _wakeAt);

    /// <summary>Whether it is awaiting something of others: it must be woken after a start.</summary>
    public bool IsAwaiting => Volatile.Read(ref _isAwaiting);

    /// <summary>Both, as its last record that spoke of waking said.</summary>
    public Wake Wake
    {
        get => Wake.Of(WakeAt, IsAwaiting);
        set
        {
            Volatile.Write(ref _wakeAt, value.AtOrNever);
            Volatile.Write(ref _isAwaiting, value.IsAwaiting);
        }
    }

    /// <summary>The time under which the wake index has filed it; guarded by the wake index.</summary>
    public long FiledWakeAt { get; set; } = NoWake;

    /// <summary>True while the wake index has yet to file what moved last; guarded by the wake index.</summary>
    public bool WakeMoved { get; set; }

    private long _wakeAt = NoWake;
    private bool _isAwaiting;
    private long _wakePosition;

    /// <summary>What it said about waking as of a durable position; null when it has spoken of it again since.</summary>
    public Wake? WakeAsOf(long position)
    {
        // A writer moves the position first and what was said after it: when the position is old, so was what was read before.
        Wake said = Wake;
        return WakePosition <= position ? said : null;
    }
}
