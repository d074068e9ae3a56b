using System.Diagnostics;

namespace Marketplace.Journal.Tests;

/// <summary>Figures of the journal beside a plain file on the same disk, each pair from one run. Not part of a test run: started by name, in Release.</summary>
public sealed class JournalFigures(ITestOutputHelper output) : IDisposable
{
    private readonly TestDirectory _directory = new();

    public void Dispose() => _directory.Dispose();

    [Fact(Explicit = true)]
    public async Task Flushes_a_second_of_one_writer_alone_beside_a_plain_append_with_fdatasync()
    {
        const int flushes = 3_000;
        await using Log log = _directory.Open();
        await using StreamClaim claim = log.Claim("account/1");
        byte[] payload = new byte[200];
        for (int i = 0; i < 500; i++) await log.WhenDurable(claim.Append(payload));
        double plain = Appends(flushes, 4096), plainAgain;
        var times = new long[flushes];
        long started = Stopwatch.GetTimestamp();
        for (int i = 0; i < flushes; i++)
        {
            long begun = Stopwatch.GetTimestamp();
            await log.WhenDurable(claim.Append(payload));
            times[i] = Stopwatch.GetTimestamp() - begun;
        }
        double alone = flushes / Stopwatch.GetElapsedTime(started).TotalSeconds;
        plainAgain = Appends(flushes, 4096);
        Array.Sort(times);
        Tell($"plain append of 4 KiB + fdatasync: {plain:F0} and {plainAgain:F0} a second");
        Tell($"journal, one writer alone: {alone:F0} flushes a second, {alone / ((plain + plainAgain) / 2):F2} of plain; p50 {Micros(times[flushes / 2]):F0} us, p99 {Micros(times[flushes * 99 / 100]):F0} us");
    }

    [Theory(Explicit = true)]
    [InlineData(4)]
    [InlineData(128)]
    public async Task Records_a_second_of_writers_that_each_wait_for_their_last(int writers)
    {
        await using Log log = _directory.Open();
        long records = 0, started = Stopwatch.GetTimestamp();
        await Task.WhenAll(Enumerable.Range(0, writers).Select(i => Task.Run(async () =>
        {
            await using StreamClaim claim = log.Claim($"account/{i}");
            byte[] payload = new byte[100];
            while (Stopwatch.GetElapsedTime(started) < TimeSpan.FromSeconds(3))
            {
                await log.WhenDurable(claim.Append(payload));
                Interlocked.Increment(ref records);
            }
        })));
        double seconds = Stopwatch.GetElapsedTime(started).TotalSeconds;
        Tell($"{writers} writers: {records / seconds:F0} acknowledged records a second in {log.DurablePosition / seconds:F0} flushes a second");
    }

    [Theory(Explicit = true)]
    [InlineData(64 * 1024)]
    [InlineData(1024 * 1024)]
    public async Task Megabytes_a_second_with_rows_of(int rowBytes)
    {
        const long bytes = 512L * 1024 * 1024;
        await using Log log = Log.Open(_directory.Options with { MaxRowBytes = rowBytes });
        await using StreamClaim claim = log.Claim("account/1");
        byte[] payload = new byte[rowBytes / 16 - 64];
        new Random(1).NextBytes(payload);
        double plain = Appends((int)(64L * 1024 * 1024 / rowBytes), rowBytes) * rowBytes / 1e6;
        long started = Stopwatch.GetTimestamp();
        for (long written = 0; written < bytes; written += payload.Length)
        {
            long position = claim.Append(payload);
            if (log.QueuedBytes > 64 * 1024 * 1024) await log.WhenDurable(position - 16);
        }
        await log.WhenDurable(log.Position);
        double rate = bytes / 1e6 / Stopwatch.GetElapsedTime(started).TotalSeconds;
        Tell($"rows of {rowBytes}: {rate:F0} MB a second, plain append + fdatasync of the same size {plain:F0}");
    }

