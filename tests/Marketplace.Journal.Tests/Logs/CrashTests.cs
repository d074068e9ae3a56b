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

    /// <summary>Files after a crash in the moment in which the last row was in the store and not yet in the tail, or there too and acknowledged.</summary>
    private async Task<TestDirectory> Crashed(bool acknowledged)
    {
        TestDirectory? crashed = null;
        var store = new ObservedStore(new SqliteJournalStore(_directory.Path), position => crashed ??= position == 8 && !acknowledged ? _directory.Copy() : null);
        await using Log log = Log.Open(_directory.Options, store);
        await using StreamClaim account = log.Claim("account/1"), book = log.Claim("book/H100");
        for (int i = 1; i <= 8; i++) await log.Write(i % 2 == 0 ? account : book, $"record {i}", Wake.At(i));
        return crashed ?? _directory.Copy();
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task The_last_flush_cut_at_any_byte_is_dropped_when_it_was_not_acknowledged_and_taken_from_the_tail_when_it_was(bool acknowledged)
    {
        using TestDirectory crashed = await Crashed(acknowledged);
        byte[] written = File.ReadAllBytes(crashed.File("journal.db-wal"));
        const int lastFlushBytes = 4096 + 24;
        int stride = Environment.GetEnvironmentVariable("MARKETPLACE_REQUIRE_ALL") == "1" ? 1 : 97, tried = 0;
        for (int cut = written.Length - lastFlushBytes; cut < written.Length; cut += stride, tried++)
        {
            using TestDirectory files = crashed.Copy();
            File.WriteAllBytes(files.File("journal.db-wal"), written[..cut]);
            VerifyReport report = Verify.Run(files.Path);
            Assert.Empty(report.Findings);
            Assert.Equal(acknowledged ? 1 : 0, report.RowsInTailOnly);
            await using Log log = files.Open();
            Assert.Equal(acknowledged ? 8 : 7, log.DurablePosition);
            Assert.Equal((log.DurablePosition, log.ReadRows(log.DurablePosition, log.DurablePosition).Single().Hash), (report.Position, report.Hash));
            if (tried % 20 == 0) await Trading.Run(log, 1, seed: 4);
        }
        Assert.True(tried > 40);
    }

    [Fact]
    public async Task A_power_cut_loses_nothing_that_was_acknowledged()
    {
        // What a power cut may leave of the store is what was last synced, or anything later; the tail and the head are written through.
        var random = new Random(12);
        var cuts = new List<(long Acknowledged, TestDirectory Files)>();
        TestDirectory? synced = null;
        var store = new SyncedStore(new SqliteJournalStore(_directory.Path), () =>
        {
            synced?.Dispose();
            synced = _directory.Copy();
        });
        string[] all;
        await using (Log log = Log.Open(_directory.Options with { TailBytes = 6 * 4096 }, store))
        {
            await Trading.Run(log, 60, seed: 7, position =>
            {
                TestDirectory cut = (random.Next(3) == 0 ? _directory : synced!).Copy();
                foreach (string name in new[] { HeadFile.FileName, TailFile.FileName }) File.Copy(_directory.File(name), cut.File(name), overwrite: true);
                cuts.Add((position, cut));
            });
            all = All(log);
        }
        synced!.Dispose();
        int healed = 0;
        foreach ((long acknowledged, TestDirectory files) in cuts)
        {
            VerifyReport report = Verify.Run(files.Path);
            Assert.Empty(report.Findings);
            if (report.RowsInTailOnly > 0) healed++;
            await using (Log log = files.Open())
            {
                Assert.Equal(acknowledged, log.DurablePosition);
                Assert.Equal(acknowledged, report.Position);
                string[] found = All(log);
                Assert.Equal(all[..found.Length], found);
                await Trading.Run(log, 10, seed: 8);
            }
            Assert.True(Verify.Run(files.Path).IsWhole);
            files.Dispose();
        }
        Assert.InRange(healed, 20, 59);
    }

    [Fact]
    public async Task A_row_torn_in_the_tail_is_the_stores_or_was_never_acknowledged()
    {
        using TestDirectory crashed = await Crashed(acknowledged: true);
        byte[] tail = File.ReadAllBytes(crashed.File("tail")), log = File.ReadAllBytes(crashed.File("journal.db-wal"));
        int last = tail.AsSpan().LastIndexOf("GWHTAIL1"u8), end = tail.AsSpan().LastIndexOfAnyExcept((byte)0) + 1;
        for (int cut = last; cut < end; cut += 7)
        {
            foreach (bool storeLost in new[] { false, true })
            {
                using TestDirectory files = crashed.Copy();
                byte[] torn = (byte[])tail.Clone();
                torn.AsSpan(cut).Clear();
                File.WriteAllBytes(files.File("tail"), torn);
                if (storeLost) File.WriteAllBytes(files.File("journal.db-wal"), log[..^1]);
                Assert.True(Verify.Run(files.Path).IsWhole);
                await using Log opened = files.Open();
                Assert.Equal(storeLost ? 7 : 8, opened.DurablePosition);
            }
        }
    }

    [Fact]
    public async Task A_row_damaged_in_the_tail_that_the_store_has_lost_is_named_and_no_start_is_made()
    {
        using TestDirectory crashed = await Crashed(acknowledged: true);
        File.WriteAllBytes(crashed.File("journal.db-wal"), []);
        byte[] tail = File.ReadAllBytes(crashed.File("tail"));
        for (int row = 0; row < 7; row++)
        {
            foreach (int at in new[] { 3, 30, 60, 110, 121 })
            {
                using TestDirectory files = crashed.Copy();
                byte[] damaged = (byte[])tail.Clone();
                damaged[row * 4096 + at] ^= 16;
                File.WriteAllBytes(files.File("tail"), damaged);
                VerifyFinding named = Assert.Single(Verify.Run(files.Path).Findings);
                Assert.Contains("tells of position 8", named.What);
                Assert.Equal((TailFile.FileName, row + 1, false), (named.File, named.Position, named.Tolerable));
                Assert.Equal((74, $"log 1 position {row + 1}"), Assert.Throws<JournalCorruptException>(files.Open) is var corrupt ? (corrupt.ExitCode, corrupt.Place) : default);
            }
        }
    }

    [Fact]
    public async Task A_start_that_finds_damage_leaves_the_file_of_the_store_as_it_was()
    {
        await using (Log log = _directory.Open()) await Trading.Run(log, 20, seed: 15);
        await using (Log log = _directory.Open())
        {
            await Trading.Run(log, 5, seed: 16);
            using TestDirectory files = _directory.Copy();
            File.WriteAllBytes(files.File("journal.db-wal"), []);
            using (SqliteLink link = SqliteLink.Open(files.File("journal.db"), create: false)) link.Execute("UPDATE row SET payload = zeroblob(20) WHERE id & 0xFFFFFFFFFF = 6");
            string before = Convert.ToHexString(File.ReadAllBytes(files.File("journal.db")));
            Assert.Equal(74, Assert.Throws<JournalCorruptException>(files.Open).ExitCode);
            Assert.Equal(before, Convert.ToHexString(File.ReadAllBytes(files.File("journal.db"))));
            Assert.Contains(Verify.Run(files.Path).Findings, finding => finding is { Position: 6, Tolerable: false });
        }
    }

    [Theory]
    [InlineData(-1)]
    [InlineData(-4000)]
    [InlineData(1)]
    [InlineData(5000)]
    public async Task A_tail_cut_or_with_garbage_behind_it_is_taken_up(int bytes)
    {
        using TestDirectory crashed = await Crashed(acknowledged: true);
        byte[] tail = File.ReadAllBytes(crashed.File("tail"));
        File.WriteAllBytes(crashed.File("tail"), bytes < 0 ? tail[..^-bytes] : [.. tail, .. Enumerable.Repeat((byte)7, bytes)]);
        Assert.True(Assert.Single(Verify.Run(crashed.Path).Findings) is { File: "tail", Tolerable: true });
        await using Log log = crashed.Open();
        Assert.Equal(8, log.DurablePosition);
        await Trading.Run(log, 100, seed: 17);
    }

    [Fact]
    public async Task Rows_missing_between_the_store_and_its_tail_are_named_and_no_start_is_made()
    {
        TestDirectory? before = null;
        var store = new ObservedStore(new SqliteJournalStore(_directory.Path), position => before ??= position == 5 ? _directory.Copy() : null);
        await using (Log log = Log.Open(_directory.Options with { TailBytes = 6 * 4096 }, store)) await Trading.Run(log, 10, seed: 9);
        using TestDirectory files = before!;
        File.Copy(_directory.File("tail"), files.File("tail"), overwrite: true);
        Assert.Contains(Verify.Run(files.Path).Findings, finding => finding is { File: "tail", Position: 5, Tolerable: false } && finding.What.Contains("the tail goes on at position "));
        Assert.Equal((74, "log 1 position 5"), Assert.Throws<JournalCorruptException>(files.Open) is var corrupt ? (corrupt.ExitCode, corrupt.Place) : default);
    }

    [Fact]
    public async Task A_tail_of_other_rows_than_the_stores_is_named_and_no_start_is_made()
    {
        using TestDirectory one = await Crashed(acknowledged: true);
        using var other = new TestDirectory();
        await using (Log log = other.Open()) await Trading.Run(log, 8, seed: 10);
        File.Copy(other.File("tail"), one.File("tail"), overwrite: true);
        Assert.Contains(Verify.Run(one.Path).Findings, finding => finding is { File: "tail", Position: 8, Tolerable: false } && finding.What.Contains("another hash than the tail tells"));
        Assert.Equal(74, Assert.Throws<JournalCorruptException>(one.Open).ExitCode);
    }

    [Fact]
    public async Task Garbage_behind_the_last_flush_changes_nothing()
    {
        using TestDirectory crashed = await Crashed(acknowledged: true);
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
    [InlineData("tail")]
    public async Task A_missing_or_emptied_file_is_named_and_no_start_is_made_unless_the_tail_has_all_of_it(string name)
    {
        using TestDirectory crashed = await Crashed(acknowledged: true);
        foreach (bool emptied in new[] { true, false })
        {
            using TestDirectory files = crashed.Copy();
            if (emptied) File.WriteAllBytes(files.File(name), []);
            else File.Delete(files.File(name));
            if (name == "journal.db-wal")
            {
                // As after a power cut before its first sync: all that was in it is in the tail.
                Assert.True(Verify.Run(files.Path) is { IsWhole: true, RowsInTailOnly: 8 });
                await using Log log = files.Open();
                Assert.Equal(8, log.DurablePosition);
                continue;
            }
            Assert.Contains(Verify.Run(files.Path).Findings, finding => !finding.Tolerable);
            Assert.Equal(74, Assert.Throws<JournalCorruptException>(files.Open).ExitCode);
            Assert.Equal(emptied, File.Exists(files.File(name)));
        }
    }

    [Fact]
    public async Task A_directory_from_before_there_were_tails_is_taken_up_and_has_one_from_then_on()
    {
        await using (Log log = _directory.Open()) await Trading.Run(log, 8, seed: 13);
        File.Delete(_directory.File("tail"));
        Assert.Contains(Verify.Run(_directory.Path).Findings, finding => finding is { File: "tail", Tolerable: false });
        byte[] head = File.ReadAllBytes(_directory.File("head"));
        foreach (int slot in new[] { 0, 4096 })
        {
            "GWHHEAD1"u8.CopyTo(head.AsSpan(slot));
            Checksum.Write(head.AsSpan(slot, Head.SlotBytes - Checksum.Size), head.AsSpan(slot + Head.SlotBytes - Checksum.Size));
        }
        File.WriteAllBytes(_directory.File("head"), head);
        Assert.True(Verify.Run(_directory.Path).IsWhole);
        long position;
        await using (Log log = _directory.Open())
        {
            position = log.DurablePosition;
            await Trading.Run(log, 2, seed: 14);
        }
        Assert.True(TailFile.Read(_directory.Path)!.Rows[0].Row.Position == position + 1 && HeadFile.IsBesideTail(_directory.Path));
        Assert.DoesNotContain("GWHHEAD1", System.Text.Encoding.ASCII.GetString(File.ReadAllBytes(_directory.File("head"))));
        Assert.True(Verify.Run(_directory.Path).IsWhole);
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
