using System.Diagnostics.CodeAnalysis;
using System.Runtime.CompilerServices;
using System.Text;
using Marketplace.Domain.Orders;

namespace Marketplace.Domain.Accounts;

/// <summary>
/// The packed form of entered commands: the commands as <see cref="OrderCommandPacking"/> has them, which the message to the book is made of too, and beside them for each
/// its id, as what differs from the id before, its fingerprint and the record its order was placed in.
/// </summary>
internal static class EnteredCommandPacking
{
    public const int HasFingerprint = 1;
    public const int HasEnteredVersion = 2;

    /// <summary>Packs entered commands.</summary>
    public static (byte[] Commands, byte[] Ids) Pack(ReadOnlySpan<EnteredCommand> entered)
    {
        var commands = new PackedWriter(16 + (entered.Length * 24));
        var ids = new PackedWriter(16 + (entered.Length * 32));
        commands.Number((ulong)entered.Length);
        var before = new OrderCommandPacking.Before();
        var id = "";
        foreach (ref readonly var one in entered)
        {
            Check.That(one.Id.Length <= Refusals.Ids.MaxLength);
            OrderCommandPacking.Write(ref commands, one.Command, ref before);
            ids.Id(one.Id, id, (one.Fingerprint != 0 ? HasFingerprint : 0) | (one.EnteredVersion != 0 ? HasEnteredVersion : 0));
            id = one.Id;
            if (one.Fingerprint != 0)
            {
                ids.Fixed(one.Fingerprint);
            }

            if (one.EnteredVersion != 0)
            {
                ids.Signed(one.EnteredVersion);
            }
        }

        return (commands.Finish(), ids.Finish());
    }

    /// <summary>Unpacks entered commands.</summary>
    public static EnteredCommand[] Unpack(byte[] commands, byte[] ids)
    {
        var entered = new EnteredCommand[OrderCommandPacking.CountOf(commands)];
        var reader = new EnteredCommandReader(commands, ids);
        for (var at = 0; reader.MoveNext(); at++)
        {
            entered[at] = new(reader.Command, Encoding.ASCII.GetString(reader.Id), reader.Fingerprint, reader.EnteredVersion);
        }

        return entered;
    }
}

/// <summary>Reads entered commands one after the other, without making anything of them.</summary>
internal ref struct EnteredCommandReader(byte[] commands, byte[] ids)
{
    private OrderCommandReader _commands = new(commands);
    private PackedReader _ids = new(ids);
    private IdBytes _id;
    private int _length;

    [InlineArray(Ids.MaxLength)]
    private struct IdBytes
    {
        private byte _first;
    }

    /// <summary>The command read last.</summary>
    [UnscopedRef]
    public readonly ref readonly OrderCommand Command => ref _commands.Current;

    /// <summary>Its id, ASCII; empty where the venue itself entered it.</summary>
    [UnscopedRef]
    public readonly ReadOnlySpan<byte> Id => ((ReadOnlySpan<byte>)_id)[.._length];

    /// <summary>Hash of the request as it was sent.</summary>
    public ulong Fingerprint { get; private set; }

    /// <summary>The record the order was placed in; 0 for a new order: this one.</summary>
    public long EnteredVersion { get; private set; }

    /// <summary>Its id as a text, where that is not in its key; null where it is.</summary>
    public readonly string? LongId(RequestKey key) => key.IsHashed ? Encoding.ASCII.GetString(Id) : null;

    /// <summary>Reads the next; false at the end.</summary>
    public bool MoveNext()
    {
        if (!_commands.MoveNext())
        {
            Check.That(_ids.AtEnd);
            return false;
        }

        var head = _ids.Number();
        var shared = (int)(head >> 2);
        var rest = _ids.Bytes();
        Check.That(shared <= _length);
        rest.CopyTo(((Span<byte>)_id)[shared..]);
        _length = shared + rest.Length;
        Fingerprint = (head & EnteredCommandPacking.HasFingerprint) != 0 ? _ids.Fixed() : 0;
        EnteredVersion = (head & EnteredCommandPacking.HasEnteredVersion) != 0 ? _ids.Signed() : 0;
        return true;
    }
}
