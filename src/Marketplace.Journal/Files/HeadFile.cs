using Microsoft.Win32.SafeHandles;

namespace Marketplace.Journal;

/// <summary>
/// The head in a file of its own beside the store tells what the store holds by itself: two checksummed slots, written in turn, so that a torn write leaves the other whole.
/// Written by one thread at a time.
/// </summary>
internal sealed class HeadFile : IDisposable
{
    public const string FileName = "head";

    // A slot a block: tearing one cannot touch the other.
    private const int SlotSpacing = 4096;

    /// <summary>The length of the file.</summary>
    public const int Bytes = 2 * SlotSpacing;

    private readonly string _path;
    private readonly SafeFileHandle _file;
    private readonly byte[] _slot = new byte[Head.SlotBytes];
    private int _next;

    private HeadFile(string path, SafeFileHandle file, Head current, int next)
    {
        (_path, _file, Current, _next) = (path, file, current, next);
    }

    /// <summary>The last head written through.</summary>
    public Head Current { get; private set; }

    /// <summary>The slots of a directory's head as they are; null slots are damaged. Null when there is no file.</summary>
    public static Head?[]? ReadSlots(string directory)
    {
        string path = Path.Combine(directory, FileName);
        if (!File.Exists(path)) return null;
        byte[] bytes = File.ReadAllBytes(path);
        return [SlotAt(bytes, 0), SlotAt(bytes, 1)];
    }

    /// <summary>Whether a directory has a head that was written beside a tail: then it must have a tail.</summary>
    public static bool IsBesideTail(string directory)
    {
        string path = Path.Combine(directory, FileName);
        if (!File.Exists(path)) return false;
        byte[] bytes = File.ReadAllBytes(path);
        return Head.IsBesideTail(BytesOfSlot(bytes, 0)) || Head.IsBesideTail(BytesOfSlot(bytes, 1));
    }

    /// <summary>The slot that counts; null when neither is whole.</summary>
    public static Head? Newest(Head?[] slots) => IsNewer(slots[1], slots[0]) ? slots[1] : slots[0];

    /// <summary>Opens the head for writing; throws when neither slot is whole.</summary>
    public static HeadFile Open(string directory)
    {
        Head?[] slots = ReadSlots(directory) ?? throw new JournalCorruptException(FileName, "the file is missing");
        if (slots[0] is null && slots[1] is null) throw new JournalCorruptException(FileName, "both slots are damaged");
        int newest = Newest(slots) == slots[1] ? 1 : 0;
        string path = Path.Combine(directory, FileName);
        return new HeadFile(path, NativeFile.Open(path, create: false), slots[newest]!.Value, 1 - newest);
    }

    /// <summary>Makes the head of a log without rows; it is there whole or not at all.</summary>
    public static HeadFile Create(string directory, Head first)
    {
        string path = Path.Combine(directory, FileName), fresh = path + ".new";
        SafeFileHandle file = NativeFile.Open(fresh, create: true);
        try
        {
            byte[] both = new byte[Bytes];
            first.Write(both.AsSpan(0, Head.SlotBytes));
            first.Write(both.AsSpan(SlotSpacing, Head.SlotBytes));
            NativeFile.WriteAt(file, fresh, both, 0);
            NativeFile.SyncAll(file, fresh);
            File.Move(fresh, path, overwrite: false);
            NativeFile.SyncDirectory(directory);
            return new HeadFile(path, file, first, 1);
        }
        catch (JournalException)
        {
            file.Dispose();
            throw;
        }
    }

    /// <summary>Writes the head through; when this returns it is durable.</summary>
    public void Write(Head head)
    {
        Require.That(head.Position >= Current.Position && head.Term >= Current.Term);
        head.Write(_slot);
        NativeFile.WriteAt(_file, _path, _slot, (long)_next * SlotSpacing);
        NativeFile.SyncContent(_file, _path);
        _next = 1 - _next;
        Current = head;
    }

    public void Dispose() => _file.Dispose();

    private static bool IsNewer(Head? left, Head? right)
        => left is { } a && (right is not { } b || (a.Position, a.Term).CompareTo((b.Position, b.Term)) > 0);

    private static Head? SlotAt(byte[] bytes, int index) => Head.Read(BytesOfSlot(bytes, index));

    /// <summary>Empty where the file is too short, which is no whole slot.</summary>
    private static ReadOnlySpan<byte> BytesOfSlot(byte[] bytes, int index)
    {
        int start = index * SlotSpacing;
        return bytes.Length < start + Head.SlotBytes ? default : bytes.AsSpan(start, Head.SlotBytes);
    }
}
