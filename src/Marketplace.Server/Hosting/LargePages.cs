using System.Globalization;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Marketplace.Server.Hosting;

/// <summary>
/// Asks Linux to back the managed heap with large pages (2 MiB on x64) as it grows, where the machine hands them out to who asks: "madvise", the usual setting, or "always" in
/// /sys/kernel/mm/transparent_hugepage/enabled. The runtime reserves its heap once and opens it for use a few pages at a time, and a large page has to fit into what is open
/// (docs/decisions/0041-large-pages.md); so the reserved memory is opened here, as much as the machine has. None of it is used before the runtime uses it. Where this cannot be done,
/// everything works the same, only slower.
/// </summary>
internal static unsafe partial class LargePages
{
    private const string Setting = "/sys/kernel/mm/transparent_hugepage/enabled";
    private const string Overcommit = "/proc/sys/vm/overcommit_memory";

    // What is opened counts as promised where memory is promised strictly (vm.overcommit_memory, proc_sys_vm(5)).
    private const string Strictly = "2";

    // Less than this is not what a 64-bit runtime reserves for a heap.
    private const ulong LeastReserve = 1UL << 30;
    private const ulong LargePage = 2UL << 20;

    // mprotect(2) and madvise(2), by Linux's <asm-generic/mman-common.h>.
    private const int ReadAndWrite = 1 | 2;
    private const int AdviseHugePage = 14, AdviseDump = 17;

    /// <summary>Asks, once at the start of the process; what the heap grows into with large pages from now on, or null where it does not.</summary>
    public static (ulong From, ulong To)? AskForHeap()
    {
        if (!AreHandedOut())
        {
            return null;
        }

        var onHeap = (ulong)Unsafe.AsPointer(ref MemoryMarshal.GetArrayDataReference(GC.AllocateUninitializedArray<byte>(1, pinned: true)));
        if (ReserveOf(onHeap, File.ReadLines("/proc/self/maps")) is not var (from, to))
        {
            return null;
        }

        var machine = (ulong)GC.GetGCMemoryInfo().TotalAvailableMemoryBytes;
        var bytes = (nuint)(Math.Min(to - from, machine) / LargePage * LargePage);
        // The runtime leaves out of core dumps what it has not opened, and that would be another border no large page reaches across.
        return Protect((void*)from, bytes, ReadAndWrite) == 0 && Advise((void*)from, bytes, AdviseDump) == 0 && Advise((void*)from, bytes, AdviseHugePage) == 0
            ? (from, from + bytes)
            : null;
    }

    /// <summary>Whether this machine gives large pages to who asks, and promises memory freely.</summary>
    internal static bool AreHandedOut() => OperatingSystem.IsLinux() && AreHandedOut(TextOf(Setting), TextOf(Overcommit));

    /// <summary>Whether a machine with these settings does; null is a kernel without them.</summary>
    internal static bool AreHandedOut(string? setting, string? overcommit)
        => setting is not null && !setting.Contains("[never]", StringComparison.Ordinal) && overcommit is not (null or Strictly);

    /// <summary>
    /// The memory without a file and closed to all access into which a heap that holds an address can grow: the largest mapping of that kind that nothing but memory without a file
    /// lies between, from a process's list of mappings (proc_pid_maps(5)). Null when there is none.
    /// </summary>
    internal static (ulong From, ulong To)? ReserveOf(ulong onHeap, IEnumerable<string> maps)
    {
        (ulong From, ulong To)? largest = null;
        var end = onHeap;
        foreach (var line in maps)
        {
            // from-to access offset device inode name; memory without a file has inode 0.
            var fields = line.Split(' ', 6, StringSplitOptions.RemoveEmptyEntries);
            var ends = fields[0].Split('-');
            var (from, to) = (Address(ends[0]), Address(ends[1]));
            if (to <= onHeap)
            {
                continue;
            }

            if (from > end || fields[4] != "0")
            {
                break;
            }

            end = to;
            var bytes = to - from;
            if (fields[1] == "---p" && bytes >= LeastReserve && (largest is not var (low, high) || bytes > high - low))
            {
                largest = (from, to);
            }
        }

        return largest;

        static ulong Address(string digits) => ulong.Parse(digits, NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture);
    }

    private static string? TextOf(string file) => File.Exists(file) ? File.ReadAllText(file).Trim() : null;

    [LibraryImport("libc", EntryPoint = "mprotect")]
    private static partial int Protect(void* from, nuint bytes, int access);

    [LibraryImport("libc", EntryPoint = "madvise")]
    private static partial int Advise(void* from, nuint bytes, int advice);
}
