using Marketplace.Domain.Accounts;
using Marketplace.Domain.Messages;
using Marketplace.Domain.Participants;
using Marketplace.Domain.Refusals;
using Marketplace.Domain.Tests.Support;

namespace Marketplace.Domain.Tests.Participants;

public sealed class ParticipantDirectoryTests
{
    private static WatchedDesk<ParticipantDirectory> Begun()
    {
        var desk = new WatchedDesk<ParticipantDirectory>(() => new ParticipantDirectory());
        desk.Ask(directory =>
        {
            directory.Begin("AA");
            return directory.CreateFirm(Asked.By("operator", "f1"), "alpha", "Alpha");
        });
        return desk;
    }

    private static Result<Participant> Create(WatchedDesk<ParticipantDirectory> desk, string id, string firm = "alpha", string request = "p1", ParticipantLimits? limits = null) =>
        desk.Ask(directory => directory.CreateParticipant(Asked.By("operator", request), id, firm, limits ?? ParticipantLimits.Default));

    private static Result<ApiKey> CreateKey(WatchedDesk<ParticipantDirectory> desk, string request, string participant = "ann", Role role = Role.Buyer, string secret = "BB", long micros = 1) =>
        desk.Ask(directory => directory.CreateKey(Asked.By("operator", request), participant, role, desk.Now.Plus(micros), secret));

    [Fact]
    public void A_new_venue_has_its_own_firm_participant_and_key()
    {
        var directory = Begun().Machine;

        Assert.Equal(Role.Operator, directory.FindBySecret("AA")!.Role);
        Assert.Equal(Participant.OperatorFirm, directory.Participants[Participant.Operator].Firm);
        Assert.IsType<AccountStanding>(Assert.Single(directory.Outbox.To(Streams.Account(Participant.Operator)).After(0, 9)));
    }

    [Fact]
    public void A_participant_of_a_known_firm_has_its_account_opened()
    {
        var desk = Begun();

        Assert.True(Create(desk, "ann").Ok);

        Assert.Equal("alpha", Assert.IsType<AccountStanding>(Assert.Single(desk.SaidTo(Streams.Account("ann")))).Participant.Firm);
    }

    [Theory]
    [InlineData("ann", "nowhere", RejectReason.NotFound)]
    [InlineData("a nn", "alpha", RejectReason.MalformedId)]
    [InlineData("operator", "alpha", RejectReason.AlreadyExists)]
    public void Nonsense_is_refused(string id, string firm, RejectReason reason) => Assert.Equal(reason, Create(Begun(), id, firm).Refusal.Reason);

    [Fact]
    public void Limits_have_ranges()
    {
        var desk = Begun();
        Assert.Equal(RejectReason.AmountOutOfRange, Create(desk, "ann", limits: new(0, 1, 1)).Refusal.Reason);
        Assert.True(Create(desk, "ann").Ok);

        Assert.Equal(RejectReason.AmountOutOfRange, desk.Ask(directory => directory.SetLimits(Asked.By("operator", "l1"), "ann", new(1, 4_000_001, 1))).Refusal.Reason);
        Assert.True(desk.Ask(directory => directory.SetLimits(Asked.By("operator", "l1"), "ann", new(1, 4_000_000, 1))).Ok);
        Assert.Equal(2, desk.Machine.Participants["ann"].Revision);
    }

    [Fact]
    public void A_suspension_and_its_end_are_told_to_the_account_and_the_operator_is_never_suspended()
    {
        var desk = Begun();
        Create(desk, "ann");

        Assert.True(Suspend("s1", "ann", true).Ok);
        Assert.Equal(RejectReason.WrongState, Suspend("s2", "ann", true).Refusal.Reason);
        Assert.True(Suspend("s3", "ann", false).Ok);
        Assert.Equal(RejectReason.WrongState, Suspend("s4", Participant.Operator, true).Refusal.Reason);
        Assert.Equal(RejectReason.NotFound, Suspend("s5", "zoe", true).Refusal.Reason);
        Assert.Equal([false, true, false], desk.SaidTo(Streams.Account("ann")).Cast<AccountStanding>().Select(standing => standing.Participant.Suspended));

        Result<Participant> Suspend(string request, string id, bool suspended) => desk.Ask(directory => directory.SetSuspended(Asked.By("operator", request), id, suspended));
    }

    [Fact]
    public void A_key_is_found_by_its_secret_until_and_after_it_is_revoked()
    {
        var desk = Begun();
        Create(desk, "ann");
        var key = CreateKey(desk, "k1").Value!;

        Assert.Equal(key, desk.Machine.FindBySecret("BB"));
        Assert.Null(desk.Machine.FindBySecret("CC"));
        Assert.True(desk.Ask(directory => directory.RevokeKey(Asked.By("operator", "r1"), key.Id)).Ok);
        desk.Watched.RestartFromSnapshot();
        Assert.True(desk.Machine.FindBySecret("BB")!.Revoked);
        Assert.Equal(RejectReason.WrongState, desk.Ask(directory => directory.RevokeKey(Asked.By("operator", "r2"), key.Id)).Refusal.Reason);
    }

    [Fact]
    public void A_repeated_key_request_gives_no_second_key_whatever_secret_was_drawn()
    {
        var desk = Begun();
        Create(desk, "ann");
        CreateKey(desk, "k1", secret: "BB");

        Assert.True(CreateKey(desk, "k1", secret: "CC").Repeated);
        Assert.Null(desk.Machine.FindBySecret("CC"));
    }

    [Fact]
    public void A_key_needs_a_participant_a_role_and_a_future()
    {
        var desk = Begun();
        Create(desk, "ann");

        Assert.Equal(new Refusal(RejectReason.NotFound, "participant_id"), CreateKey(desk, "k1", participant: "zoe").Refusal);
        Assert.Equal(new Refusal(RejectReason.InvalidArgument, "role"), CreateKey(desk, "k1", role: Role.Unspecified).Refusal);
        Assert.Equal(new Refusal(RejectReason.InvalidArgument, "role"), CreateKey(desk, "k1", role: (Role)99).Refusal);
        Assert.Equal(new Refusal(RejectReason.TimeOutOfRange, "expire_time"), CreateKey(desk, "k1", micros: 0).Refusal);
    }

    [Fact]
    public void The_last_key_of_the_operator_cannot_be_revoked()
    {
        var desk = Begun();

        Assert.Equal(RejectReason.WrongState, desk.Ask(directory => directory.RevokeKey(Asked.By("operator", "r1"), "key-1")).Refusal.Reason);
        CreateKey(desk, "k1", Participant.Operator, Role.Operator, micros: 10);
        Assert.True(desk.Ask(directory => directory.RevokeKey(Asked.By("operator", "r2"), "key-1")).Ok);
    }
}
