using Marketplace.Domain.Accounts;
using Marketplace.Domain.Capacity;
using Marketplace.Domain.Catalog;
using Marketplace.Domain.Instruments;
using Marketplace.Domain.Messages;
using Marketplace.Domain.Refusals;
using Marketplace.Domain.Tests.Support;
using Marketplace.Domain.Units;

namespace Marketplace.Domain.Tests.Capacity;

public sealed class ContractDeskTests
{
    private const string Evidence = "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef";
    private static readonly Accelerator H100 = ReferenceAccelerators.All.Single(accelerator => accelerator.Id == "H100");
    private static readonly Instrument Quarter = TestInstruments.Quarter;
    private static readonly long HoursOfQuarter = Quarter.Period.LengthMicros / Timestamp.MicrosPerHour;

    /// <summary>1,000 H100 over the second quarter of 2027: 3,035,760 kWh.</summary>
    private static readonly CapacityOffer Offer = new(1_000, "USEAST", Firmness.Unspecified, Quarter.Period.Start, Quarter.Period.End, "site", "");

    private static WatchedDesk<ContractDesk> Offered()
    {
        var desk = new WatchedDesk<ContractDesk>(() => new ContractDesk("sup:o1"));
        Assert.True(desk.Ask(contract => contract.Offer(Asked.By("sup", "o1"), H100, Offer)).Ok);
        return desk;
    }

    private static WatchedDesk<ContractDesk> Attested(long count)
    {
        var desk = Offered();
        Assert.True(Attest(desk, "a1", count).Ok);
        return desk;
    }

    private static Result<CapacityContract> Attest(WatchedDesk<ContractDesk> desk, string request, long count, long kilowatts = 10_000, string evidence = Evidence) =>
        desk.Ask(contract => contract.Attest(Asked.By("att", request), count, kilowatts, "site", evidence));

    private static Result<CapacityContract> Issue(WatchedDesk<ContractDesk> desk, string request, long kwh, Instrument? instrument = null, string caller = "sup") =>
        desk.Ask(contract => contract.Issue(Asked.By(caller, request), instrument ?? Quarter, kwh));

    private static Result<CapacityContract> Reclaim(WatchedDesk<ContractDesk> desk, string request, long kwh) =>
        desk.Ask(contract => contract.WithdrawTokens(Asked.By("sup", request), Quarter.Id, kwh));

    [Fact]
    public void Capacity_is_count_times_rating_times_hours()
    {
        var contract = Attested(500).Machine.Contract!;

        Assert.Equal((1_000 * 1390 * HoursOfQuarter / 1000, 500 * 1390 * HoursOfQuarter / 1000, 0), (contract.OfferedKwh, contract.AttestedKwh, contract.OutstandingKwh));
        Assert.Equal((ContractState.Attested, 1, 1390, Firmness.Firm), (contract.State, contract.RatingVersion, contract.RatedWatts, contract.Firmness));
    }

    [Fact]
    public void Nothing_is_issued_before_an_attestation() => Assert.Equal(RejectReason.NotAttested, Issue(Offered(), "i1", 1).Refusal.Reason);

    [Fact]
    public void Tokens_are_issued_up_to_the_attested_capacity_and_not_a_kWh_more()
    {
        var desk = Attested(500);
        var attested = desk.Machine.Contract!.AttestedKwh;

        Assert.Equal(new Refusal(RejectReason.OverAttested, "quantity_kwh"), Issue(desk, "i1", attested + 1).Refusal);
        Assert.True(Issue(desk, "i2", attested - 1).Ok);
        Assert.True(Issue(desk, "i3", 1).Ok);
        Assert.Equal(RejectReason.OverAttested, Issue(desk, "i4", 1).Refusal.Reason);
        Assert.Equal(attested, desk.SaidTo(Streams.Account("sup")).Cast<TokensCredited>().Sum(credited => credited.Kwh));
    }

    [Fact]
    public void Tokens_of_periods_that_overlap_share_the_capacity_of_their_common_hours()
    {
        var desk = Attested(1_000);
        var april = Of("2027M04");
        var may = Of("2027M05");
        var day = Of("20270415");
        Assert.True(Issue(desk, "i1", 1_000 * 1390 * 24 * 30 / 1000, april).Ok);

        Assert.Equal(RejectReason.OverAttested, Issue(desk, "i2", 1, day).Refusal.Reason);
        Assert.True(Issue(desk, "i3", 1_000 * 1390 * 24 * 31 / 1000, may).Ok);
        Assert.Equal(RejectReason.OverAttested, Issue(desk, "i4", 1, Quarter).Refusal.Reason);
    }

