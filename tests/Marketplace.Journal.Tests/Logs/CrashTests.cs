namespace Marketplace.Journal.Tests;

/// <summary>The files as a crash leaves them: each start goes on, or stops with 74 and says where; nothing acknowledged is lost.</summary>
public sealed class CrashTests : IDisposable
{
    private readonly TestDirectory _directory = new();

    public void Dispose() => _directory.Dispose();

    private static string[] All(Log log) => log.ReadRows(1, long.MaxValue).SelectMany(row => row.Records)
        .Select(record => $"{record.Position} {record.Stream} {record.Version} {record.Wake} {Convert.ToHexString(record.Payload.Span)}").ToArray();

    [Fact]
    public async Task A_crash_at_any_commit_loses_nothing_that_was_acknowledged()
    {
        long acknowledged = 0;
        var crashes = new List<(long Committed, long Acknowledged, TestDirectory Files)>();
        var store = new ObservedStore(new SqliteJournalStore(_directory.Path), position => crashes.Add((position, Volatile.Read(ref acknowledged), _directory.Copy())));
        string[] all;
        await using (Log log = Log.Open(_directory.Options, store))
        {
            await Trading.Run(log, 40, seed: 1, position => Volatile.Write(ref acknowledged, position));
            all = All(log);
        }
        Assert.True(crashes.Count >= 40);
        foreach ((long committed, long before, TestDirectory files) in crashes)
        {
            await using (Log log = files.Open())
            {
                Assert.Equal(committed, log.DurablePosition);
                Assert.InRange(before, 0, committed);
                string[] found = All(log);
                Assert.Equal(all[..found.Length], found);
                await Trading.Run(log, 2, seed: 2);
            }
            Assert.True(Verify.Run(files.Path).IsWhole);
            files.Dispose();
        }
    }

    /// <summary>Files after a crash in the moment in which the last row was committed and its head not yet written, or written.</summary>
    private async Task<TestDirectory> Crashed(bool headWritten)
    {
        TestDirectory? crashed = null;
        var store = new ObservedStore(new SqliteJournalStore(_directory.Path), position => crashed ??= position == 8 && !headWritten ? _directory.Copy() : null);
        await using Log log = Log.Open(_directory.Options, store);
        await using StreamClaim account = log.Claim("account/1"), book = log.Claim("book/H100");
        for (int i = 1; i <= 8; i++) await log.Write(i % 2 == 0 ? account : book, $"record {i}", Wake.At(i));
        return crashed ?? _directory.Copy();
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task The_last_flush_cut_at_any_byte_is_dropped_when_it_was_not_acknowledged_and_named_when_it_was(bool headWritten)
    {
        using TestDirectory crashed = await Crashed(headWritten);
        byte[] written = File.ReadAllBytes(crashed.File("journal.db-wal"));
        const int lastFlushBytes = 4096 + 24;
        int stride = Environment.GetEnvironmentVariable("MARKETPLACE_REQUIRE_ALL") == "1" ? 1 : 97, tried = 0;
        for (int cut = written.Length - lastFlushBytes; cut < written.Length; cut += stride, tried++)
        {
            using TestDirectory files = crashed.Copy();
            File.WriteAllBytes(files.File("journal.db-wal"), written[..cut]);
            if (headWritten)
            {
                VerifyReport report = Verify.Run(files.Path);
                Assert.Contains(report.Findings, finding => finding is { Position: 7, File: "journal.db" } && finding.What.Contains("the head tells of position 8"));
                var corrupt = Assert.Throws<JournalCorruptException>(files.Open);
                Assert.Equal((74, "log 1 position 7"), (corrupt.ExitCode, corrupt.Place));
                continue;
            }
            await using Log log = files.Open();
            Assert.Equal(7, log.DurablePosition);
            if (tried % 20 == 0) await Trading.Run(log, 1, seed: 4);
        }
        Assert.True(tried > 40);
    }

    [Fact]
    public async Task Garbage_behind_the_last_flush_changes_nothing()
    {
        using TestDirectory crashed = await Crashed(headWritten: true);
        var random = new Random(11);
        for (int length = 1; length < 20_000; length += 997)
        {
            using TestDirectory files = crashed.Copy();
            byte[] garbage = new byte[length];
            random.NextBytes(garbage);
            await using (FileStream log = File.Open(files.File("journal.db-wal"), FileMode.Append)) await log.WriteAsync(garbage, TestContext.Current.CancellationToken);
            Assert.True(Verify.Run(files.Path).IsWhole);
            await using Log opened = files.Open();
            Assert.Equal(8, opened.DurablePosition);
            await Trading.Run(opened, 1, seed: 5);
        }
    }

    [Theory]
    [InlineData("journal.db-wal")]
    [InlineData("journal.db")]
    [InlineData("head")]
    public async Task A_missing_or_emptied_file_is_named_and_no_start_is_made(string name)
    {
        using TestDirectory crashed = await Crashed(headWritten: true);
        foreach (bool emptied in new[] { true, false })
        {
            using TestDirectory files = crashed.Copy();
            if (emptied) File.WriteAllBytes(files.File(name), []);
            else File.Delete(files.File(name));
            Assert.Contains(Verify.Run(files.Path).Findings, finding => !finding.Tolerable);
            Assert.Equal(74, Assert.Throws<JournalCorruptException>(files.Open).ExitCode);
            if (name != "journal.db-wal") Assert.Equal(emptied, File.Exists(files.File(name)));
        }
    }

    [Fact]
    public async Task A_start_cut_short_before_the_head_was_made_is_begun_again()
    {
        using (var store = new SqliteJournalStore(_directory.Path))
        {
            store.Open(mayCreate: true);
            store.CreateLog();
        }
        await using Log log = _directory.Open();
        Assert.Equal(0, log.DurablePosition);
        await Trading.Run(log, 2, seed: 6);
    }
}
