using System.Runtime.InteropServices;

namespace Marketplace.Server.Hosting;

/// <summary>
/// The memory of native libraries, SQLite's above all: by glibc's defaults the buffers of a large row go back to the system when they are freed and are asked for again, page by
/// page, for the next row. Kept instead, as the managed heap keeps its own (docs/decisions/0038-memory-is-kept.md). Another C library is left as it is.
/// </summary>
internal static unsafe class NativeHeap
{
    // mallopt(3), by glibc's <malloc.h>.
    private const int TrimThreshold = -1, MapThreshold = -3;

    // The largest that glibc takes: what is smaller comes from the heap, and not from a mapping of its own.
    private const int LargestFromHeap = 32 << 20;
    private const int MostKept = 64 << 20;

    /// <summary>Keeps what is freed from now on; false where the C library is not glibc.</summary>
    public static bool KeepFreed()
    {
        if (!OperatingSystem.IsLinux() || !NativeLibrary.TryLoad("libc.so.6", out var library) || !NativeLibrary.TryGetExport(library, "mallopt", out var export))
        {
            return false;
        }

        var set = (delegate* unmanaged<int, int, int>)export;
        return set(MapThreshold, LargestFromHeap) == 1 && set(TrimThreshold, MostKept) == 1;
    }
}
