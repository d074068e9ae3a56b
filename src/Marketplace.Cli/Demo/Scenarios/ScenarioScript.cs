using System.Collections.Immutable;
using System.Globalization;
using Marketplace.Cli.Demo.Prices;
using Marketplace.Cli.Demo.Sources;
using Marketplace.Cli.Demo.Supply;

namespace Marketplace.Cli.Demo.Scenarios;

/// <summary>Writes a scenario from public records.</summary>
internal static class ScenarioScript
{
    // The first sale settles in the first quarter-hour cycle; five minutes more leave room for the cycle itself.
    private static readonly TimeSpan FirstCycle = TimeSpan.FromMinutes(20);
    private const int MostStepsOfAMoment = 12;
    private const int InstrumentsOfAMaker = 3;
    private const int InstrumentsOfABuyer = 2;
    private const int AllottedPercent = 40;
    private const int BuyerShare = 8_000;

    /// <summary>The scenario of these records; they must hold supply and prices of one accelerator at least.</summary>
    public static Scenario Write(PublicRecords records, ulong seed, ScenarioSize size)
    {
        var bases = records.Ratings.Select(rating => PriceBasis.Of(rating, records.Ratings)).OfType<PriceBasis>().ToImmutableDictionary(b => b.Accelerator);
        var opening = records.Prices.Min(price => price.Time);
        var supply = PublicSupply.From(records, DateOnly.FromDateTime(opening.UtcDateTime));
        var listed = supply.Listings.Select(listing => listing.Accelerator).ToHashSet(StringComparer.Ordinal);
        var usedBases = bases.Values.Where(basis => listed.Contains(basis.Accelerator)).OrderBy(b => b.Accelerator, StringComparer.Ordinal).ToImmutableArray();
        var tape = PriceTape.Of(records.Prices, usedBases.Select(basis => basis.Series).ToHashSet(StringComparer.Ordinal));
        var opensAt = tape.Moments[0];
        var settledBy = opensAt.Time + FirstCycle;
        var moments = Steps(tape.Rounds(settledBy, size.Rounds / MostStepsOfAMoment), size.Rounds);

        var instruments = InstrumentChoice.Of(supply.Listings, records.Ratings, bases, tape);
        var capacity = Contracts(supply.Listings, instruments);
        var issued = capacity.SelectMany(contract => contract.Issues).GroupBy(issue => issue.Instrument.Id)
            .ToDictionary(group => group.Key, group => group.Sum(issue => issue.Kwh));
        var suppliers = Suppliers(capacity, seed, size);
        var makers = Makers(instruments, issued, seed, size, moments.Length);
        var buyers = Buyers(instruments, issued, seed, size);

        var firstAsks = suppliers.Select(supplier => supplier.Open(opensAt)).OfType<Batch>().ToImmutableArray();
        var firstBids = makers.Select(maker => FirstBids(maker.Maker, maker.Allotments, opensAt)).ToImmutableArray();
        var rounds = ImmutableArray.CreateBuilder<Round>(moments.Length);
        foreach (var (number, moment) in moments.Index())
        {
            rounds.Add(new Round(moment.Time,
            [
                .. suppliers.Select(supplier => supplier.Act(number, moment)).OfType<Batch>(),
                .. makers.Select(maker => maker.Maker.Act(number, moment)).OfType<Batch>(),
                .. buyers.Select(buyer => buyer.Act(moment)).OfType<Batch>(),
            ]));
        }
        return new Scenario(supply, usedBases, instruments,
            [
                .. suppliers.Select(supplier => new Participant(supplier.Id, supplier.Id, Part.Supplier, 0)),
                .. makers.Select(maker => new Participant(maker.Maker.Id, maker.Maker.Firm, Part.Maker, maker.Maker.Need.DepositMicros)),
                .. buyers.Select(buyer => new Participant(buyer.Id, buyer.Firm, Part.Buyer, buyer.Need.DepositMicros)),
            ],
            capacity, opensAt.Time, firstAsks, firstBids, settledBy, rounds.MoveToImmutable());
    }

    // Prices are published hours apart and cycles net a quarter of an hour: the market is busy for some minutes after each publication, then quiet.
    private static ImmutableArray<TapeMoment> Steps(ImmutableArray<TapeMoment> published, int wanted)
    {
        var steps = ImmutableArray.CreateBuilder<TapeMoment>();
        var each = (wanted + published.Length - 1) / published.Length;
        foreach (var (number, moment) in published.Index())
        {
            for (var minute = 0; minute < each; minute++)
            {
                var time = moment.Time.AddMinutes(minute);
                if (number + 1 == published.Length || time < published[number + 1].Time) steps.Add(moment with { Time = time });
            }
        }
        return steps.ToImmutable();
    }

