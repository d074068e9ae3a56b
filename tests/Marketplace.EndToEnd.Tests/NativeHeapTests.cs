using System.Globalization;
using System.Runtime.InteropServices;
using Marketplace.Server.Hosting;

namespace Marketplace.EndToEnd.Tests;

/// <summary>What native libraries free.</summary>
public sealed unsafe class NativeHeapTests
{
    private const int Blocks = 8;
    private const int BlockBytes = 1 << 20;
    private const int Rounds = 50;

    [Fact]
    public void What_is_freed_is_there_for_the_next_row_without_a_fault_for_each_of_its_pages()
    {
        Assert.SkipUnless(NativeHeap.KeepFreed(), "The C library is not glibc.");
        long faults = 0;

        // A thread of its own has the arena it begins with.
        var thread = new Thread(() =>
        {
            AllocateAndFree();
            var before = Faults();
            for (var round = 0; round < Rounds; round++)
            {
                AllocateAndFree();
            }

            faults = Faults() - before;
        });
        thread.Start();
        thread.Join();
        Assert.InRange(faults, 0, (long)Rounds * Blocks * BlockBytes / Environment.SystemPageSize / 10);
    }

    private static void AllocateAndFree()
    {
        var blocks = stackalloc void*[Blocks];
        for (var at = 0; at < Blocks; at++)
        {
            blocks[at] = NativeMemory.Alloc(BlockBytes);
            new Span<byte>(blocks[at], BlockBytes).Fill(1);
        }

        for (var at = 0; at < Blocks; at++)
        {
            NativeMemory.Free(blocks[at]);
        }
    }

    // Minor faults of this thread: the tenth field of stat, the eighth behind the name (proc(5)).
    private static long Faults()
    {
        var stat = File.ReadAllText("/proc/thread-self/stat");
        return long.Parse(stat[(stat.LastIndexOf(')') + 2)..].Split(' ')[7], CultureInfo.InvariantCulture);
    }
}
