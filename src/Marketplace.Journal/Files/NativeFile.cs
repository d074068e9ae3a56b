using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace Marketplace.Journal;

/// <summary>
/// Files by the system's own calls (Linux). The runtime's flushing returns normally when the sync failed, and its opening takes shared locks;
/// neither will do where durability and ownership rest on it.
/// </summary>
internal static partial class NativeFile
{
    private const int ReadOnly = 0, ReadWrite = 2, Create = 0x40, CloseOnExec = 0x80000;
    private const int OwnerReadsAndWrites = 0x180;
    private const int LockExclusive = 2, LockNonBlocking = 4;
    private const int Interrupted = 4, WouldBlock = 11, NoSpace = 28, QuotaExceeded = 122;

    /// <summary>Opens a file for reading and writing, readable by its owner only when it has to be made.</summary>
    public static SafeFileHandle Open(string path, bool create)
        => OpenWith(path, ReadWrite | CloseOnExec | (create ? Create : 0));

    /// <summary>Makes what was written to the file durable.</summary>
    public static void SyncContent(SafeFileHandle file, string path)
    {
        while (FdataSync(file) != 0) ThrowUnlessInterrupted("fdatasync", path);
    }

    /// <summary>Makes the file durable with its length.</summary>
    public static void SyncAll(SafeFileHandle file, string path)
    {
        while (Fsync(file) != 0) ThrowUnlessInterrupted("fsync", path);
    }

    /// <summary>Makes the names in a directory durable: files made, renamed and removed.</summary>
    public static void SyncDirectory(string path)
    {
        using SafeFileHandle directory = OpenWith(path, ReadOnly | CloseOnExec);
        SyncAll(directory, path);
    }

    /// <summary>Locks the file for this open file alone; false when another has it. The lock ends with the process.</summary>
    public static bool TryLock(SafeFileHandle file, string path)
    {
        while (Flock(file, LockExclusive | LockNonBlocking) != 0)
        {
            if (Marshal.GetLastPInvokeError() == WouldBlock) return false;
            ThrowUnlessInterrupted("flock", path);
        }
        return true;
    }

    /// <summary>Writes all bytes at a place of the file.</summary>
    public static void WriteAt(SafeFileHandle file, string path, ReadOnlySpan<byte> bytes, long at)
    {
        while (!bytes.IsEmpty)
        {
            nint written = Pwrite(file, bytes, (nuint)bytes.Length, at);
            if (written < 0)
            {
                ThrowUnlessInterrupted("pwrite", path);
                continue;
            }
            bytes = bytes[(int)written..];
            at += written;
        }
    }

    private static SafeFileHandle OpenWith(string path, int flags)
    {
        int descriptor;
        while ((descriptor = OpenFile(path, flags, OwnerReadsAndWrites)) < 0) ThrowUnlessInterrupted("open", path);
        return new SafeFileHandle(descriptor, ownsHandle: true);
    }

    private static void ThrowUnlessInterrupted(string call, string path)
    {
        int error = Marshal.GetLastPInvokeError();
        if (error == Interrupted) return;
        string message = $"{Path.GetFileName(path)}: {call} failed: {Marshal.GetPInvokeErrorMessage(error)}";
        if (error is NoSpace or QuotaExceeded) throw new NoRoomException(message);
        throw new StoreFailedException(message);
    }

    [LibraryImport("libc", EntryPoint = "open", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int OpenFile(string path, int flags, int mode);

    [LibraryImport("libc", EntryPoint = "pwrite", SetLastError = true)]
    private static partial nint Pwrite(SafeFileHandle file, ReadOnlySpan<byte> bytes, nuint count, long at);

    [LibraryImport("libc", EntryPoint = "fdatasync", SetLastError = true)]
    private static partial int FdataSync(SafeFileHandle file);

    [LibraryImport("libc", EntryPoint = "fsync", SetLastError = true)]
    private static partial int Fsync(SafeFileHandle file);

    [LibraryImport("libc", EntryPoint = "flock", SetLastError = true)]
    private static partial int Flock(SafeFileHandle file, int operation);
}
