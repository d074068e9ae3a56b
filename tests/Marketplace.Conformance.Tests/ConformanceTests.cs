using Marketplace.Conformance.Tests.Cases;
using Marketplace.Conformance.Tests.Venues;

namespace Marketplace.Conformance.Tests;

/// <summary>The cases on which engines written elsewhere agree: against the domain's book, and through the API of a whole venue.</summary>
public sealed class ConformanceTests(InProcessServer server) : IClassFixture<InProcessServer>
{
    [Fact]
    public Task Every_case_comes_to_what_it_must() => All(_ => Task.FromResult<IVenueUnderTest>(new DomainVenue()));

    [Fact]
    public Task Every_case_comes_to_what_it_must_through_the_API() => All(async _ => await GrpcVenue.On(server));

    private static async Task All(Func<ConformanceCase, Task<IVenueUnderTest>> venueOf)
    {
        var differing = new List<string>();
        var cases = CaseFile.Read("cases.json");
        foreach (var one in cases.Where(one => !IsLeftOut(one)))
        {
            var got = await Play(await venueOf(one), one);
            differing.AddRange(Comparison.Differences(one, got).Select(difference => $"{one.Id} ({one.Title}): {difference}"));
        }

        Assert.True(differing.Count == 0, string.Join('\n', differing));
        TestContext.Current.SendDiagnosticMessage($"{cases.Length} cases, {cases.Count(IsLeftOut)} of all-or-none orders left out, {cases.Count(UntoldFills.In)} without the fills of fill-or-kill orders");
    }

    /// <summary>All-or-none resting orders are not offered here: fill-or-kill covers the need.</summary>
    internal static bool IsLeftOut(ConformanceCase one) => one.Steps.Any(step => step.Tif == "AON");

    internal static async Task<ObservedBook> Play(IVenueUnderTest venue, ConformanceCase one)
    {
        await using (venue)
        {
            foreach (var step in one.FromItsStart().Steps)
            {
                await venue.Do(step);
            }

            return await venue.Observe();
        }
    }
}
