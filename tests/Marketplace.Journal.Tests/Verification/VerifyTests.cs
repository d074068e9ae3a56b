namespace Marketplace.Journal.Tests;

public sealed class VerifyTests : IDisposable
{
    private readonly TestDirectory _directory = new();

    public void Dispose() => _directory.Dispose();

    private void Execute(string sql)
    {
        using SqliteLink link = SqliteLink.Open(_directory.File("journal.db"), create: false);
        link.Execute(sql);
    }

    private async Task Fill()
    {
        await using Log log = _directory.Open();
        await using StreamClaim claim = log.Claim("account/1");
        for (int i = 1; i <= 10; i++) await log.Write(claim, $"record {i}");
        Fold.Snapshot(log);
    }

    [Fact]
    public async Task A_whole_store_is_told_as_whole_with_its_last_row_and_all_records()
    {
        await Fill();
        var records = new List<JournalRecord>();
        VerifyReport report = Verify.Run(_directory.Path, records.Add);
        Assert.Empty(report.Findings);
        Assert.Equal((10, 10, 1, 10), (report.Rows, report.Records, report.Streams, report.Position));
        await using Log log = _directory.Open();
        Assert.Equal(log.ReadRows(10, 10).Single().Hash, report.Hash);
        Assert.Equal(log.ReadStream("account/1", 1, 10, 10).Told(), records.Told());
    }

    [Fact]
    public void An_empty_directory_is_whole() => Assert.True(Verify.Run(_directory.Path).IsWhole);

    [Fact]
    public void A_directory_that_is_not_there_is_refused() => Assert.Throws<DirectoryNotFoundException>(() => Verify.Run(_directory.File("missing")));

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Verify_changes_no_file_and_makes_none(bool crashed)
    {
        await using Log log = _directory.Open();
        await Trading.Run(log, 20, seed: 1);
        Fold.Snapshot(log);
        await Trading.Run(log, 5, seed: 2);
        if (!crashed) await log.DisposeAsync();
        using TestDirectory files = _directory.Copy();
        string before = Everything(files);
        Assert.True(Verify.Run(files.Path).IsWhole);
        Assert.Equal(before, Everything(files));
    }

    private static string Everything(TestDirectory directory) => string.Join("\n", Directory.GetFiles(directory.Path, "*", SearchOption.AllDirectories).Order()
        .Select(file => $"{file} {File.GetLastWriteTimeUtc(file).Ticks} {Convert.ToHexString(System.Security.Cryptography.SHA256.HashData(File.ReadAllBytes(file)))}"));

    [Fact]
    public async Task A_store_in_use_is_not_verified()
    {
        await using Log log = _directory.Open();
        Assert.Equal(73, Assert.Throws<DataLockedException>(() => Verify.Run(_directory.Path)).ExitCode);
    }

    [Theory]
    [InlineData("DELETE FROM row WHERE id & 0xFFFFFFFFFF = 10", 9, "the head tells of position 10")]
    [InlineData("DELETE FROM row WHERE id & 0xFFFFFFFFFF = 4", 4, "rows are missing up to 4")]
    [InlineData("UPDATE row SET payload = (SELECT payload FROM row WHERE id & 0xFFFFFFFFFF = 5) WHERE id & 0xFFFFFFFFFF = 6", 6, "does not have its hash")]
    [InlineData("UPDATE row SET term = 0 WHERE id & 0xFFFFFFFFFF = 7", 7, "does not have its hash")]
    [InlineData("UPDATE row SET hash = zeroblob(32) WHERE id & 0xFFFFFFFFFF = 3", 3, "does not have its hash")]
    [InlineData("UPDATE log SET term = 0", 10, "the store is at term 0, the head at 1")]
    [InlineData("UPDATE row SET id = id + 1 WHERE id & 0xFFFFFFFFFF = 10", 10, "rows are missing up to 10")]
    public async Task What_is_missing_changed_swapped_or_rolled_back_is_named_with_its_position(string change, long position, string what)
    {
        await Fill();
        Execute(change);
        VerifyReport report = Verify.Run(_directory.Path);
        Assert.Contains(report.Findings, finding => finding.Position == position && finding.What.Contains(what) && !finding.Tolerable);
    }

    [Fact]
    public async Task A_damaged_head_slot_is_named_though_a_server_would_start()
    {
        await Fill();
        byte[] head = File.ReadAllBytes(_directory.File("head"));
        head[20] ^= 4;
        File.WriteAllBytes(_directory.File("head"), head);
        VerifyFinding finding = Assert.Single(Verify.Run(_directory.Path).Findings);
        Assert.Equal("head: slot 0 is damaged", finding.ToString());
        Assert.True(finding.Tolerable);
        await using Log log = _directory.Open();
        Assert.Equal(10, log.DurablePosition);
    }

    [Fact]
    public async Task A_head_without_a_whole_slot_stops_the_start()
    {
        await Fill();
        File.WriteAllBytes(_directory.File("head"), new byte[8192]);
        Assert.Contains(Verify.Run(_directory.Path).Findings, finding => finding is { File: "head", Tolerable: false });
        Assert.Contains("both slots", Assert.Throws<JournalCorruptException>(_directory.Open).Message);
    }

    [Fact]
    public async Task A_wrong_byte_met_in_use_is_not_served_and_stops_the_log()
    {
        await Fill();
        await using Log log = _directory.Open();
        Execute("UPDATE row SET payload = zeroblob(20) WHERE id & 0xFFFFFFFFFF = 6");
        Assert.Equal(5, log.ReadStream("account/1", 1, 5, long.MaxValue).Count());
        Assert.Throws<JournalCorruptException>(() => log.ReadStream("account/1", 6, 6, long.MaxValue).Count());
        Assert.Equal(74, (await log.Failure).ExitCode);
    }

    [Fact]
    public async Task The_scrub_finds_what_nobody_reads()
    {
        await Fill();
        await using Log log = _directory.Open();
        await using var scrub = new Scrub(log, bytesPerSecond: 0, TimeSpan.Zero);
        int steps = 1;
        while (!scrub.Step(maxBytes: 1)) steps++;
        Assert.Equal(11, steps);
        Execute("DELETE FROM row WHERE id & 0xFFFFFFFFFF = 3");
        Assert.False(log.Failure.IsCompleted);
        Assert.Throws<JournalCorruptException>(() =>
        {
            while (!scrub.Step(maxBytes: 1)) { }
        });
        Assert.Equal(74, (await log.Failure).ExitCode);
    }
}
