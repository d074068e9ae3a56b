namespace Marketplace.Journal.Tests;

public sealed class SqliteJournalStoreTests : JournalStoreCompliance, IDisposable
{
    private readonly TestDirectory _directory = new();

    protected override IJournalStore NewStore() => new SqliteJournalStore(_directory.Path);

    public void Dispose() => _directory.Dispose();

    [Fact]
    public void A_clean_close_leaves_everything_in_one_file()
    {
        using (IJournalStore store = NewStore())
        {
            store.Open(mayCreate: true);
            store.RaiseTerm(store.CreateLog());
        }
        using var alone = new TestDirectory();
        File.Copy(_directory.File("journal.db"), alone.File("journal.db"));
        using var moved = new SqliteJournalStore(alone.Path);
        moved.Open(mayCreate: false);
        Assert.Equal(1, moved.FindLog(1)!.Value.Term);
    }

    [Fact]
    public void A_close_without_a_write_leaves_the_write_ahead_log_as_found()
    {
        using IJournalStore crashed = NewStore();
        crashed.Open(mayCreate: true);
        crashed.CreateLog();
        using TestDirectory copy = _directory.Copy();
        byte[] before = File.ReadAllBytes(copy.File("journal.db-wal"));
        Assert.NotEmpty(before);
        using (var store = new SqliteJournalStore(copy.Path))
        {
            store.Open(mayCreate: false);
            Assert.NotNull(store.FindLog(1));
        }
        Assert.Equal(before, File.ReadAllBytes(copy.File("journal.db-wal")));
    }

    [Fact]
    public void A_file_without_tables_is_a_start_cut_short_when_nothing_was_acknowledged_and_corrupt_otherwise()
    {
        File.WriteAllBytes(_directory.File("journal.db"), []);
        using (SqliteLink link = SqliteLink.Open(_directory.File("journal.db"), create: true)) link.Execute("PRAGMA journal_mode=WAL");
        using (IJournalStore refused = NewStore()) Assert.Throws<JournalCorruptException>(() => refused.Open(mayCreate: false));
        using IJournalStore store = NewStore();
        store.Open(mayCreate: true);
        Assert.Equal(1, store.CreateLog());
    }

    [Fact]
    public void Another_programs_file_is_refused()
    {
        using (SqliteLink link = SqliteLink.Open(_directory.File("journal.db"), create: true)) link.Execute("CREATE TABLE t (a)");
        using IJournalStore store = NewStore();
        Assert.Contains("is not a journal", Assert.Throws<JournalCorruptException>(() => store.Open(mayCreate: true)).Message);
    }

    [Fact]
    public void The_write_ahead_log_is_moved_while_rows_come_and_does_not_grow_with_them()
    {
        const int rows = 1_000;
        byte[] payload = new byte[64 * 1024];
        RowHash last = RowHash.None;
        long longest = 0;
        using (IJournalStore store = NewStore())
        {
            store.Open(mayCreate: true);
            long log = store.CreateLog(), term = store.RaiseTerm(log);
            for (long position = 1; position <= rows; position++)
            {
                RowHash hash = RowHash.OfRow(last, log, term, position, payload);
                store.Append(log, term, position, last, hash, payload);
                last = hash;
                store.AfterFlush();
                longest = Math.Max(longest, new FileInfo(_directory.File("journal.db-wal")).Length);
                if (position == rows / 2) Assert.Equal(last, store.ReadHash(log, position));
            }
            Assert.InRange(longest, 8 << 20, 20 << 20);
            Assert.InRange(new FileInfo(_directory.File("journal.db")).Length, rows * payload.Length - longest, long.MaxValue);
        }
        using IJournalStore again = NewStore();
        again.Open(mayCreate: false);
        Assert.Equal((rows, last), (again.FindLog(1)!.Value.Position, again.FindLog(1)!.Value.Hash));
        Assert.Equal(rows, Enumerable.Range(1, rows).Count(position => again.ReadHash(1, position) is not null));
    }
}
