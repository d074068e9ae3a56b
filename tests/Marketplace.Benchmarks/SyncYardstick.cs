using System.Diagnostics;
using System.Runtime.InteropServices;

namespace Marketplace.Benchmarks;

/// <summary>The yardstick of durability: appends of 4 KiB, each with a native fdatasync, in the same file system.</summary>
internal static partial class SyncYardstick
{
    /// <summary>Microseconds of each append with its sync.</summary>
    public static double[] Measure(string directory, int appends)
    {
        var path = Path.Combine(directory, "yardstick");
        using var file = File.OpenHandle(path, FileMode.Create, FileAccess.Write, FileShare.None, FileOptions.None);
        var page = new byte[4096];
        var micros = new double[appends];
        for (var i = 0; i < appends; i++)
        {
            var started = Stopwatch.GetTimestamp();
            RandomAccess.Write(file, page, (long)i * page.Length);
            if (DataSync((int)file.DangerousGetHandle()) != 0)
            {
                throw new IOException("fdatasync failed");
            }

            micros[i] = Stopwatch.GetElapsedTime(started).TotalMicroseconds;
        }

        File.Delete(path);
        return micros;
    }

    [LibraryImport("libc", EntryPoint = "fdatasync", SetLastError = true)]
    private static partial int DataSync(int descriptor);
}
