namespace Marketplace.Journal.Tests;

/// <summary>One bit flipped anywhere: verify names it or nothing has changed, and the server never reads a wrong byte.</summary>
public sealed class FlippedBitTests : IDisposable
{
    private static readonly int s_tries = Environment.GetEnvironmentVariable("MARKETPLACE_REQUIRE_ALL") == "1" ? 500 : 100;

    private readonly TestDirectory _directory = new();

    public void Dispose() => _directory.Dispose();

    private static string Describe(JournalRecord record)
        => $"{record.Position} {record.Stream} {record.Version} {record.Wake} {Convert.ToHexString(record.Payload.Span)}";

    /// <summary>A directory as a crash leaves it: rows in the file and in the write-ahead log, two snapshots, a tail.</summary>
    private async Task<(TestDirectory Files, string[] Records, string States)> Crashed()
    {
        await using (Log log = _directory.Open())
        {
            await Trading.Run(log, 25, seed: 1);
            Fold.Snapshot(log);
            await Trading.Run(log, 25, seed: 2);
        }
        await using Log again = _directory.Open();
        await Trading.Run(again, 10, seed: 3);
        Fold.Snapshot(again);
        await Trading.Run(again, 15, seed: 4);
        Fold fold = Fold.Of(again.ReadRows(1, long.MaxValue).SelectMany(row => row.Records));
        return (_directory.Copy(), [.. again.ReadRows(1, long.MaxValue).SelectMany(row => row.Records).Select(Describe)], fold.Hash());
    }

    [Theory]
    [InlineData("journal.db")]
    [InlineData("journal.db-wal")]
    [InlineData("head")]
    [InlineData("tail")]
    [InlineData("snapshots")]
    public async Task A_flipped_bit_is_named_or_changes_nothing_and_is_never_served(string where)
    {
        (TestDirectory files, string[] records, string states) = await Crashed();
        using (files)
        {
            var random = new Random(where.Length);
            int named = 0, refused = 0, unchanged = 0;
            for (int i = 0; i < s_tries; i++)
            {
                using TestDirectory damaged = files.Copy();
                string path = where == "snapshots" ? Directory.GetFiles(damaged.File(where))[i % 2] : damaged.File(where);
                Flip(path, random.NextInt64(new FileInfo(path).Length * 8));
                var found = new List<string>();
                VerifyReport report = Verify.Run(damaged.Path, record => found.Add(Describe(record)));
                if (report.IsWhole)
                {
                    Assert.Equal(records, found);
                    unchanged++;
                }
                else named++;
                if (!await ServesOnlyTheTruth(damaged, records, states)) refused++;
                else if (!report.IsWhole && where != "journal.db") Assert.All(report.Findings, finding => Assert.True(finding.Tolerable, finding.ToString()));
            }
            // What stands in the tail stands in the store as well; a commit that SQLite drops because of a flipped bit stands in the tail.
            Assert.Equal(where is not ("tail" or "journal.db-wal"), named > 0);
            Assert.Equal(s_tries, named + unchanged);
            Assert.Equal(where == "journal.db", refused > 0);
        }
    }

    /// <summary>Reads everything the way a server does. False when the start, or a read, stopped with 74.</summary>
    private static async Task<bool> ServesOnlyTheTruth(TestDirectory damaged, string[] records, string states)
    {
        try
        {
            await using Log log = damaged.Open();
            int at = 0;
            bool stopped = false;
            try
            {
                foreach (JournalRecord record in log.ReadRows(1, long.MaxValue).SelectMany(row => row.Records)) Assert.Equal(records[at++], Describe(record));
                Assert.Equal(records.Length, at);
                Assert.Equal(states, Fold.OfClaims(log).Hash());
            }
            catch (JournalException e)
            {
                Assert.Equal(74, e.ExitCode);
                Assert.Equal(74, (await log.Failure).ExitCode);
                stopped = true;
            }
            return !stopped;
        }
        catch (JournalException e)
        {
            Assert.Equal(74, e.ExitCode);
            return false;
        }
    }

    private static void Flip(string path, long bit)
    {
        using FileStream file = File.Open(path, FileMode.Open);
        file.Position = bit / 8;
        int value = file.ReadByte();
        file.Position = bit / 8;
        file.WriteByte((byte)(value ^ 1 << (int)(bit % 8)));
    }
}
