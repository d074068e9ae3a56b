using Marketplace.Domain.Instruments;

namespace Marketplace.Domain.Catalog;

/// <summary>What the operator asks of a new instrument; zero and unspecified are defaults.</summary>
[GenerateSerializer, Alias("gwh.instrument-request"), Immutable]
public sealed record InstrumentRequest
{
    /// <summary>Accelerator.</summary>
    [Id(0)] public required string Accelerator { get; init; }
    /// <summary>Rating version; 0 is the newest.</summary>
    [Id(1)] public int RatingVersion { get; init; }
    /// <summary>Firmness; unspecified is firm.</summary>
    [Id(2)] public Firmness Firmness { get; init; }
    /// <summary>Zone.</summary>
    [Id(3)] public required string Zone { get; init; }
    /// <summary>Delivery period as in an instrument's id.</summary>
    [Id(4)] public required string Period { get; init; }
    /// <summary>Tick, USD per GWh; 0 is 1.</summary>
    [Id(5)] public long TickUsdPerGwh { get; init; }
    /// <summary>Lot, kWh; 0 is 1.</summary>
    [Id(6)] public long LotKwh { get; init; }
    /// <summary>Lowest price; 0 is the first tick.</summary>
    [Id(7)] public long CollarLow { get; init; }
    /// <summary>Highest price; 0 is the last tick in range.</summary>
    [Id(8)] public long CollarHigh { get; init; }
    /// <summary>Maker fee, basis points.</summary>
    [Id(9)] public int MakerBps { get; init; }
    /// <summary>Taker fee, basis points.</summary>
    [Id(10)] public int TakerBps { get; init; }
    /// <summary>Settlement mode; unspecified is the default of the period.</summary>
    [Id(11)] public SettlementMode Settlement { get; init; }
    /// <summary>Self-trade mode of orders that state none; unspecified is cancel newest.</summary>
    [Id(12)] public SelfTradeMode DefaultSelfTrade { get; init; }
    /// <summary>Whether an order may state mode none.</summary>
    [Id(13)] public bool AllowSelfTrade { get; init; }

    /// <summary>A hash of all of it.</summary>
    public ulong Fingerprint() => new Fingerprint().Add("instrument").Add(Accelerator).Add(RatingVersion).Add((long)Firmness).Add(Zone).Add(Period).Add(TickUsdPerGwh).Add(LotKwh)
        .Add(CollarLow).Add(CollarHigh).Add(MakerBps).Add(TakerBps).Add((long)Settlement).Add((long)DefaultSelfTrade).Add(AllowSelfTrade ? 1 : 0).Value;

    /// <summary>The instrument it asks for, pending; or why not.</summary>
    public Result<Instrument> ToInstrument(Accelerator accelerator, Timestamp now)
    {
        if (accelerator.Current is null)
        {
            return new Refusal(RejectReason.Unrated, "accelerator_id");
        }

        var version = RatingVersion == 0 ? accelerator.Current.Version : RatingVersion;
        if (version < 1 || version > accelerator.Ratings.Length)
        {
            return new Refusal(RejectReason.NotFound, "rating_version");
        }

        if (Firmness is not (Firmness.Unspecified or Firmness.Firm))
        {
            return new Refusal(RejectReason.InvalidArgument, "firmness");
        }

        if (!Ids.IsZone(Zone))
        {
            return new Refusal(RejectReason.MalformedId, "zone");
        }

        if (!DeliveryPeriod.TryParse(Period, out var period))
        {
            return new Refusal(RejectReason.InvalidArgument, "delivery_period");
        }

        if (period.Start.Micros - Instrument.GateClosureMicros <= now.Micros)
        {
            return new Refusal(RejectReason.TimeOutOfRange, "delivery_period");
        }

        return Terms(accelerator.Ratings[version - 1], period);
    }

    private Result<Instrument> Terms(Rating rating, DeliveryPeriod period)
    {
        var tick = TickUsdPerGwh == 0 ? 1 : TickUsdPerGwh;
        var lot = LotKwh == 0 ? 1 : LotKwh;
        if (tick is < 1 or > Price.Max)
        {
            return new Refusal(RejectReason.PriceOutOfRange, "tick_usd_per_gwh");
        }

        if (lot is < 1 or > Quantity.MaxOrderKwh)
        {
            return new Refusal(RejectReason.QuantityOutOfRange, "lot_kwh");
        }

        var low = CollarLow == 0 ? tick : CollarLow;
        var high = CollarHigh == 0 ? Price.Max / tick * tick : CollarHigh;
        if (!Price.IsInRange(low) || low % tick != 0)
        {
            return new Refusal(RejectReason.PriceOutOfRange, "collar_low_usd_per_gwh");
        }

        if (!Price.IsInRange(high) || high % tick != 0 || high < low)
        {
            return new Refusal(RejectReason.PriceOutOfRange, "collar_high_usd_per_gwh");
        }

        if (MakerBps is < 0 or > Fee.MaxBps)
        {
            return new Refusal(RejectReason.AmountOutOfRange, "maker_fee_bps");
        }

        if (TakerBps is < 0 or > Fee.MaxBps)
        {
            return new Refusal(RejectReason.AmountOutOfRange, "taker_fee_bps");
        }

        if (!Enum.IsDefined(Settlement))
        {
            return new Refusal(RejectReason.InvalidArgument, "settlement_mode");
        }

        if (!Enum.IsDefined(DefaultSelfTrade))
        {
            return new Refusal(RejectReason.InvalidArgument, "default_self_trade_prevention");
        }

        if (DefaultSelfTrade == SelfTradeMode.None && !AllowSelfTrade)
        {
            return new Refusal(RejectReason.SelfTradeModeNotAllowed, "default_self_trade_prevention");
        }

        return new Instrument
        {
            Id = Instrument.IdOf(Accelerator, rating.Version, Zone, period),
            Accelerator = Accelerator,
            RatingVersion = rating.Version,
            RatedWatts = rating.Watts,
            Firmness = Firmness.Firm,
            Zone = Zone,
            Period = period,
            TickUsdPerGwh = tick,
            LotKwh = lot,
            CollarLow = low,
            CollarHigh = high,
            MakerBps = MakerBps,
            TakerBps = TakerBps,
            Settlement = Settlement == SettlementMode.Unspecified ? Instrument.DefaultSettlement(period.Kind) : Settlement,
            DefaultSelfTrade = DefaultSelfTrade == SelfTradeMode.Unspecified ? SelfTradeMode.CancelNewest : DefaultSelfTrade,
            AllowSelfTrade = AllowSelfTrade,
            State = InstrumentState.Pending,
            Revision = 1,
        };
    }
}
