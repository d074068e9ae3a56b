namespace Marketplace.Journal.Tests;

public sealed class DiskReserveTests : IDisposable
{
    private const long Mebibyte = 1024 * 1024;

    private readonly TestDirectory _directory = new();

    public void Dispose() => _directory.Dispose();

    [Theory]
    [InlineData(16, 100, true)]
    [InlineData(15, 100, false)]
    [InlineData(50, 1_000, true)]
    [InlineData(49, 1_000, false)]
    [InlineData(0, 0, false)]
    public void The_reserve_is_five_percent_or_sixteen_mebibytes_whichever_is_larger(long free, long total, bool room)
        => Assert.Equal(room, DiskReserve.Suffices(new DiskSpace(free * Mebibyte, total * Mebibyte)));

    [Fact]
    public async Task A_log_tells_when_room_runs_out_and_when_it_is_back_and_writes_on_in_between()
    {
        var space = new DiskSpace(100 * Mebibyte, 100 * Mebibyte);
        using var reserve = new DiskReserve(_directory.Path, _ => space);
        Assert.True(reserve.HasRoom);
        space = space with { FreeBytes = Mebibyte };
        reserve.Look();
        Assert.False(reserve.HasRoom);
        space = space with { FreeBytes = 50 * Mebibyte };
        reserve.Look();
        Assert.True(reserve.HasRoom);
        await using Log log = Log.Open(_directory.Options with { MeasureSpace = _ => new DiskSpace(5 * Mebibyte, 100 * Mebibyte) });
        Assert.False(log.HasRoom);
        await using StreamClaim claim = log.Claim("account/1");
        Assert.Equal(1, await log.Write(claim, "cancel"));
    }

    [Fact]
    public async Task The_disk_is_looked_at_again_after_each_mebibyte_written()
    {
        int looks = 0;
        await using Log log = Log.Open(_directory.Options with { MeasureSpace = _ => new DiskSpace(Interlocked.Increment(ref looks) <= 2 ? 1L << 30 : 0, 1L << 30) });
        Assert.True(log.HasRoom);
        await using StreamClaim claim = log.Claim("account/1");
        for (int i = 0; i < 3; i++) await log.WhenDurable(claim.Append(new byte[Log.MaxRecordBytes / 2]));
        Assert.False(log.HasRoom);
    }

    [Fact]
    public void Without_room_to_open_the_start_ends_with_75()
    {
        LogOptions options = _directory.Options with { MeasureSpace = _ => new DiskSpace(1 * Mebibyte, 100 * Mebibyte) };
        Assert.Equal(75, Assert.Throws<NoRoomException>(() => Log.Open(options)).ExitCode);
    }

    [Fact]
    public void A_disk_that_cannot_be_measured_is_taken_for_full()
    {
        bool gone = false;
        using var reserve = new DiskReserve(_directory.Path, _ => gone ? throw new IOException("gone") : new DiskSpace(1L << 40, 1L << 40));
        Assert.True(reserve.HasRoom);
        gone = true;
        reserve.Look();
        Assert.False(reserve.HasRoom);
    }

    [Fact]
    public void The_space_of_a_real_directory_can_be_measured()
    {
        DiskSpace space = DiskSpace.Of(_directory.Path);
        Assert.InRange(space.FreeBytes, 1, space.TotalBytes);
    }
}
