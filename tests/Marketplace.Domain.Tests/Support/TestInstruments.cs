using Marketplace.Domain.Instruments;
using Marketplace.Domain.Units;

namespace Marketplace.Domain.Tests.Support;

/// <summary>Instruments to test with.</summary>
internal static class TestInstruments
{
    /// <summary>The time tests begin at.</summary>
    public static readonly Timestamp Start = Timestamp.FromUtc(new DateTime(2027, 3, 1, 12, 0, 0, DateTimeKind.Utc));

    /// <summary>An hour of H100 that settles at once: open, tick 1, lot 1, no fees, every price.</summary>
    public static readonly Instrument Hour = Of("20270315T13");

    /// <summary>A quarter of H100 that settles by cycles: open, tick 1, lot 1, no fees, every price.</summary>
    public static readonly Instrument Quarter = Of("2027Q2");

    /// <summary>An instrument of H100 for a period, settled as such periods are: open, tick 1, lot 1, no fees, every price.</summary>
    public static Instrument Of(string text)
    {
        if (!DeliveryPeriod.TryParse(text, out var period))
        {
            throw new ArgumentException(text, nameof(text));
        }

        return new()
        {
            Id = Instrument.IdOf("H100", 1, "USEAST", period),
            Accelerator = "H100",
            RatingVersion = 1,
            RatedWatts = 1390,
            Firmness = Firmness.Firm,
            Zone = "USEAST",
            Period = period,
            TickUsdPerGwh = 1,
            LotKwh = 1,
            CollarLow = Price.Min,
            CollarHigh = Price.Max,
            MakerBps = 0,
            TakerBps = 0,
            Settlement = Instrument.DefaultSettlement(period.Kind),
            DefaultSelfTrade = SelfTradeMode.CancelNewest,
            AllowSelfTrade = true,
            State = InstrumentState.Open,
            Revision = 1,
        };
    }
}
