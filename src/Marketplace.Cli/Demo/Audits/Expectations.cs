namespace Marketplace.Cli.Demo.Audits;

/// <summary>What the demo's users know for themselves: what they paid in and out, and issued.</summary>
internal sealed class Expectations
{
    /// <summary>Cash paid in less cash paid out, by participant, micro-dollars.</summary>
    public Dictionary<string, Int128> CashMicros { get; } = new(StringComparer.Ordinal);

    /// <summary>Deposits, micro-dollars.</summary>
    public Int128 DepositMicros { get; private set; }

    /// <summary>Withdrawals paid, micro-dollars.</summary>
    public Int128 PaidMicros { get; private set; }

    /// <summary>Tokens issued, by participant and instrument, kWh.</summary>
    public Dictionary<(string Participant, string Instrument), Int128> IssuedKwh { get; } = [];

    /// <summary>Money in.</summary>
    public void Deposited(string participant, long micros)
    {
        CashMicros[participant] = CashMicros.GetValueOrDefault(participant) + micros;
        DepositMicros += micros;
    }

    /// <summary>Money out.</summary>
    public void Paid(string participant, long micros)
    {
        CashMicros[participant] = CashMicros.GetValueOrDefault(participant) - micros;
        PaidMicros += micros;
    }

    /// <summary>Tokens made.</summary>
    public void Issued(string participant, string instrument, long kwh) =>
        IssuedKwh[(participant, instrument)] = IssuedKwh.GetValueOrDefault((participant, instrument)) + kwh;
}
