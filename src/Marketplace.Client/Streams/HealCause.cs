namespace Marketplace.Client.Streams;

/// <summary>Why a stream had to heal itself.</summary>
public enum HealCause
{
    /// <summary>The connection was lost, and went on where it was: nothing is missing.</summary>
    Resumed = 1,
    /// <summary>The connection was lost, and went on with a new snapshot.</summary>
    Reconnected = 2,
    /// <summary>The venue dropped messages because this reader is too slow.</summary>
    SlowReader = 3,
    /// <summary>The venue lost the thread, or began a new epoch.</summary>
    Discontinuity = 4,
    /// <summary>A message did not follow on the one before.</summary>
    ChainBroken = 5,
    /// <summary>The book did not have the checksum the venue sent.</summary>
    ChecksumMismatch = 6,
    /// <summary>The venue's sequence went back: it may have lost what it had published.</summary>
    WentBack = 7,
}

/// <summary>A stream healed itself. What happened between the two sequences was not seen as it happened, unless the cause says that nothing is missing.</summary>
/// <param name="Cause">Why.</param>
/// <param name="LastSequence">Last sequence (version, of an account) seen before.</param>
/// <param name="ResumedSequence">Sequence (version, of an account) it goes on from.</param>
public sealed record Healed(HealCause Cause, long LastSequence, long ResumedSequence);
