using Marketplace.Domain.Orders;

namespace Marketplace.Domain.Accounts;

/// <summary>The packed form of entered commands: each command as <see cref="OrderCommandPacking"/> has it, its id as what differs from the id before, and its fingerprint.</summary>
internal static class EnteredCommandPacking
{
    private const int HasFingerprint = 1;
    private const int HasEnteredVersion = 2;

    /// <summary>Packs entered commands.</summary>
    public static byte[] Pack(ReadOnlySpan<EnteredCommand> commands)
    {
        var writer = new PackedWriter(16 + (commands.Length * 48));
        var before = new OrderCommandPacking.Before();
        var id = "";
        foreach (ref readonly var entered in commands)
        {
            OrderCommandPacking.Write(ref writer, entered.Command, ref before);
            writer.Id(entered.Id, id, (entered.Fingerprint != 0 ? HasFingerprint : 0) | (entered.EnteredVersion != 0 ? HasEnteredVersion : 0));
            id = entered.Id;
            if (entered.Fingerprint != 0)
            {
                writer.Fixed(entered.Fingerprint);
            }

            if (entered.EnteredVersion != 0)
            {
                writer.Signed(entered.EnteredVersion);
            }
        }

        return writer.Finish();
    }

    /// <summary>Unpacks entered commands.</summary>
    public static EnteredCommand[] Unpack(byte[] packed)
    {
        var commands = new List<EnteredCommand>();
        var reader = new PackedReader(packed);
        var before = new OrderCommandPacking.Before();
        var id = "";
        while (!reader.AtEnd)
        {
            var command = OrderCommandPacking.Read(ref reader, ref before);
            id = reader.Id(id, out var flags);
            commands.Add(new(command, id, (flags & HasFingerprint) != 0 ? reader.Fixed() : 0, (flags & HasEnteredVersion) != 0 ? reader.Signed() : 0));
        }

        return [.. commands];
    }
}
