using System.Globalization;
using Marketplace.Server.Hosting;

namespace Marketplace.EndToEnd.Tests;

/// <summary>The memory the server's heap grows into.</summary>
public sealed class LargePagesTests
{
    private static readonly string[] Maps =
    [
        "10000000-10001000 ---p 00000000 00:00 0 ",
        "10001000-90000000 ---p 00000000 00:00 0 ",
        "90001000-90002000 rw-p 00000000 00:00 0 ",
        "90002000-90004000 ---p 00000000 00:00 0 ",
        "90004000-90006000 rw-p 00000000 00:00 0                          [anon:heap]",
        "90006000-f0000000 ---p 00000000 00:00 0 ",
        "f0000000-f0001000 rw-p 00000000 00:00 0 ",
        "f0001000-190000000 ---p 00000000 00:00 0 ",
        "190000000-190001000 r--p 00000000 fd:00 4711                      /usr/lib/libc.so.6",
        "190001000-490000000 ---p 00000000 00:00 0 ",
    ];

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public void The_reserve_is_the_largest_closed_memory_behind_the_heap_before_any_file_or_gap()
    {
        Assert.Equal((0xf0001000UL, 0x190000000UL), LargePages.ReserveOf(0x90001800, Maps));
        Assert.Equal((0x90006000UL, 0xf0000000UL), LargePages.ReserveOf(0x90004000, Maps[..6]));
    }

    [Fact]
    public void There_is_no_reserve_where_the_memory_is_small_or_apart()
    {
        Assert.Null(LargePages.ReserveOf(0x90001800, Maps[..5]));
        Assert.Null(LargePages.ReserveOf(0x190000800, Maps[..9]));
        Assert.Null(LargePages.ReserveOf(0x90000800, Maps));
    }

    [Theory]
    [InlineData("always [madvise] never", "0", true)]
    [InlineData("[always] madvise never", "1", true)]
    [InlineData("always [madvise] never", "2", false)]
    [InlineData("always madvise [never]", "0", false)]
    [InlineData(null, "0", false)]
    [InlineData("always [madvise] never", null, false)]
    public void They_are_had_where_they_are_handed_out_and_memory_is_not_promised_strictly(string? setting, string? overcommit, bool are)
        => Assert.Equal(are, LargePages.AreHandedOut(setting, overcommit));

    [Fact]
    public async Task A_server_grows_into_large_pages_where_the_machine_hands_them_out()
    {
        using var folder = new DataFolder();
        await using var server = await RunningServer.Start(folder.Directory, Cancellation);
        Assert.Equal(LargePages.AreHandedOut(), LargestAdvisedBytes(server.ProcessId) >= 64 << 20);
        Assert.Equal(0, await server.Stop(Cancellation));
    }

    // smaps of proc(5): a line of the mapping, then lines of what is in it; hg is "large pages wanted", dd "left out of dumps".
    private static long LargestAdvisedBytes(int process)
    {
        long largest = 0, bytes = 0;
        foreach (var line in File.ReadLines($"/proc/{process}/smaps"))
        {
            var fields = line.Split(' ', StringSplitOptions.RemoveEmptyEntries);
            if (fields[0].Split('-') is [var from, var to])
            {
                bytes = fields[1] == "rw-p" ? long.Parse(to, NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture) - long.Parse(from, NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture) : 0;
            }
            else if (fields[0] == "VmFlags:" && fields.Contains("hg") && !fields.Contains("dd"))
            {
                largest = Math.Max(largest, bytes);
            }
        }

        return largest;
    }
}
