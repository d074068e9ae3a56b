using System.Diagnostics;
using System.Globalization;
using Marketplace.Simulation.Tests.Checks;
using Marketplace.Simulation.Tests.Machinery;

namespace Marketplace.Simulation.Tests;

/// <summary>Many seeds, each a venue under another schedule of faults. MARKETPLACE_SIM_SEEDS says how many, MARKETPLACE_SIM_FIRST where to begin: one seed is one run, always the same.</summary>
public sealed class CampaignTests(ITestOutputHelper output)
{
    private const int OperationsOfASeed = 1_000;

    private static readonly int Seeds = FromEnvironment("MARKETPLACE_SIM_SEEDS", 40);
    private static readonly int First = FromEnvironment("MARKETPLACE_SIM_FIRST", 1);

    [Fact]
    public void Every_invariant_holds_after_every_step_of_every_seed_and_every_rare_event_has_happened()
    {
        var rare = new RareEvents();
        var failures = new List<string>();
        var (steps, records, trades) = (0L, 0L, 0L);
        var watch = Stopwatch.StartNew();
        Parallel.For(First, First + Seeds, seed =>
        {
            try
            {
                var outcome = SimulatedRun.Of((ulong)seed, OperationsOfASeed);
                lock (rare)
                {
                    rare.Add(outcome.Rare);
                    steps += outcome.Steps;
                    records += outcome.Records;
                    trades += outcome.Trades;
                }
            }
            catch (Exception broken)
            {
                lock (rare)
                {
                    failures.Add($"seed {seed}: {broken}");
                }
            }
        });

        output.WriteLine($"{Seeds} seeds of {OperationsOfASeed} operations in {watch.Elapsed.TotalSeconds:F1} s: {steps} steps, {records} records, {trades} trades");
        output.WriteLine(rare.ToString());
        Assert.True(failures.Count == 0, string.Join('\n', failures.Order(StringComparer.Ordinal).Take(3)));
        Assert.Empty(rare.Missing());
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public void The_same_seed_ends_in_the_same_hash(ulong seed)
    {
        var once = SimulatedRun.Of(seed, OperationsOfASeed);
        var again = SimulatedRun.Of(seed, OperationsOfASeed);

        output.WriteLine($"seed {seed}: {once.Hash:X16} in {once.Steps} steps");
        Assert.Equal((once.Hash, once.Steps, once.Records), (again.Hash, again.Steps, again.Records));
    }

    private static int FromEnvironment(string name, int otherwise) =>
        int.TryParse(Environment.GetEnvironmentVariable(name), NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : otherwise;
}