    // One supplier stands in for each recorded owner; where none is recorded, for each site.
    private static ImmutableArray<CapacityPlan> Contracts(ImmutableArray<Listing> listings, ImmutableArray<TradedInstrument> instruments)
    {
        var quarter = instruments[0].Period;
        var supplierOf = new Dictionary<string, string>(StringComparer.Ordinal);
        var contracts = ImmutableArray.CreateBuilder<CapacityPlan>();
        foreach (var listing in listings)
        {
            var issues = instruments
                .Where(instrument => instrument.Rating.Id == listing.Accelerator && instrument.Zone == listing.Zone)
                .Select(instrument => new Issue(instrument, instrument.ToLot(
                    CapacityPlan.CapacityKwh(listing.Attested, instrument.Rating.RatedWatts, instrument.Period.Hours) * instrument.IssuedPercent / 100)))
                .Where(issue => issue.Kwh > 0).ToImmutableArray();
            if (issues.IsEmpty) continue;
            var owner = listing.Owner.Length > 0 ? listing.Owner : listing.Site;
            if (!supplierOf.TryGetValue(owner, out var supplier)) supplierOf[owner] = supplier = Name("supplier", supplierOf.Count + 1);
            contracts.Add(new CapacityPlan(supplier, listing, issues[0].Instrument.Rating.RatedWatts, quarter, issues));
        }
        return contracts.ToImmutable();
    }

    private static List<Supplier> Suppliers(ImmutableArray<CapacityPlan> capacity, ulong seed, ScenarioSize size) =>
    [
        .. capacity.GroupBy(contract => contract.Supplier, StringComparer.Ordinal).Select(contracts => new Supplier(
            contracts.Key,
            [.. contracts.SelectMany(contract => contract.Issues).GroupBy(issue => issue.Instrument.Id)
                .Select(issues => (issues.First().Instrument, issues.Sum(issue => issue.Kwh)))],
            seed, size.SupplierPace)),
    ];

    private static List<(Maker Maker, List<(TradedInstrument Instrument, long Kwh)> Allotments)> Makers(
        ImmutableArray<TradedInstrument> instruments, Dictionary<string, long> issued, ulong seed, ScenarioSize size, int rounds)
    {
        var coverage = Enumerable.Range(0, size.MakerFirms).Select(firm => Spread(firm, InstrumentsOfAMaker, instruments)).ToList();
        var desks = coverage.SelectMany(covered => covered).CountBy(instrument => instrument.Id).ToDictionary(pair => pair.Key, pair => 2 * pair.Value);
        return
        [
            .. Enumerable.Range(0, 2 * size.MakerFirms).Select(number =>
            {
                var allotments = coverage[number / 2]
                    .Select(instrument => (instrument, instrument.ToLot(issued[instrument.Id] * AllottedPercent / 100 / desks[instrument.Id])))
                    .Where(allotment => allotment.Item2 > 0).ToList();
                return (new Maker(Name("maker", number + 1), Name("maker-firm", number / 2 + 1), allotments, seed, rounds, size.MakerPace), allotments);
            }),
        ];
    }

    private static List<Buyer> Buyers(
        ImmutableArray<TradedInstrument> instruments, Dictionary<string, long> issued, ulong seed, ScenarioSize size) =>
    [
        .. Enumerable.Range(0, size.Buyers).Select(number => new Buyer(
            Name("buyer", number + 1), Name("buyer-firm", number / 2 + 1),
            [.. Spread(number, InstrumentsOfABuyer, instruments).Select(instrument => (instrument, issued[instrument.Id] / BuyerShare))],
            seed, size.BuyerPace)),
    ];

    private static Batch FirstBids(Maker maker, List<(TradedInstrument Instrument, long Kwh)> allotments, TapeMoment opening) => new(
        maker.Id, [.. allotments.Select(allotment => maker.FirstBid(
            allotment.Instrument, allotment.Kwh, Supplier.OpeningPrice(allotment.Instrument, opening)))]);

    // Five steps apart: neighbours by number then cover different instruments, and every instrument is covered as often.
    private static List<TradedInstrument> Spread(int first, int count, ImmutableArray<TradedInstrument> instruments) =>
        [.. Enumerable.Range(0, count).Select(step => instruments[(first + 5 * step) % instruments.Length]).Distinct()];

    private static string Name(string part, int number) => string.Create(CultureInfo.InvariantCulture, $"{part}-{number:000}");
}
