using Marketplace.Domain.Clock;
using Marketplace.Domain.Refusals;
using Marketplace.Domain.Tests.Support;
using Marketplace.Domain.Units;

namespace Marketplace.Domain.Tests.Clock;

public sealed class ClockDeskTests
{
    private static readonly Timestamp Later = TestInstruments.Start.Plus(Timestamp.MicrosPerHour);

    private static WatchedDesk<ClockDesk> Desk() => new(() => new ClockDesk());

    private static Result<ClockMove> Advance(WatchedDesk<ClockDesk> desk, string request, Timestamp to) => desk.Ask(clock => clock.Advance(Asked.By("operator", request), to));

    [Fact]
    public void A_move_is_done_once_and_its_id_is_taken()
    {
        var desk = Desk();

        Assert.Equal(Later, Advance(desk, "a1", Later).Value!.To);
        Assert.True(Advance(desk, "a1", Later).Repeated);
        Assert.Equal(new Refusal(RejectReason.AlreadyExists, "request_id"), Advance(desk, "a1", Later.Plus(1)).Refusal);
        Assert.Equal((Later, 1), (desk.Machine.MovedTo, desk.Machine.Version));
    }

    [Fact]
    public void The_clock_never_goes_back()
    {
        var desk = Desk();
        Advance(desk, "a1", Later);

        Assert.Equal(new Refusal(RejectReason.TimeOutOfRange, "advance_to_time"), Advance(desk, "a2", Later.Plus(-1)).Refusal);
        Assert.Equal(new Refusal(RejectReason.TimeOutOfRange, "advance_to_time"), Advance(desk, "a3", ClockDesk.End).Refusal);
        Assert.Equal(Later, desk.Machine.MovedTo);
    }
}