    [Fact]
    public void Tokens_go_only_into_what_has_model_rating_zone_and_period_in_common()
    {
        var desk = Attested(1_000);

        Assert.All(
            [Quarter with { Accelerator = "H200" }, Quarter with { RatingVersion = 2 }, Quarter with { Zone = "EU" }],
            instrument => Assert.Equal(new Refusal(RejectReason.InstrumentMismatch, "instrument_id"), Issue(desk, "i1", 1, instrument).Refusal));
        Assert.Equal(RejectReason.OutsidePeriod, Issue(desk, "i1", 1, Of("2027Q3")).Refusal.Reason);
        Assert.Equal(RejectReason.OutsidePeriod, Issue(desk, "i1", 1, Of("2027")).Refusal.Reason);
        Assert.Equal(RejectReason.InstrumentClosed, Issue(desk, "i1", 1, Quarter with { State = InstrumentState.Closed }).Refusal.Reason);
        Assert.Equal(RejectReason.QuantityOutOfRange, Issue(desk, "i1", 0).Refusal.Reason);
        Assert.Equal(RejectReason.NotFound, Issue(desk, "i1", 1, caller: "another").Refusal.Reason);
    }

    [Fact]
    public void An_attestation_is_of_what_was_offered_and_of_power_that_carries_it()
    {
        var desk = Offered();

        Assert.Equal(new Refusal(RejectReason.OverOffered, "accelerator_count"), Attest(desk, "a1", 1_001).Refusal);
        Assert.Equal(new Refusal(RejectReason.OverAttested, "attested_kw"), Attest(desk, "a1", 1_000, 1_389).Refusal);
        Assert.Equal(new Refusal(RejectReason.QuantityOutOfRange, "accelerator_count"), Attest(desk, "a1", 0).Refusal);
        Assert.Equal(new Refusal(RejectReason.InvalidArgument, "evidence_sha256"), Attest(desk, "a1", 1, evidence: "AB").Refusal);
        Assert.True(Attest(desk, "a1", 1_000, 1_390).Ok);
    }

    [Fact]
    public void An_attestation_is_not_withdrawn_below_what_is_outstanding()
    {
        var desk = Attested(1_000);
        Issue(desk, "i1", 600 * 1390 * HoursOfQuarter / 1000);

        Assert.Equal(RejectReason.TokensOutstanding, Withdraw("u1", 599).Refusal.Reason);
        Assert.Equal(RejectReason.TokensOutstanding, Attest(desk, "a2", 599).Refusal.Reason);
        Assert.True(Withdraw("u2", 600).Ok);
        Assert.Equal(RejectReason.NotFound, desk.Ask(contract => contract.WithdrawAttestation(Asked.By("another", "u3"), 600)).Refusal.Reason);

        Result<CapacityContract> Withdraw(string request, long remaining) => desk.Ask(contract => contract.WithdrawAttestation(Asked.By("att", request), remaining));
    }

    [Fact]
    public void Unissued_capacity_is_withdrawn_and_a_contract_withdrawn_whole_is_over()
    {
        var desk = Attested(1_000);
        var offered = desk.Machine.Contract!.OfferedKwh;
        Issue(desk, "i1", 1_000);

        Assert.Equal(RejectReason.TokensOutstanding, Withdraw("w1", offered).Refusal.Reason);
        Assert.True(Withdraw("w2", offered - 1_000).Ok);
        Assert.Equal(RejectReason.OverAttested, Issue(desk, "i2", 1).Refusal.Reason);
        Reclaim(desk, "q1", 1_000);
        desk.Tell(Streams.Account("sup"), new TokensReturned("q1", Quarter.Id, 1_000, RejectReason.None));
        Assert.True(Withdraw("w3", 1_000).Ok);
        Assert.Equal(ContractState.Withdrawn, desk.Machine.Contract!.State);
        Assert.Equal(RejectReason.ContractWithdrawn, Issue(desk, "i3", 1).Refusal.Reason);

        Result<CapacityContract> Withdraw(string request, long kwh) => desk.Ask(contract => contract.WithdrawCapacity(Asked.By("sup", request), kwh));
    }

    [Fact]
    public void Tokens_come_back_from_the_account_where_they_are_available_and_else_do_not()
    {
        var desk = Attested(1_000);
        Issue(desk, "i1", 1_000);
        Reclaim(desk, "q1", 600);
        Reclaim(desk, "q2", 400);

        desk.Tell(Streams.Account("sup"), new TokensReturned("q1", Quarter.Id, 600, RejectReason.None));
        Assert.Equal([("q1", RejectReason.None)], desk.Machine.Reclaimed);
        desk.Tell(Streams.Account("sup"), new TokensReturned("q2", Quarter.Id, 0, RejectReason.InsufficientTokens));
        Assert.Equal([("q2", RejectReason.InsufficientTokens)], desk.Machine.Reclaimed);

        Assert.Equal(400, desk.Machine.Contract!.OutstandingKwh);
    }

