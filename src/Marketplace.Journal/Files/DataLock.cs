using System.Diagnostics;
using System.Globalization;
using System.Text;
using Microsoft.Win32.SafeHandles;

namespace Marketplace.Journal;

/// <summary>The data directory's lock: one process owns the directory and with it every stream. It ends with the process, however that ends.</summary>
internal sealed class DataLock : IDisposable
{
    public const string FileName = "lock";

    private const int MaxOwnerBytes = 256;
    private static readonly TimeSpan s_pause = TimeSpan.FromMilliseconds(25);

    private readonly SafeFileHandle _file;

    private DataLock(SafeFileHandle file) => _file = file;

    /// <summary>Locks the directory; waits up to <paramref name="patience"/> for a process that is just ending, then throws <see cref="DataLockedException"/>.</summary>
    public static DataLock Acquire(string directory, TimeSpan patience)
    {
        string path = Path.Combine(directory, FileName);
        SafeFileHandle file = NativeFile.Open(path, create: true);
        try
        {
            long started = Stopwatch.GetTimestamp();
            while (!NativeFile.TryLock(file, path))
            {
                if (Stopwatch.GetElapsedTime(started) >= patience) throw new DataLockedException(directory, ReadOwner(file));
                Thread.Sleep(s_pause);
            }
            WriteOwner(file, path);
            return new DataLock(file);
        }
        catch (JournalException)
        {
            file.Dispose();
            throw;
        }
    }

    /// <summary>Throws when a process has the directory; changes nothing and holds the lock while the result lives. Null when there is no lock file.</summary>
    public static IDisposable? HoldForReading(string directory)
    {
        string path = Path.Combine(directory, FileName);
        if (!File.Exists(path)) return null;
        SafeFileHandle file = NativeFile.Open(path, create: false);
        if (NativeFile.TryLock(file, path)) return file;
        using (file) throw new DataLockedException(directory, ReadOwner(file));
    }

    public void Dispose() => _file.Dispose();

    private static void WriteOwner(SafeFileHandle file, string path)
    {
        using Process self = Process.GetCurrentProcess();
        string started = self.StartTime.ToUniversalTime().ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture);
        byte[] owner = Encoding.UTF8.GetBytes($"process {self.Id} ({self.ProcessName}) on {Environment.MachineName}, started {started}\n");
        byte[] content = new byte[MaxOwnerBytes];
        content.AsSpan().Fill((byte)' ');
        owner.AsSpan(0, Math.Min(owner.Length, MaxOwnerBytes)).CopyTo(content);
        NativeFile.WriteAt(file, path, content, 0);
    }

    private static string ReadOwner(SafeFileHandle file)
    {
        Span<byte> content = stackalloc byte[MaxOwnerBytes];
        string owner = Encoding.UTF8.GetString(content[..RandomAccess.Read(file, content, 0)]).Trim();
        return owner.Length == 0 ? "another process" : owner;
    }
}
