using Marketplace.Simulation.Tests.Checks;
using Marketplace.Simulation.Tests.Machinery;
using Marketplace.Simulation.Tests.Tampering;

namespace Marketplace.Simulation.Tests;

/// <summary>The checkers themselves are tested: a venue broken on purpose is caught, each time.</summary>
public sealed class BrokenVenueTests(ITestOutputHelper output)
{
    private static readonly Dictionary<string, Func<Tamper>> Tampers = new(StringComparer.Ordinal)
    {
        ["releases a hold twice"] = () => new ReleasesTwice(),
        ["answers before the flush"] = () => new AnswersBeforeTheFlush(),
        ["forgets a message early"] = () => new ForgetsEarly(),
        ["skips a posting"] = () => new SkipsAPosting(),
        ["breaks ties wrongly"] = () => new BreaksTiesWrongly(),
        ["overcharges a fee"] = () => new OverchargesAFee(),
    };

    public static TheoryData<string, ulong> TamperAndSeed()
    {
        var data = new TheoryData<string, ulong>();
        foreach (var tamper in Tampers.Keys)
        {
            for (ulong seed = 1; seed <= 6; seed++)
            {
                data.Add(tamper, seed);
            }
        }

        return data;
    }

    [Theory]
    [MemberData(nameof(TamperAndSeed))]
    public void A_venue_that_is_broken_on_purpose_is_caught(string what, ulong seed) => Caught(what, Tampers[what](), seed);

    /// <summary>Of two processes only, and only where one of them loses what the other took: even seeds have one process.</summary>
    [Fact]
    public void Taking_what_another_process_may_lose_is_caught()
    {
        var caught = Enumerable.Range(0, 6).Count(at => IsCaught(new ClaimsDurability(), (ulong)(1 + (2 * at))));

        Assert.Equal(6, caught);
    }

    private static bool IsCaught(Tamper tamper, ulong seed)
    {
        try
        {
            SimulatedRun.Of(seed, 1_000, tamper);
            return false;
        }
        catch (Exception caught) when (caught is Violation or InvariantBrokenException)
        {
            return tamper.Done > 0;
        }
    }

    private void Caught(string what, Tamper tamper, ulong seed)
    {
        var caught = Assert.ThrowsAny<Exception>(() => SimulatedRun.Of(seed, 1_000, tamper));
        output.WriteLine($"a venue that {what}: {caught.Message}");
        Assert.True(caught is Violation or InvariantBrokenException, caught.ToString());
        Assert.True(tamper.Done > 0);
    }
}
