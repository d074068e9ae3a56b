namespace Marketplace.Journal.Tests;

/// <summary>What every store of the journal must do, whatever keeps its rows. A store passes by deriving a class that makes one.</summary>
public abstract class JournalStoreCompliance
{
    private static readonly byte[][] s_payloads = [.. Enumerable.Range(1, 20).Select(i => Payloads.Bytes($"row {i}"))];

    /// <summary>A store over the same place as every other one this test makes, not yet opened. It is empty at first.</summary>
    protected abstract IJournalStore NewStore();

    private IJournalStore OpenNew()
    {
        IJournalStore store = NewStore();
        store.Open(mayCreate: true);
        return store;
    }

    /// <summary>Appends rows from a position on and returns the hash of the last.</summary>
    private static RowHash Append(IJournalStore store, long log, long term, long from, int count, RowHash previous)
    {
        for (long position = from; position < from + count; position++)
        {
            byte[] payload = s_payloads[(position - 1) % s_payloads.Length];
            RowHash hash = RowHash.OfRow(previous, log, term, position, payload);
            store.Append(log, term, position, previous, hash, payload);
            previous = hash;
        }
        return previous;
    }

    [Fact]
    public void A_missing_store_is_created_only_where_that_is_allowed()
    {
        using IJournalStore refused = NewStore();
        Assert.Equal(74, Assert.Throws<JournalCorruptException>(() => refused.Open(mayCreate: false)).ExitCode);
        using (IJournalStore created = OpenNew()) created.CreateLog();
        using IJournalStore again = NewStore();
        again.Open(mayCreate: false);
        Assert.NotNull(again.FindLog(1));
    }

    [Fact]
    public void Logs_are_numbered_from_one_and_begin_in_term_zero_without_rows()
    {
        using IJournalStore store = OpenNew();
        Assert.Null(store.FindLog(1));
        Assert.Equal([1, 2, 3], [store.CreateLog(), store.CreateLog(), store.CreateLog()]);
        Assert.Equal(new StoredLog(2, 0, 0, RowHash.None), store.FindLog(2));
    }

    [Fact]
    public void Rows_read_back_as_they_were_appended_also_from_another_connection_and_after_a_restart()
    {
        RowHash last;
        using (IJournalStore store = OpenNew())
        {
            long log = store.CreateLog(), term = store.RaiseTerm(log);
            last = Append(store, log, term, 1, 7, RowHash.None);
            Check(store);
        }
        using IJournalStore again = OpenNew();
        Check(again);

        void Check(IJournalStore store)
        {
            Assert.Equal(new StoredLog(1, 1, 7, last), store.FindLog(1));
            IReadOnlyList<StoredRow> rows = store.ReadRows(1, 1, 100, long.MaxValue);
            Assert.Equal([1, 2, 3, 4, 5, 6, 7], rows.Select(row => row.Position));
            Assert.All(rows, row => Assert.Equal(s_payloads[row.Position - 1], row.Payload));
            Assert.All(rows, row => Assert.Equal(1, row.Term));
            Assert.Equal(last, rows[6].Hash);
            Assert.Equal(rows[3].Hash, store.ReadHash(1, 4));
            Assert.Null(store.ReadHash(1, 8));
            Assert.Empty(store.ReadRows(1, 8, 100, long.MaxValue));
        }
    }

    [Fact]
    public void A_page_ends_at_the_rows_or_bytes_asked_for()
    {
        using IJournalStore store = OpenNew();
        Append(store, store.CreateLog(), store.RaiseTerm(1), 1, 20, RowHash.None);
        Assert.Equal([5, 6, 7], store.ReadRows(1, 5, 3, long.MaxValue).Select(row => row.Position));
        Assert.Equal([5, 6], store.ReadRows(1, 5, 100, s_payloads[4].Length + 1).Select(row => row.Position));
        Assert.Equal([5], store.ReadRows(1, 5, 100, 1).Select(row => row.Position));
    }

    [Fact]
    public void Logs_do_not_see_each_others_rows()
    {
        using IJournalStore store = OpenNew();
        Append(store, store.CreateLog(), store.RaiseTerm(1), 1, 3, RowHash.None);
        Append(store, store.CreateLog(), store.RaiseTerm(2), 1, 5, RowHash.None);
        Assert.Equal(3, store.ReadRows(1, 1, 100, long.MaxValue).Count);
        Assert.Equal(5, store.FindLog(2)!.Value.Position);
        Assert.NotEqual(store.ReadHash(1, 1), store.ReadHash(2, 1));
    }

    [Fact]
    public void A_raised_term_fences_whoever_writes_in_an_earlier_one_also_through_another_connection()
    {
        using IJournalStore old = OpenNew();
        long log = old.CreateLog(), term = old.RaiseTerm(log);
        RowHash last = Append(old, log, term, 1, 2, RowHash.None);
        using IJournalStore next = OpenNew();
        Assert.Equal(term + 1, next.RaiseTerm(log));
        var fenced = Assert.Throws<LogFencedException>(() => Append(old, log, term, 3, 1, last));
        Assert.Equal(70, fenced.ExitCode);
        Assert.Equal(2, next.FindLog(log)!.Value.Position);
        Append(next, log, term + 1, 3, 1, last);
        Assert.Equal([1, 1, 2], next.ReadRows(log, 1, 10, long.MaxValue).Select(row => row.Term));
        Assert.Throws<LogFencedException>(() => old.Claim("account/1", log, term));
        Assert.Throws<LogFencedException>(() => old.Release("account/1", log, term));
    }