    [Fact]
    public void No_more_tokens_are_asked_back_at_once_than_are_outstanding()
    {
        var desk = Attested(1_000);
        Issue(desk, "i1", 1_000);
        Assert.True(Reclaim(desk, "q1", 600).Ok);

        Assert.Equal(new Refusal(RejectReason.QuantityOutOfRange, "quantity_kwh"), Reclaim(desk, "q2", 401).Refusal);
        Assert.True(Reclaim(desk, "q3", 400).Ok);
        desk.Tell(Streams.Account("sup"), new TokensReturned("q1", Quarter.Id, 0, RejectReason.InsufficientTokens));
        desk.Watched.RestartFromSnapshot();
        Assert.Equal(RejectReason.QuantityOutOfRange, Reclaim(desk, "q4", 601).Refusal.Reason);
        Assert.True(Reclaim(desk, "q5", 600).Ok);
    }

    [Fact]
    public void The_account_gives_back_what_is_available_only()
    {
        var venue = TestVenue.With(0, "sup").Credit("sup", Quarter, 10);
        venue.Submit("sup", Requests.Ask("a1", 7, 100, Quarter));

        venue.Tell(Streams.Contract("sup:o1"), Streams.Account("sup"), new TokensReclaim("q1", Quarter.Id, 4));
        venue.Tell(Streams.Contract("sup:o1"), Streams.Account("sup"), new TokensReclaim("q2", Quarter.Id, 3));

        Assert.Equal(
            [("q1", 0, RejectReason.InsufficientTokens), ("q2", 3, RejectReason.None)],
            venue.Account("sup").Outbox.To(Streams.Contract("sup:o1")).After(0, 9).Cast<TokensReturned>().Select(returned => (returned.Request, returned.Kwh, returned.Refused)));
        Assert.Equal(new TokenBalance(0, 7, 0), venue.Account("sup").Tokens[Quarter.Id]);
    }

    public static TheoryData<CapacityOffer, RejectReason, string> Nonsense() => new()
    {
        { Offer with { Count = 0 }, RejectReason.QuantityOutOfRange, "accelerator_count" },
        { Offer with { Count = 100_000_001 }, RejectReason.QuantityOutOfRange, "accelerator_count" },
        { Offer with { Zone = "u" }, RejectReason.MalformedId, "zone" },
        { Offer with { Firmness = (Firmness)7 }, RejectReason.InvalidArgument, "firmness" },
        { Offer with { Start = Offer.Start.Plus(1) }, RejectReason.TimeOutOfRange, "start_time" },
        { Offer with { End = Offer.End.Plus(1) }, RejectReason.TimeOutOfRange, "end_time" },
        { Offer with { End = Offer.Start }, RejectReason.TimeOutOfRange, "end_time" },
        { Offer with { Start = new Timestamp(0), End = new Timestamp(Timestamp.MicrosPerHour) }, RejectReason.TimeOutOfRange, "end_time" },
        { Offer with { Site = new string('x', 201) }, RejectReason.InvalidArgument, "site" },
        { Offer with { Notes = new string('x', 1_001) }, RejectReason.InvalidArgument, "notes" },
    };

    [Theory]
    [MemberData(nameof(Nonsense))]
    public void Nonsense_is_not_offered(CapacityOffer offer, RejectReason reason, string field)
    {
        var desk = new WatchedDesk<ContractDesk>(() => new ContractDesk("sup:o1"));

        Assert.Equal(new Refusal(reason, field), desk.Ask(contract => contract.Offer(Asked.By("sup", "o1"), H100, offer)).Refusal);
        Assert.Null(desk.Machine.Contract);
    }

    [Fact]
    public void An_unrated_accelerator_is_not_offered()
    {
        var desk = new WatchedDesk<ContractDesk>(() => new ContractDesk("sup:o1"));

        Assert.Equal(RejectReason.Unrated, desk.Ask(contract => contract.Offer(Asked.By("sup", "o1"), H100 with { Ratings = [] }, Offer)).Refusal.Reason);
    }

    private static Instrument Of(string text)
    {
        Assert.True(DeliveryPeriod.TryParse(text, out var period));
        return Quarter with { Id = Instrument.IdOf("H100", 1, "USEAST", period), Period = period };
    }
}
