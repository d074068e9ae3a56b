using CsCheck;

namespace Marketplace.Journal.Tests;

public sealed class RowFormatTests
{
    private static readonly StreamNames s_names = new();

    private static StoredRow Stored(OpenRow row, RowHash previous = default)
        => new(row.Position, 3, RowHash.OfRow(previous, 1, 3, row.Position, row.Payload), row.Payload.ToArray());

    [Fact]
    public void The_bytes_of_a_row_never_change()
    {
        var row = new OpenRow(5);
        JournalStream account = new("account/7"), book = new("book/H100");
        row.Append(account, 300, "hold"u8, Wake.At(0));
        row.Append(book, 1, "match"u8, Wake.At(1_790_000_000_000_000));
        row.Append(account, 301, "fill"u8, Wake.None);
        row.Append(account, 302, ""u8, Wake.Unchanged);
        string expected = "03"
            + "02" + "09" + Convert.ToHexStringLower("account/7"u8) + "ac02" + "00" + "04" + Convert.ToHexStringLower("hold"u8)
            + "06" + "09" + Convert.ToHexStringLower("book/H100"u8) + "01" + "80c097d1edff9603" + "05" + Convert.ToHexStringLower("match"u8)
            + "01" + "04" + Convert.ToHexStringLower("fill"u8)
            + "00" + "00";
        Assert.Equal(expected, Convert.ToHexStringLower(row.Payload));
        Assert.Equal("3cf44f888a0c97d58322b1045072a5e4650fdc2edea6364d5e2cdcf3b180ada2", RowHash.OfRow(RowHash.None, 1, 3, 5, row.Payload).ToString());
    }

    [Fact]
    public void The_bytes_of_a_stream_that_is_awaiting_never_change()
    {
        var row = new OpenRow(5);
        JournalStream account = new("account/7"), book = new("book/H100");
        row.Append(account, 300, "hold"u8, Wake.Awaiting(null));
        row.Append(book, 1, "match"u8, Wake.Awaiting(1_790_000_000_000_000));
        string expected = "03"
            + "03" + "09" + Convert.ToHexStringLower("account/7"u8) + "ac02" + "00" + "04" + Convert.ToHexStringLower("hold"u8)
            + "07" + "09" + Convert.ToHexStringLower("book/H100"u8) + "01" + "81c097d1edff9603" + "05" + Convert.ToHexStringLower("match"u8);
        Assert.Equal(expected, Convert.ToHexStringLower(row.Payload));
    }

    [Fact]
    public void A_second_record_of_a_stream_in_a_row_costs_two_bytes_beside_its_payload()
    {
        var row = new OpenRow(1);
        var stream = new JournalStream("account/7");
        row.Append(stream, 1, new byte[100], Wake.Unchanged);
        int before = row.Length;
        row.Append(stream, 2, new byte[100], Wake.None);
        Assert.Equal(102, row.Length - before);
    }

    [Fact]
    public void What_is_written_reads_back()
    {
        Gen.Select(Gen.Int[0, 9], Gen.Byte.Array[0, 300], Gen.Int[0, 4], Gen.Long[0, long.MaxValue - 1]).List[1, 60].Sample(records =>
        {
            var row = new OpenRow(9);
            JournalStream[] streams = [.. Enumerable.Range(0, 10).Select(i => new JournalStream($"stream/{i}") { Version = i * 1_000_003L })];
            var expected = new List<(string, long, Wake, string)>();
            foreach ((int index, byte[] payload, int kind, long at) in records)
            {
                Wake wake = kind switch { 0 => Wake.Unchanged, 1 => Wake.None, 2 => Wake.At(at), 3 => Wake.Awaiting(null), _ => Wake.Awaiting(at) };
                row.Append(streams[index], ++streams[index].Version, payload, wake);
                expected.Add((streams[index].Name, streams[index].Version, wake, Convert.ToHexString(payload)));
            }
            Assert.True(LogRow.TryParse(Stored(row), s_names, out LogRow? parsed, out string finding), finding);
            Assert.Equal(expected, parsed.Records.Select(record => (record.Stream, record.Version, record.Wake, Convert.ToHexString(record.Payload.Span))));
            Assert.All(streams, stream => Assert.Equal(parsed.Records.Where(record => record.Stream == stream.Name), parsed.RecordsOf(stream.Name)));
        });
    }

    [Fact]
    public void A_row_cut_anywhere_is_a_shorter_row_or_no_row_and_never_an_exception()
    {
        var row = new OpenRow(1);
        var stream = new JournalStream("account/7");
        for (int i = 1; i <= 4; i++) row.Append(stream, i, new byte[i * 40], Wake.At(i * 100_000L));
        byte[] whole = row.Payload.ToArray();
        int refused = 0;
        for (int length = 0; length < whole.Length; length++)
        {
            if (!LogRow.TryParse(new StoredRow(1, 1, default, whole[..length]), s_names, out _, out string finding))
            {
                Assert.NotEmpty(finding);
                refused++;
            }
        }
        Assert.Equal(whole.Length - 4, refused);
    }

    [Fact]
    public void Any_bytes_are_a_row_or_refused_with_a_reason()
    {
        Gen.Byte.Array[0, 200].Sample(bytes =>
        {
            if (bytes.Length > 0) bytes[0] = OpenRow.Format;
            bool parsed = LogRow.TryParse(new StoredRow(1, 1, default, bytes), s_names, out _, out string finding);
            Assert.True(parsed || finding.Length > 0);
        });
    }

    [Fact]
    public void The_hash_changes_with_every_part_of_the_row()
    {
        byte[] payload = Payloads.Bytes("payload");
        RowHash hash = RowHash.OfRow(RowHash.None, 1, 2, 3, payload);
        RowHash[] others = [RowHash.OfRow(hash, 1, 2, 3, payload), RowHash.OfRow(RowHash.None, 2, 2, 3, payload), RowHash.OfRow(RowHash.None, 1, 3, 3, payload),
            RowHash.OfRow(RowHash.None, 1, 2, 4, payload), RowHash.OfRow(RowHash.None, 1, 2, 3, Payloads.Bytes("payloae"))];
        Assert.DoesNotContain(hash, others);
        Assert.Equal(others.Length, others.Distinct().Count());
    }

    [Fact]
    public void A_stream_without_a_proper_name_is_refused()
    {
        Assert.Throws<ArgumentException>(() => new JournalStream(""));
        Assert.Throws<ArgumentException>(() => new JournalStream("half a pair \ud800"));
    }

    [Fact]
    public void A_stream_name_has_at_most_256_bytes()
    {
        _ = new JournalStream(new string('a', 256));
        Assert.Throws<ArgumentException>(() => new JournalStream(new string('a', 257)));
        Assert.Throws<ArgumentException>(() => new JournalStream(new string('é', 129)));
    }
}
