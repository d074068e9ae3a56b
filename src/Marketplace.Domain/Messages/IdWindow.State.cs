namespace Marketplace.Domain.Messages;

/// <summary>
/// The window in canonical form: ids of one time together, oldest first, and by their value within a time. An id is its key and its fingerprint, and what differs from the id
/// before it: of most, two bytes. Which open order an id belongs to is not written: orders are numbered as their ids come, so those of one time are the next ones by number.
/// </summary>
public sealed partial class IdWindow
{
    private const int Known = 1;
    private const int IsRefused = 2;
    private const int HasEnded = 4;
    private const int IsOpen = 8;
    private const int Flags = 4;

    /// <summary>Writes the window.</summary>
    public void Write(StateWriter writer)
    {
        writer.Count(Count);
        var (keys, places) = (Array.Empty<UInt128>(), Array.Empty<long>());
        var last = default(Last);
        for (var first = _ids.First; first < _ids.Next;)
        {
            var time = _ids.At(first).TimeMicros;
            var behind = first + 1;
            while (behind < _ids.Next && _ids.At(behind).TimeMicros == time)
            {
                behind++;
            }

            var count = (int)(behind - first);
            writer.Long(time - last.TimeMicros);
            writer.Count(count);
            last.TimeMicros = time;
            if (count > keys.Length)
            {
                (keys, places) = (new UInt128[count], new long[count]);
            }

            for (var at = 0; at < count; at++)
            {
                (keys[at], places[at]) = (_ids.At(first + at).Key.Value, first + at);
            }

            Array.Sort(keys, places, 0, count);
            for (var at = 0; at < count; at++)
            {
                Write(writer, _ids.At(places[at]), ref last);
            }

            first = behind;
        }
    }

    /// <summary>Reads what <see cref="Write(StateWriter)"/> wrote into an empty window.</summary>
    /// <param name="reader">Where from.</param>
    /// <param name="attach">Told the places of the ids of open orders, those of one time together and in order of their keys: it attaches the orders to them.</param>
    public void Read(StateReader reader, Action<List<long>>? attach = null)
    {
        var last = default(Last);
        var open = new List<long>();
        for (var count = reader.Count(); count > 0;)
        {
            last.TimeMicros += reader.Long();
            open.Clear();
            for (var together = reader.Count(); together > 0; together--, count--)
            {
                var entry = new IdTable.Entry { Key = new RequestKey(unchecked((UInt128)reader.Wide())), TimeMicros = last.TimeMicros, Fingerprint = reader.Fixed() };
                var head = reader.Long();
                entry.Version = last.Version += head >> Flags;
                entry.OutcomeVersion = (head & Known) != 0 ? entry.Version + reader.Long() : 0;
                entry.Refused = (head & IsRefused) != 0 ? (RejectReason)reader.Long() : RejectReason.None;
                entry.EndVersion = (head & HasEnded) != 0 ? entry.Version + reader.Long() : 0;
                if ((head & IsOpen) != 0)
                {
                    open.Add(_ids.Next);
                }

                _ids.Add(entry);
            }

            if (open.Count > 0)
            {
                attach!(open);
            }
        }
    }

    private static void Write(StateWriter writer, in IdTable.Entry entry, ref Last last)
    {
        writer.Wide(unchecked((Int128)entry.Key.Value));
        writer.Fixed(entry.Fingerprint);
        var flags = (entry.OutcomeVersion != 0 ? Known : 0) | (entry.Refused != RejectReason.None ? IsRefused : 0) | (entry.EndVersion != 0 ? HasEnded : 0) | (entry.Order != 0 ? IsOpen : 0);
        writer.Long(((entry.Version - last.Version) << Flags) | (long)flags);
        last.Version = entry.Version;
        if (entry.OutcomeVersion != 0)
        {
            writer.Long(entry.OutcomeVersion - entry.Version);
        }

        if (entry.Refused != RejectReason.None)
        {
            writer.Long((long)entry.Refused);
        }

        if (entry.EndVersion != 0)
        {
            writer.Long(entry.EndVersion - entry.Version);
        }
    }

    /// <summary>What the id before had.</summary>
    private struct Last
    {
        public long TimeMicros;
        public long Version;
    }
}
