using Marketplace.Domain.Orders;

namespace Marketplace.Domain.Accounts;

/// <summary>Why something moved in an account.</summary>
public enum MovementCause
{
    /// <summary>Not stated.</summary>
    Unspecified = 0,
    /// <summary>An order was entered, or replaced by a larger one: available becomes held.</summary>
    OrderHold = 1,
    /// <summary>An order ended, shrank, or was filled better than its limit: held becomes available.</summary>
    OrderRelease = 2,
    /// <summary>A fill that settled at once.</summary>
    Trade = 3,
    /// <summary>Trades decided by a settlement cycle, or early.</summary>
    Settlement = 4,
    /// <summary>A deposit the operator recorded.</summary>
    Deposit = 5,
    /// <summary>A withdrawal was requested: available becomes held.</summary>
    WithdrawalHold = 6,
    /// <summary>A withdrawal was paid.</summary>
    WithdrawalPaid = 7,
    /// <summary>A withdrawal was returned: held becomes available.</summary>
    WithdrawalReturned = 8,
    /// <summary>Tokens issued from a capacity contract.</summary>
    Issue = 9,
    /// <summary>Tokens withdrawn into their capacity contract.</summary>
    TokenWithdrawal = 10,
    /// <summary>Tokens sent to another participant.</summary>
    TransferOut = 11,
    /// <summary>Tokens received from another participant.</summary>
    TransferIn = 12,
    /// <summary>Fees swept from an instrument.</summary>
    Fees = 13,
}

/// <summary>One leg of an entry: a ledger, an asset, a signed amount.</summary>
/// <param name="Ledger">available, held, or the ledger outside the account it stands against: trades, fees, bank, capacity, transfers.</param>
/// <param name="Asset">USD (amount in micro-dollars) or an instrument (amount in kWh).</param>
/// <param name="Amount">Signed; the legs of an entry sum to zero per asset.</param>
public readonly record struct Leg(string Ledger, string Asset, Int128 Amount);

/// <summary>
/// One movement of an account, a balanced double entry: what changes in available and held, and against which ledger outside. Balances and statements are both made of these.
/// </summary>
/// <param name="Cause">Why.</param>
/// <param name="Instrument">The instrument whose tokens move, or whose trade moves cash; empty where none.</param>
/// <param name="Order">The account's number of the order; 0 where none.</param>
/// <param name="Reference">Bank reference, contract, other participant, trade or cycle: what the cause is called; empty where none.</param>
/// <param name="CashAvailable">Change, micro-dollars.</param>
/// <param name="CashHeld">Change, micro-dollars.</param>
/// <param name="TokensAvailable">Change, kWh.</param>
/// <param name="TokensHeld">Change, kWh.</param>
/// <param name="FeeMicros">The part of the cash that went to the fees.</param>
public readonly record struct Movement(
    MovementCause Cause,
    string Instrument,
    long Order = 0,
    string Reference = "",
    Int128 CashAvailable = default,
    Int128 CashHeld = default,
    long TokensAvailable = 0,
    long TokensHeld = 0,
    long FeeMicros = 0)
{
    /// <summary>The asset of cash.</summary>
    public const string Usd = "USD";

    /// <summary>Hold for an order: so much of its side's asset becomes held.</summary>
    public static Movement Held(string instrument, long order, Side side, Int128 amount) => side == Side.Bid
        ? new(MovementCause.OrderHold, instrument, order, CashAvailable: -amount, CashHeld: amount)
        : new(MovementCause.OrderHold, instrument, order, TokensAvailable: -(long)amount, TokensHeld: (long)amount);

    /// <summary>Release of an order: so much of its side's asset becomes available.</summary>
    public static Movement Released(string instrument, long order, Side side, long amount) => side == Side.Bid
        ? new(MovementCause.OrderRelease, instrument, order, CashAvailable: amount, CashHeld: -(Int128)amount)
        : new(MovementCause.OrderRelease, instrument, order, TokensAvailable: amount, TokensHeld: -amount);

    /// <summary>A fill that settles at once: held cash against tokens, or held tokens against cash less the fee.</summary>
    public static Movement Traded(string instrument, in OrderReport fill)
    {
        Int128 notional = Price.NotionalMicros(fill.Price, fill.Quantity);
        return fill.Side == Side.Bid
            ? new(MovementCause.Trade, instrument, fill.Order, "", default, -notional - fill.FeeMicros, fill.Quantity, 0, fill.FeeMicros)
            : new(MovementCause.Trade, instrument, fill.Order, "", notional - fill.FeeMicros, default, 0, -fill.Quantity, fill.FeeMicros);
    }

    /// <summary>The legs, those that are not zero; they sum to zero per asset.</summary>
    public IEnumerable<Leg> Legs()
    {
        if (CashAvailable != 0)
        {
            yield return new("available", Usd, CashAvailable);
        }

        if (CashHeld != 0)
        {
            yield return new("held", Usd, CashHeld);
        }

        if (FeeMicros != 0)
        {
            yield return new("fees", Usd, FeeMicros);
        }

        var outside = -(CashAvailable + CashHeld + FeeMicros);
        if (outside != 0)
        {
            yield return new(Outside, Usd, outside);
        }

        if (TokensAvailable != 0)
        {
            yield return new("available", Instrument, TokensAvailable);
        }

        if (TokensHeld != 0)
        {
            yield return new("held", Instrument, TokensHeld);
        }

        if (TokensAvailable + TokensHeld != 0)
        {
            yield return new(Outside, Instrument, -(TokensAvailable + TokensHeld));
        }
    }

    private string Outside => Cause switch
    {
        MovementCause.Deposit or MovementCause.WithdrawalPaid => "bank",
        MovementCause.Issue or MovementCause.TokenWithdrawal => "capacity",
        MovementCause.TransferIn or MovementCause.TransferOut => "transfers",
        MovementCause.Fees => "fees",
        _ => "trades",
    };
}
