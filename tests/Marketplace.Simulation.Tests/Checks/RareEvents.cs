namespace Marketplace.Simulation.Tests.Checks;

/// <summary>What a campaign must have seen: one that has not, has not tested it.</summary>
internal enum RareEvent
{
    CrashWithUnflushedRecords,
    CrashOfOneOfTwoProcesses,
    Reactivated,
    RestoredFromSnapshot,
    RestoredFromGenesis,
    RepeatedParcelIgnored,
    ParcelPartlyRepeated,
    ParcelLost,
    ReceiptLost,
    ParcelsTakenTogether,
    NotYet,
    AnswerLost,
    AnswerLostInCrash,
    RepeatAnsweredFromTheLog,
    RepeatWhileUnderWay,
    SameIdWithAnotherPayload,
    RefusedAtTheDoor,
    RefusedByTheBook,
    CancelOvertakenByFill,
    ReplaceOvertakenByFill,
    ReplaceGivenBackBehindTheEnd,
    Expired,
    SelfTradePrevented,
    TradedWithItself,
    NotFillable,
    WouldCross,
    StopWaited,
    StopTriggered,
    StopTriggeredByAStop,
    StopReplaced,
    NextTipShown,
    Decremented,
    BookMoved,
    RefusedWhileHalted,
    ClosedByItself,
    CancelledByClose,
    CancelledBySuspension,
    ImmediateTrade,
    Cycle,
    CycleThatNetted,
    SettledEarly,
    TradeSeenSettled,
    FeesSwept,
    CashInTransitInADurableCut,
    TokensInTransitInADurableCut,
    TokensReclaimed,
    ReclaimRefused,
    IssueRefusedOverAttested,
    AttestationWithdrawn,
    WithdrawalPaid,
    WithdrawalReturned,
    Transferred,
    MassCancelled,
    MassCancelOvertakenByFill,
    FirmMassCancelled,
    SessionLost,
    SessionLostOverACrash,
    SessionResumed,
    RefusedThroughALostSession,
}

/// <summary>How often each rare event happened.</summary>
internal sealed class RareEvents
{
    private readonly long[] _counts = new long[Enum.GetValues<RareEvent>().Length];

    public void Count(RareEvent happened) => _counts[(int)happened]++;

    public void CountIf(bool happens, RareEvent happened)
    {
        if (happens)
        {
            Count(happened);
        }
    }

    /// <summary>Counts what a reason of a book tells.</summary>
    public void CountReason(RejectReason reason)
    {
        RareEvent? happened = reason switch
        {
            RejectReason.Expired => RareEvent.Expired,
            RejectReason.SelfTrade => RareEvent.SelfTradePrevented,
            RejectReason.NotFillable => RareEvent.NotFillable,
            RejectReason.WouldCross => RareEvent.WouldCross,
            RejectReason.BookMoved => RareEvent.BookMoved,
            RejectReason.InstrumentHalted => RareEvent.RefusedWhileHalted,
            RejectReason.InstrumentClosed => RareEvent.CancelledByClose,
            RejectReason.CancelledBySuspension => RareEvent.CancelledBySuspension,
            RejectReason.OvertakenByFill => RareEvent.ReplaceOvertakenByFill,
            RejectReason.CancelledByMassCancel => RareEvent.MassCancelled,
            RejectReason.SessionLost => RareEvent.SessionLost,
            _ => null,
        };
        if (happened is { } known)
        {
            Count(known);
        }
    }

    public long Of(RareEvent happened) => _counts[(int)happened];

    /// <summary>Takes in what another run has seen.</summary>
    public void Add(RareEvents other)
    {
        for (var at = 0; at < _counts.Length; at++)
        {
            _counts[at] += other._counts[at];
        }
    }

    /// <summary>What never happened.</summary>
    public IEnumerable<RareEvent> Missing() => Enum.GetValues<RareEvent>().Where(happened => Of(happened) == 0);

    public override string ToString() => string.Join(", ", Enum.GetValues<RareEvent>().Select(happened => $"{happened} {Of(happened)}"));
}
