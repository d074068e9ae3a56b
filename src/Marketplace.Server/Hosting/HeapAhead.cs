using System.Diagnostics;
using System.Runtime.InteropServices;

namespace Marketplace.Server.Hosting;

/// <summary>
/// Has the machine fill memory ahead of the managed heap while the process has nothing else to do: a venue under load grows by some 200 bytes an order, and a machine that has to
/// find and clear that memory takes up to 9 ms for each 2 MiB of it (docs/decisions/0043-memory-is-filled-ahead.md). As much as the heap has grown to is kept ahead, within bounds.
/// </summary>
internal sealed unsafe partial class HeapAhead
{
    /// <summary>The least kept ahead, bytes.</summary>
    public const long Least = 16L << 20;

    /// <summary>The most kept ahead, bytes.</summary>
    public const long Most = 1L << 30;

    /// <summary>And no more than this share of the memory the process may use.</summary>
    public const int ShareOfMachine = 16;

    private const nuint Piece = 2 << 20;

    // madvise(2), since Linux 5.14: pages are made as if they were written to, and nothing in them changes; memory that is closed is an error.
    private const int PopulateWrite = 23;

    private static readonly TimeSpan LongestSpell = TimeSpan.FromMilliseconds(100);

    private readonly ulong _from;
    private readonly ulong _to;
    private readonly long _heapAtFirst = GC.GetGCMemoryInfo(GCKind.Any).TotalCommittedBytes;
    private ulong _next;

    /// <summary>Memory ahead of a heap that grows into a piece of address space from its beginning on.</summary>
    public HeapAhead((ulong From, ulong To) reserve) => (_from, _to, _next) = (reserve.From, reserve.To, reserve.From);

    /// <summary>How many bytes are to be there ahead of a heap of a size, in a process that may use so much memory.</summary>
    public static long BytesAheadOf(long heap, long machine) => Math.Min(Math.Clamp(heap, Least, Most), machine / ShareOfMachine);

    /// <summary>Has the machine fill a piece of memory; false where the memory is closed or the machine cannot.</summary>
    public static bool Fill(void* from, nuint bytes) => Advise(from, bytes, PopulateWrite) == 0;

    /// <summary>Goes on filling for a while, up to where it is wanted; where it got to.</summary>
    public ulong Fill()
    {
        var known = GC.GetGCMemoryInfo(GCKind.Any);
        if (known.MemoryLoadBytes > known.HighMemoryLoadThresholdBytes)
        {
            return _next;
        }

        var heap = known.TotalCommittedBytes;
        var end = Math.Min(_to, _from + (ulong)(Math.Max(0, heap - _heapAtFirst) + BytesAheadOf(heap, known.TotalAvailableMemoryBytes)));
        for (var clock = Stopwatch.StartNew(); _next + Piece <= end && clock.Elapsed < LongestSpell; _next += Piece)
        {
            // What the runtime has closed again it opens itself when it needs it.
            Fill((void*)_next, Piece);
        }

        return _next;
    }

    [LibraryImport("libc", EntryPoint = "madvise")]
    private static partial int Advise(void* from, nuint bytes, int advice);
}
