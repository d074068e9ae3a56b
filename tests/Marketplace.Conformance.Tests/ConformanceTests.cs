using Marketplace.Conformance.Tests.Cases;
using Marketplace.Conformance.Tests.Venues;

namespace Marketplace.Conformance.Tests;

/// <summary>The cases on which engines written elsewhere agree: against the domain's book, and through the API of a whole venue.</summary>
public sealed class ConformanceTests(InProcessServer server) : IClassFixture<InProcessServer>
{
    /// <summary>
    /// Cases whose file contradicts itself, with what is compared instead. The title of fok-04 says filled and its book shows both makers traded, but its trades are empty and
    /// the traded quantities stand under "gone": an engine that does not tell the fills of a fill-or-kill order. The book that is left is compared.
    /// </summary>
    private static readonly string[] BookAlone = ["fok-04"];

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
            differing.AddRange((BookAlone.Contains(one.Id) ? Comparison.BookDifferences(one.Expected, got) : Comparison.Differences(one.Expected, got))
                .Select(difference => $"{one.Id} ({one.Title}): {difference}"));
        }

        Assert.True(differing.Count == 0, string.Join('\n', differing));
        TestContext.Current.SendDiagnosticMessage($"{cases.Length} cases, {cases.Count(IsLeftOut)} of all-or-none orders left out");
    }

    /// <summary>All-or-none resting orders are not offered here: fill-or-kill covers the need.</summary>
    internal static bool IsLeftOut(ConformanceCase one) => one.Steps.Any(step => step.Tif == "AON");

    internal static async Task<ObservedBook> Play(IVenueUnderTest venue, ConformanceCase one)
    {
        await using (venue)
        {
            foreach (var step in one.Steps)
            {
                await venue.Do(step);
            }

            return await venue.Observe();
        }
    }
}
