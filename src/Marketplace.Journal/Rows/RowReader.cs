namespace Marketplace.Journal;

/// <summary>Reads the fields of a row one after the other; the layout stands at <see cref="OpenRow"/>.</summary>
internal struct RowReader(byte[] bytes)
{
    private int _at;

    public readonly bool AtEnd => _at == bytes.Length;

    public bool TryReadFormat(out string finding)
    {
        finding = bytes.Length == 0 ? "the row is empty" : $"unknown row format {bytes[0]}";
        if (bytes.Length == 0 || bytes[0] != OpenRow.Format) return false;
        _at = 1;
        return true;
    }

    /// <summary>Reads which stream the next record belongs to; a name and first version only where the row first speaks of the stream.</summary>
    public bool TryReadStream(int known, StreamNames names, out int index, out Wake.Kind kind, out string? name, out long version, out string finding)
    {
        (name, version, finding) = (null, 0, $"record at byte {_at} names no stream");
        bool read = Varint.TryRead(bytes, ref _at, ((long)known << 2) + 3, out long head);
        (index, kind) = ((int)(head >> 2), (Wake.Kind)(head & 3));
        if (!read || kind > Wake.Kind.Awaiting) return false;
        if (index < known) return true;
        finding = $"stream name at byte {_at} is cut or too long";
        if (!Varint.TryRead(bytes, ref _at, JournalStream.MaxNameBytes, out long length) || length == 0 || length > bytes.Length - _at) return false;
        name = names.Of(bytes.AsSpan(_at, (int)length));
        _at += (int)length;
        finding = $"version at byte {_at} is no version";
        return Varint.TryRead(bytes, ref _at, long.MaxValue, out version) && version > 0;
    }

    public bool TryReadBody(Wake.Kind kind, out Wake wake, out ReadOnlyMemory<byte> payload, out string finding)
    {
        (wake, payload, finding) = (default, default, $"record at byte {_at} has a wake time out of range");
        long at = JournalStream.NoWake;
        if (kind == Wake.Kind.At && !Varint.TryRead(bytes, ref _at, JournalStream.NoWake - 1, out at)) return false;
        if (kind == Wake.Kind.Awaiting && !TryReadAwaiting(out at)) return false;
        if (kind != Wake.Kind.Unchanged) wake = Wake.Of(at, kind == Wake.Kind.Awaiting);
        finding = $"payload at byte {_at} is cut or too long";
        if (!Varint.TryRead(bytes, ref _at, Log.MaxRecordBytes, out long length) || length > bytes.Length - _at) return false;
        payload = bytes.AsMemory(_at, (int)length);
        _at += (int)length;
        return true;
    }

    /// <summary>One more than the time, or 0 for none.</summary>
    private bool TryReadAwaiting(out long at)
    {
        bool read = Varint.TryRead(bytes, ref _at, JournalStream.NoWake, out long oneMore);
        at = oneMore == 0 ? JournalStream.NoWake : oneMore - 1;
        return read;
    }
}
