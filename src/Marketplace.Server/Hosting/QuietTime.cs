namespace Marketplace.Server.Hosting;

/// <summary>Time in which the process has nothing else to do: it used less than an eighth of one processor for a fifth of a second.</summary>
internal static class QuietTime
{
    /// <summary>How long it is looked at.</summary>
    public static readonly TimeSpan LookEvery = TimeSpan.FromMilliseconds(200);

    private const int ShareOfProcessor = 8;

    /// <summary>Does some work, until the process ends, whenever it is quiet; each piece of it is told for how long the process has been.</summary>
    public static void Use(IReadOnlyList<Action<TimeSpan>> work) => new Thread(() => Run(work)) { Name = "quiet time", IsBackground = true }.Start();

    private static void Run(IReadOnlyList<Action<TimeSpan>> work)
    {
        for (var quiet = TimeSpan.Zero; ;)
        {
            var used = Environment.CpuUsage.TotalTime;
            Thread.Sleep(LookEvery);
            quiet = Environment.CpuUsage.TotalTime - used < LookEvery / ShareOfProcessor ? quiet + LookEvery : TimeSpan.Zero;
            for (var i = 0; i < work.Count && quiet > TimeSpan.Zero; i++)
            {
                work[i](quiet);
            }
        }
    }
}
