using System.Runtime.InteropServices;
using Marketplace.Server.Hosting;

namespace Marketplace.EndToEnd.Tests;

/// <summary>The memory kept ahead of the server's heap.</summary>
public sealed unsafe partial class HeapAheadTests
{
    private const int Page = 4096;
    private const int Region = 1 << 30;

    // mmap(2), by Linux's <asm-generic/mman-common.h>.
    private const int Closed = 0, ReadAndWrite = 1 | 2, PrivateWithoutFile = 2 | 0x20;

    [Theory]
    [InlineData(0, 16_384, 16)]
    [InlineData(100, 16_384, 100)]
    [InlineData(10_000, 32_768, 1_024)]
    [InlineData(700, 1_024, 64)]
    public void As_much_is_kept_ahead_as_the_heap_has_within_bounds(long heapMebibytes, long machineMebibytes, long aheadMebibytes)
        => Assert.Equal(aheadMebibytes << 20, HeapAhead.BytesAheadOf(heapMebibytes << 20, machineMebibytes << 20));

    [Fact]
    public void What_is_ahead_is_filled_piece_by_piece_and_no_more_than_that()
    {
        Assert.SkipUnless(LargePages.AreHandedOut(), "this machine hands out no large pages");
        using var region = new Mapping(ReadAndWrite);
        var from = (ulong)region.At;
        var ahead = new HeapAhead((from, from + Region));
        var next = from;
        while (ahead.Fill() is var then && then != next)
        {
            next = then;
        }

        Assert.InRange((long)(next - from), HeapAhead.Least, Region);
        Assert.Equal((long)(next - from), region.ResidentBytes());
    }

    [Fact]
    public void Closed_memory_is_left_alone()
    {
        Assert.SkipUnless(LargePages.AreHandedOut(), "this machine hands out no large pages");
        using var region = new Mapping(Closed);
        Assert.False(HeapAhead.Fill(region.At, 2 << 20));
        Assert.Equal(0, region.ResidentBytes());
    }

    [LibraryImport("libc", EntryPoint = "mmap")]
    private static partial nint Map(nint at, nuint bytes, int access, int flags, int file, long offset);

    [LibraryImport("libc", EntryPoint = "munmap")]
    private static partial int Unmap(nint at, nuint bytes);

    [LibraryImport("libc", EntryPoint = "mincore")]
    private static partial int Resident(nint at, nuint bytes, byte* pages);

    /// <summary>Address space of its own.</summary>
    private sealed class Mapping : IDisposable
    {
        private readonly nint _at;

        public Mapping(int access)
        {
            _at = Map(0, Region, access, PrivateWithoutFile, -1, 0);
            Assert.NotEqual(-1, _at);
        }

        public void* At => (void*)_at;

        public long ResidentBytes()
        {
            var pages = new byte[Region / Page];
            fixed (byte* first = pages)
            {
                Assert.Equal(0, Resident(_at, Region, first));
            }

            return pages.LongCount(page => (page & 1) == 1) * Page;
        }

        public void Dispose() => Unmap(_at, Region);
    }
}
