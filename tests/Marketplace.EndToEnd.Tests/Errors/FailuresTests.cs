using Google.Protobuf;
using Marketplace.Journal;
using Marketplace.Server.Errors;
using Orleans.Runtime;
using InvariantBrokenException = Marketplace.Domain.Refusals.InvariantBrokenException;
using Reason = Marketplace.Domain.Refusals.RejectReason;

namespace Marketplace.EndToEnd.Tests.Errors;

/// <summary>What went wrong behind the edge is told as what it means for the command: never as done or not done where nobody knows.</summary>
public sealed class FailuresTests
{
    private static readonly Exception[] WhoseOutcomeNobodyKnows =
    [
        new JournalFailedException(new StoreFailedException("A sync failed.")),
        new TimeoutException("A grain did not answer."),

        // The one rejection that can be made outside the host: a call was turned away because its grain, or all of them, were leaving.
        new SiloUnavailableException("It leaves."),
    ];

    private static readonly Exception[] WhatACallThatIsOverMeets = [new OperationCanceledException(), new TaskCanceledException(), new IOException(), new InvalidOperationException()];

    public static TheoryData<bool, bool> WhateverElseHappens => new() { { false, false }, { false, true }, { true, false }, { true, true } };

    [Theory, MemberData(nameof(WhateverElseHappens))]
    public void A_command_that_may_have_been_done_has_an_unknown_outcome(bool callIsOver, bool processEnds) =>
        Assert.All(WhoseOutcomeNobodyKnows, failed => Assert.Equal(Reason.OutcomeUnknown, Failures.ReasonOf(failed, callIsOver, processEnds)));

    [Theory, MemberData(nameof(WhateverElseHappens))]
    public void A_message_that_cannot_be_read_is_the_callers_fault(bool callIsOver, bool processEnds) =>
        Assert.Equal(Reason.InvalidArgument, Failures.ReasonOf(Unreadable(), callIsOver, processEnds));

    [Theory]
    [InlineData(true, false, Reason.Cancelled)]
    [InlineData(true, true, Reason.Cancelled)]
    [InlineData(false, true, Reason.OutcomeUnknown)]
    [InlineData(false, false, Reason.None)]
    public void What_a_call_that_is_over_breaks_off_is_no_fault_of_the_venue(bool callIsOver, bool processEnds, Reason reason) =>
        Assert.All(WhatACallThatIsOverMeets, failed => Assert.Equal(reason, Failures.ReasonOf(failed, callIsOver, processEnds)));

    [Theory, MemberData(nameof(WhateverElseHappens))]
    public void A_broken_invariant_is_the_venues_fault_whatever_else_happens(bool callIsOver, bool processEnds) =>
        Assert.Equal(Reason.None, Failures.ReasonOf(new InvariantBrokenException("debits == credits"), callIsOver, processEnds));

    [Fact]
    public void What_nothing_explains_is_the_venues_fault_unless_the_process_ends()
    {
        Assert.Equal(Reason.None, Failures.ReasonOf(new KeyNotFoundException(), callIsOver: true, processEnds: false));
        Assert.Equal(Reason.OutcomeUnknown, Failures.ReasonOf(new KeyNotFoundException(), callIsOver: false, processEnds: true));
    }

    private static InvalidProtocolBufferException Unreadable() => Assert.Throws<InvalidProtocolBufferException>(() => PlaceOrderRequest.Parser.ParseFrom([0xFF]));
}
