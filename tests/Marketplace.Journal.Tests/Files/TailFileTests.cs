namespace Marketplace.Journal.Tests;

/// <summary>The tail's rounds, and what a tail and a store say of each other.</summary>
public sealed class TailFileTests : IDisposable
{
    private const long Term = 3;

    private readonly TestDirectory _directory = new();

    public void Dispose() => _directory.Dispose();

    private static List<TailRow> Rows(int count, int bytes = 10)
    {
        var rows = new List<TailRow>();
        RowHash previous = RowHash.None;
        for (int position = 1; position <= count; position++)
        {
            byte[] payload = new byte[bytes];
            payload.AsSpan().Fill((byte)position);
            RowHash hash = RowHash.OfRow(previous, 1, Term, position, payload);
            rows.Add(new TailRow(1, previous, new StoredRow(position, Term, hash, payload)));
            previous = hash;
        }
        return rows;
    }

    private static bool Write(TailFile tail, TailRow row) => tail.TryWrite(new Head(row.Log, row.Row.Term, row.Row.Position, row.Row.Hash), row.Previous, row.Row.Payload);

    private long[] Positions() => [.. TailFile.Read(_directory.Path)!.Rows.Select(row => row.Row.Position)];

    [Fact]
    public void Rows_are_read_as_they_were_written_and_each_round_replaces_the_one_before()
    {
        Assert.Null(TailFile.Read(_directory.Path));
        using TailFile tail = TailFile.OpenOrCreate(_directory.Path, 4 * 4096);
        Assert.Empty(Positions());
        List<TailRow> rows = Rows(9);
        Assert.All(rows[..4], row => Assert.True(Write(tail, row)));
        Assert.False(Write(tail, rows[4]));
        Assert.Equal([1, 2, 3, 4], Positions());
        Assert.Equal(rows[2].Row.Payload, TailFile.Read(_directory.Path)!.Rows[2].Row.Payload);
        tail.BeginAnew();
        Assert.Equal([1, 2, 3, 4], Positions());
        Assert.True(Write(tail, rows[5]));
        Assert.Equal([6], Positions());
        Assert.True(Write(tail, rows[6]));
        Assert.Equal([6, 7], Positions());
    }

    [Theory]
    [InlineData(0)]
    [InlineData(4096 - 120)]
    [InlineData(4096 - 119)]
    [InlineData(3 * 4096)]
    public void A_row_takes_whole_pages_and_one_that_does_not_fit_changes_nothing(int bytes)
    {
        int pages = (120 + bytes + 4095) / 4096;
        using TailFile tail = TailFile.OpenOrCreate(_directory.Path, 4 * 4096);
        List<TailRow> rows = Rows(5, bytes);
        int fit = rows.TakeWhile(row => Write(tail, row)).Count();
        Assert.Equal(4 / pages, fit);
        Assert.Equal(fit, Positions().Length);
    }

    [Fact]
    public void A_row_behind_a_damaged_one_is_not_read()
    {
        using (TailFile tail = TailFile.OpenOrCreate(_directory.Path, 8 * 4096)) Assert.All(Rows(5), row => Assert.True(Write(tail, row)));
        byte[] bytes = File.ReadAllBytes(_directory.File("tail"));
        bytes[2 * 4096 + 125] ^= 1;
        File.WriteAllBytes(_directory.File("tail"), bytes);
        Assert.Equal([1, 2], Positions());
        Assert.Equal(5, TailFile.Read(_directory.Path)!.Furthest);
    }

    [Fact]
    public void A_row_of_a_file_cut_within_its_last_page_is_read_and_the_next_round_keeps_to_whole_pages()
    {
        using (TailFile tail = TailFile.OpenOrCreate(_directory.Path, 2 * 4096)) Assert.All(Rows(2), row => Assert.True(Write(tail, row)));
        File.WriteAllBytes(_directory.File("tail"), File.ReadAllBytes(_directory.File("tail"))[..^100]);
        Assert.Equal([1, 2], Positions());
        using TailFile cut = TailFile.OpenOrCreate(_directory.Path, 2 * 4096);
        List<TailRow> rows = Rows(4);
        Assert.True(Write(cut, rows[2]));
        Assert.False(Write(cut, rows[3]));
    }

    [Fact]
    public void A_tail_that_is_empty_is_refused_and_one_of_odd_length_is_not()
    {
        Assert.Null(TailFile.WhyNot(_directory.Path));
        File.WriteAllBytes(_directory.File("tail"), new byte[4095]);
        Assert.Equal(("the file has 4095 bytes", true), TailFile.WhyNot(_directory.Path));
        File.WriteAllBytes(_directory.File("tail"), []);
        Assert.Equal(("the file has 0 bytes", false), TailFile.WhyNot(_directory.Path));
    }

    [Theory]
    [InlineData(1, 5, 5, Term, 0, null)]
    [InlineData(1, 5, 3, Term, 0, null)]
    [InlineData(4, 5, 3, Term, 0, null)]
    [InlineData(2, 3, 5, Term, 0, null)]
    [InlineData(5, 5, 3, Term, 0, "the store ends here, the tail goes on at position 5")]
    [InlineData(4, 5, 3, Term + 1, 0, "the row in the tail is of term 3, the store at 4")]
    [InlineData(2, 3, 5, Term + 1, 0, null)]
    [InlineData(1, 4, 2, Term, 5, null)]
    [InlineData(1, 2, 4, Term, 5, null)]
    [InlineData(1, 4, 2, Term, 6, "the row is damaged in the tail and not in the store, a header behind it tells of position 6")]
    [InlineData(1, 2, 4, Term, 6, "the row is damaged in the tail and not in the store, a header behind it tells of position 6")]
    public void A_tail_is_the_stores_or_goes_on_where_it_ends(int from, int to, int storeEnds, long term, long furthest, string? finding)
    {
        List<TailRow> rows = Rows(5);
        var tail = new Tail(rows[(from - 1)..to], furthest);
        var stored = new StoredLog(1, term, storeEnds, rows[storeEnds - 1].Row.Hash);
        Assert.Equal(finding, tail.WhyNot(stored, position => rows[(int)position - 1].Row.Hash)?.What);
        Assert.Equal(Math.Max(0, to - Math.Max(storeEnds, from - 1)), tail.Beyond(storeEnds).Count());
    }

    [Fact]
    public void A_tail_of_other_rows_is_found()
    {
        List<TailRow> rows = Rows(5), others = Rows(5, bytes: 11);
        var stored = new StoredLog(1, Term, 3, rows[2].Row.Hash);
        Assert.Equal((3, "the row has another hash than the tail tells"), new Tail(others, 0).WhyNot(stored, position => rows[(int)position - 1].Row.Hash));
        Assert.Equal((3, "the row has another hash than the tail tells"), new Tail(others[3..], 0).WhyNot(stored, _ => null));
        Assert.Equal((1, "the tail is of log 1"), new Tail(rows, 0).WhyNot(stored with { Log = 2 }, _ => null));
        Assert.Null(Tail.None.WhyNot(stored, _ => null));
    }
}