    [Fact]
    public void A_term_that_was_never_raised_is_no_right_to_write()
    {
        using IJournalStore store = OpenNew();
        long log = store.CreateLog();
        store.RaiseTerm(log);
        Assert.Throws<LogFencedException>(() => Append(store, log, 2, 1, 1, RowHash.None));
        Assert.Throws<LogFencedException>(() => Append(store, log + 1, 1, 1, 1, RowHash.None));
    }

    [Fact]
    public void A_row_that_does_not_follow_the_last_one_is_refused_and_nothing_is_left_of_it()
    {
        using IJournalStore store = OpenNew();
        long log = store.CreateLog(), term = store.RaiseTerm(log);
        RowHash last = Append(store, log, term, 1, 2, RowHash.None);
        Assert.Throws<JournalCorruptException>(() => Append(store, log, term, 3, 1, RowHash.None));
        Assert.Throws<JournalCorruptException>(() => Append(store, log, term, 4, 1, last));
        Assert.ThrowsAny<JournalException>(() => Append(store, log, term, 2, 1, store.ReadHash(log, 1)!.Value));
        Assert.Equal(new StoredLog(log, term, 2, last), store.FindLog(log));
        Append(store, log, term, 3, 1, last);
        Assert.Equal(3, store.FindLog(log)!.Value.Position);
    }

    [Fact]
    public void Payloads_of_one_byte_and_of_sixteen_mebibytes_come_back_whole()
    {
        using IJournalStore store = OpenNew();
        long log = store.CreateLog(), term = store.RaiseTerm(log);
        byte[] big = new byte[16 * 1024 * 1024];
        new Random(7).NextBytes(big);
        RowHash first = RowHash.OfRow(RowHash.None, log, term, 1, [9]), second = RowHash.OfRow(first, log, term, 2, big);
        store.Append(log, term, 1, RowHash.None, first, [9]);
        store.Append(log, term, 2, first, second, big);
        store.AfterFlush();
        IReadOnlyList<StoredRow> rows = store.ReadRows(log, 1, 2, long.MaxValue);
        Assert.Equal<byte>([9], rows[0].Payload);
        Assert.True(big.AsSpan().SequenceEqual(rows[1].Payload));
    }

    [Fact]
    public void A_stream_has_one_owner_until_it_is_released()
    {
        using IJournalStore store = OpenNew();
        long mine = store.CreateLog(), other = store.CreateLog(), term = store.RaiseTerm(mine), otherTerm = store.RaiseTerm(other);
        Assert.Null(store.OwnerOf("book/H100"));
        Assert.Equal(mine, store.Claim("book/H100", mine, term));
        Assert.Equal(mine, store.Claim("book/H100", mine, term));
        Assert.Equal(mine, store.Claim("book/H100", other, otherTerm));
        store.Release("book/H100", other, otherTerm);
        Assert.Equal(mine, store.OwnerOf("book/H100"));
        store.Release("book/H100", mine, term);
        Assert.Null(store.OwnerOf("book/H100"));
        Assert.Equal(other, store.Claim("book/H100", other, otherTerm));
    }

    [Fact]
    public void A_stream_is_taken_over_only_from_a_log_that_is_fenced_for_good()
    {
        using IJournalStore store = OpenNew();
        long mine = store.CreateLog(), dead = store.CreateLog(), term = store.RaiseTerm(mine), deadTerm = store.RaiseTerm(dead);
        store.Claim("account/1", dead, deadTerm);
        long raised = store.RaiseTerm(dead);
        Assert.False(store.TakeOver("account/1", mine, term, dead, deadTerm));
        Assert.False(store.TakeOver("account/2", mine, term, dead, raised));
        Assert.Throws<LogFencedException>(() => store.TakeOver("account/1", mine, term + 1, dead, raised));
        Assert.True(store.TakeOver("account/1", mine, term, dead, raised));
        Assert.Equal(mine, store.OwnerOf("account/1"));
        Assert.False(store.TakeOver("account/1", mine, term, dead, raised));
    }

    [Fact]
    public async Task Rows_can_be_read_while_others_are_appended()
    {
        using IJournalStore store = OpenNew();
        long log = store.CreateLog(), term = store.RaiseTerm(log);
        Task<RowHash> writing = Task.Run(() => Append(store, log, term, 1, 300, RowHash.None), TestContext.Current.CancellationToken);
        for (long seen = 0; seen < 300;)
        {
            long from = seen + 1;
            foreach (StoredRow row in store.ReadRows(log, from, 50, long.MaxValue)) Assert.Equal(++seen, row.Position);
            if (writing.IsFaulted) break;
        }
        Assert.Equal(await writing, store.ReadHash(log, 300));
    }
}
