using Marketplace.Domain.Refusals;
using Marketplace.Journal;
using Orleans.Runtime;

namespace Marketplace.Server.Errors;

/// <summary>What a caller is told of a failure that is no refusal.</summary>
internal static class Failures
{
    /// <summary>
    /// The reason it leaves with: OUTCOME_UNKNOWN where only the command's id can tell whether it was done. None where nothing explains it: the fault is the venue's own.
    /// </summary>
    /// <param name="failed">What was thrown.</param>
    /// <param name="callIsOver">The client has cancelled the call, or its deadline has passed.</param>
    /// <param name="processEnds">The process is ending under the call.</param>
    public static RejectReason ReasonOf(Exception failed, bool callIsOver, bool processEnds) => failed switch
    {
        Google.Protobuf.InvalidProtocolBufferException => RejectReason.InvalidArgument,
        JournalException or TimeoutException or OrleansMessageRejectionException => RejectReason.OutcomeUnknown,
        OperationCanceledException or IOException or InvalidOperationException when callIsOver => RejectReason.Cancelled,
        not InvariantBrokenException when processEnds => RejectReason.OutcomeUnknown,
        _ => RejectReason.None,
    };
}
