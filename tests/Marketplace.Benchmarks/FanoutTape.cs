using System.Buffers;
using System.Diagnostics;

namespace Marketplace.Benchmarks;

/// <summary>What one reader got: each message's bytes, which came together, and when. Played to the raw server, it broadcasts the same at the same rate.</summary>
internal sealed class FanoutTape
{
    private const byte InstrumentTag = 0x0A;
    private const byte SequenceTag = 0x18;

    private readonly List<(TimeSpan At, List<byte[]> Messages)> _groups = [];
    private readonly Stopwatch _clock = new();
    private bool _waited = true;

    /// <summary>All messages, in order.</summary>
    public List<byte[]> Messages => [.. _groups.SelectMany(group => group.Messages)];

    /// <summary>The sequence the first message led to.</summary>
    public long FirstSequence => SequenceOf(new(_groups[0].Messages[0]));

    /// <summary>The sequence the last message led to.</summary>
    public long LastSequence => SequenceOf(new(_groups[^1].Messages[^1]));

    public void Begin()
    {
        _groups.Clear();
        _clock.Restart();
    }

    /// <summary>The reader waits: what it has got since it waited last came together.</summary>
    public void Waits() => _waited = true;

    public void Add(byte[] message)
    {
        if (_waited || _groups.Count == 0)
        {
            _groups.Add((_clock.Elapsed, []));
            _waited = false;
        }

        _groups[^1].Messages.Add(message);
    }

    /// <summary>Publishes the groups, each at the time it came.</summary>
    public async Task Play(Func<IReadOnlyList<byte[]>, Task> publish)
    {
        var clock = Stopwatch.StartNew();
        foreach (var (at, messages) in _groups)
        {
            if (at - clock.Elapsed is { TotalMilliseconds: >= 1 } early)
            {
                await Task.Delay(early);
            }

            await publish(messages);
        }
    }

    /// <summary>The sequence a message of a book leads to, 0 where it has none: the third field of what it holds, in a snapshot, a delta and a heartbeat alike.</summary>
    public static long SequenceOf(in ReadOnlySequence<byte> payload)
    {
        Span<byte> begin = stackalloc byte[64];
        begin = begin[..(int)Math.Min(payload.Length, begin.Length)];
        payload.Slice(0, begin.Length).CopyTo(begin);
        if (begin.IsEmpty || (begin[0] >> 3) is not (2 or 3 or 4))
        {
            return 0;
        }

        var at = 1;
        for (Varint(begin, ref at); at < begin.Length;)
        {
            var (tag, value) = (begin[at++], Varint(begin, ref at));
            if (tag == SequenceTag)
            {
                return value;
            }

            at += tag == InstrumentTag ? (int)value : 0;
        }

        return 0;
    }

    private static long Varint(ReadOnlySpan<byte> bytes, ref int at)
    {
        long value = 0;
        for (var shift = 0; at < bytes.Length; shift += 7)
        {
            var part = bytes[at++];
            value |= (long)(part & 0x7F) << shift;
            if (part < 0x80)
            {
                break;
            }
        }

        return value;
    }
}