    [Fact(Explicit = true)]
    public async Task Nanoseconds_and_bytes_of_an_append_of_60_bytes_under_load()
    {
        const int streams = 1_000, appends = 4_000_000;
        await using Log log = _directory.Open();
        StreamClaim[] claims = [.. Enumerable.Range(0, streams).Select(i => log.Claim($"account/{i}"))];
        byte[] payload = new byte[60];
        new Random(1).NextBytes(payload);
        await Run(appends / 4);
        long allocated = GC.GetTotalAllocatedBytes(precise: true), rows = log.Position, started = Stopwatch.GetTimestamp();
        TimeSpan inAppend = await Run(appends);
        TimeSpan all = Stopwatch.GetElapsedTime(started);
        allocated = GC.GetTotalAllocatedBytes(precise: true) - allocated;
        Tell($"append of 60 bytes: {inAppend.TotalNanoseconds / appends:F0} ns, {(double)allocated / appends:F1} bytes allocated (all threads); {appends / all.TotalSeconds:F0} durable records a second in {log.Position - rows} rows");

        async Task<TimeSpan> Run(int count)
        {
            var spent = TimeSpan.Zero;
            for (int done = 0; done < count;)
            {
                long begun = Stopwatch.GetTimestamp(), position = 0;
                for (int i = 0; i < 1_000; i++, done++) position = claims[done % streams].Append(payload, (done & 3) == 0 ? Wake.At(done) : Wake.Unchanged);
                spent += Stopwatch.GetElapsedTime(begun);
                if (log.QueuedBytes > 8 * 1024 * 1024) await log.WhenDurable(position - 1);
            }
            await log.WhenDurable(log.Position);
            return spent;
        }
    }

    [Fact(Explicit = true)]
    public async Task Milliseconds_to_open_a_million_records_with_and_without_a_snapshot()
    {
        await using (Log log = Log.Open(_directory.Options with { MaxRowBytes = 32 * 1024 }))
        {
            StreamClaim[] claims = [.. Enumerable.Range(0, 2_000).Select(i => log.Claim($"account/{i}"))];
            byte[] payload = new byte[80];
            for (int i = 0; i < 1_000_000; i++) claims[i * 7 % claims.Length].Append(payload, Wake.At(i));
            await log.WhenDurable(log.Position);
        }
        Tell($"open without a snapshot: {await Open():F0} ms");
        await using (Log log = _directory.Open()) Fold.Snapshot(log);
        Tell($"open with a snapshot: {await Open():F0} ms");
        long started = Stopwatch.GetTimestamp();
        Assert.True(Verify.Run(_directory.Path).IsWhole);
        Tell($"verify: {Stopwatch.GetElapsedTime(started).TotalMilliseconds:F0} ms");

        async Task<double> Open()
        {
            long begun = Stopwatch.GetTimestamp();
            await using Log log = _directory.Open();
            double millis = Stopwatch.GetElapsedTime(begun).TotalMilliseconds;
            Assert.Equal(1_000_000, log.Streams("").Sum(stream => log.VersionAt(stream, long.MaxValue)));
            return millis;
        }
    }

    private static double Micros(long ticks) => Stopwatch.GetElapsedTime(0, ticks).TotalMicroseconds;

    /// <summary>Appends a second to a plain file, each synced before the next.</summary>
    private double Appends(int count, int bytes)
    {
        string path = _directory.File("plain");
        byte[] block = new byte[bytes];
        using var file = NativeFile.Open(path, create: true);
        long started = Stopwatch.GetTimestamp();
        for (int i = 0; i < count; i++)
        {
            NativeFile.WriteAt(file, path, block, (long)i * bytes);
            NativeFile.SyncContent(file, path);
        }
        double rate = count / Stopwatch.GetElapsedTime(started).TotalSeconds;
        File.Delete(path);
        return rate;
    }

    private void Tell(string figure) => output.WriteLine(figure);
}
