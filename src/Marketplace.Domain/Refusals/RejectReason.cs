namespace Marketplace.Domain.Refusals;

/// <summary>
/// Why something was refused: one vocabulary from the domain to the wire, where each is spelled in UPPER_SNAKE. Numbered by stage:
/// 1 who asks, 100 how it is written, 200 what the door allows, 300 what an account allows, 400 what a book allows, 500 capacity, 600 the desk.
/// Numbers are in the journal: they are never given a second meaning.
/// </summary>
public enum RejectReason
{
    /// <summary>Nothing was refused.</summary>
    None = 0,

    /// <summary>No key, or one the venue never gave.</summary>
    Unauthenticated = 1,
    /// <summary>The key was revoked.</summary>
    KeyRevoked = 2,
    /// <summary>The key is past its expiry.</summary>
    KeyExpired = 3,
    /// <summary>The key's role may not do this.</summary>
    PermissionDenied = 4,
    /// <summary>It does not exist, or it is not the caller's: the two look the same.</summary>
    NotFound = 5,

    /// <summary>The id was used before with another payload, or what it names exists.</summary>
    AlreadyExists = 100,
    /// <summary>A field is missing or cannot be read.</summary>
    InvalidArgument = 101,
    /// <summary>An id is not 1 to 64 characters of [A-Za-z0-9_.-], or not of its stated form.</summary>
    MalformedId = 102,
    /// <summary>A quantity outside its stated range.</summary>
    QuantityOutOfRange = 103,
    /// <summary>A price outside its stated range.</summary>
    PriceOutOfRange = 104,
    /// <summary>A price that is not a multiple of the instrument's tick.</summary>
    PriceNotOnTick = 105,
    /// <summary>A quantity that is not a multiple of the instrument's lot.</summary>
    QuantityNotOnLot = 106,
    /// <summary>A price outside the instrument's collar.</summary>
    PriceOutsideCollar = 107,
    /// <summary>A time outside its stated range.</summary>
    TimeOutOfRange = 108,
    /// <summary>Terms that make no sense together.</summary>
    IncompatibleTerms = 109,
    /// <summary>The instrument does not allow this self-trade mode.</summary>
    SelfTradeModeNotAllowed = 110,
    /// <summary>An amount outside its stated range.</summary>
    AmountOutOfRange = 111,

    /// <summary>valid_until has passed: the write was not run and never will be.</summary>
    ValidityPassed = 200,
    /// <summary>valid_until lies beyond the window in which ids are remembered.</summary>
    ValidityBeyondWindow = 201,
    /// <summary>More requests a second than the participant may send.</summary>
    RateLimit = 202,
    /// <summary>More streams than the participant may hold.</summary>
    StreamLimit = 203,
    /// <summary>The venue has more queued than it will promise; repeat later.</summary>
    VenueBusy = 204,
    /// <summary>The disk's reserve is reached: cancels, reads and settlement only.</summary>
    NoRoom = 205,
    /// <summary>The venue's clock jumped: no new orders until it agrees again.</summary>
    ClockHalted = 206,
    /// <summary>The outcome is not known; repeat with the same id.</summary>
    OutcomeUnknown = 207,
    /// <summary>The venue's clock is not manual.</summary>
    ClockNotManual = 208,
    /// <summary>The request ended before its work began, by the caller's cancel or deadline.</summary>
    Cancelled = 209,

    /// <summary>Available cash does not cover it.</summary>
    InsufficientFunds = 300,
    /// <summary>Available tokens do not cover it.</summary>
    InsufficientTokens = 301,
    /// <summary>The participant has as many open orders as it may.</summary>
    OpenOrderLimit = 302,
    /// <summary>The participant is suspended.</summary>
    ParticipantSuspended = 303,
    /// <summary>No order of this id is known.</summary>
    OrderUnknown = 304,
    /// <summary>The order is not open any more.</summary>
    OrderNotOpen = 305,
    /// <summary>The delivery period is over: nothing of it moves.</summary>
    PeriodOver = 306,

    /// <summary>The instrument does not trade yet.</summary>
    InstrumentNotOpen = 400,
    /// <summary>The instrument is halted: cancels only.</summary>
    InstrumentHalted = 401,
    /// <summary>The instrument is closed for ever.</summary>
    InstrumentClosed = 402,
    /// <summary>A post-only order would have traded at once.</summary>
    WouldCross = 403,
    /// <summary>It would have traded with its own firm.</summary>
    SelfTrade = 404,
    /// <summary>A fill-or-kill order could not be filled whole.</summary>
    NotFillable = 405,
    /// <summary>A reduction must leave less than is open, and at least one lot.</summary>
    QuantityNotReduced = 406,
    /// <summary>The order's time had passed.</summary>
    Expired = 407,
    /// <summary>The rest of an immediate or market order, cancelled because nothing more matched.</summary>
    NothingLeftToMatch = 408,
    /// <summary>Cancelled because its owner asked.</summary>
    CancelledByOwner = 409,
    /// <summary>Cancelled because the operator suspended its owner.</summary>
    CancelledBySuspension = 410,
    /// <summary>Fills that came first leave nothing to replace, or leave its hold short: look again and repeat.</summary>
    OvertakenByFill = 411,
    /// <summary>The book has moved on from the sequence the order was meant for: look again.</summary>
    BookMoved = 412,
    /// <summary>Cancelled by a mass cancel.</summary>
    CancelledByMassCancel = 413,
    /// <summary>Cancelled because its session was lost, ended, or silent for longer than it had said; or refused because the session is not its connection's any more.</summary>
    SessionLost = 414,

    /// <summary>The accelerator has no rating yet.</summary>
    Unrated = 500,
    /// <summary>The contract is not attested.</summary>
    NotAttested = 501,
    /// <summary>More than was offered.</summary>
    OverOffered = 502,
    /// <summary>More tokens than the attested capacity has left.</summary>
    OverAttested = 503,
    /// <summary>Tokens already issued stand in the way.</summary>
    TokensOutstanding = 504,
    /// <summary>Accelerator, rating version, zone or firmness of contract and instrument differ.</summary>
    InstrumentMismatch = 505,
    /// <summary>The instrument's delivery period is not inside the contract's.</summary>
    OutsidePeriod = 506,
    /// <summary>The contract was withdrawn whole.</summary>
    ContractWithdrawn = 507,

    /// <summary>Not possible in its present state.</summary>
    WrongState = 600,
}
