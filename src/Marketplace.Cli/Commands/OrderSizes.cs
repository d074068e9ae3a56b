using Gwh.Marketplace.V1;
using Marketplace.Cli.Units;

namespace Marketplace.Cli.Commands;

/// <summary>From what was typed to the wire: quantities up for a bid and down for an ask, prices down for a bid and up for an ask.</summary>
internal static class OrderSizes
{
    /// <summary>The kWh of a quantity on an instrument.</summary>
    public static async Task<long> Kwh(Asked asked, QuantityText quantity, string instrumentId, Side side)
    {
        if (quantity.Accelerator.Length == 0)
        {
            return quantity.ToKwh(out var large) ?? throw new UsageException(large);
        }

        var instrument = await asked.Instrument(instrumentId);
        var hours = new Rational((instrument.DeliveryEndTime.ToDateTime() - instrument.DeliveryStartTime.ToDateTime()).Ticks, TimeSpan.TicksPerHour);
        return quantity.ToKwh(instrument.AcceleratorId, instrument.RatedWatts, hours, instrument.LotKwh, side == Side.Bid ? Rounding.Up : Rounding.Down, out var wrong)
            ?? throw new UsageException(wrong);
    }

    /// <summary>The USD per GWh of a price on an instrument.</summary>
    public static async Task<long> UsdPerGwh(Asked asked, PriceText price, string instrumentId, Side side)
    {
        const string Large = "the price is too large";
        if (!price.IsPerGpuHour)
        {
            return price.ToUsdPerGwh() ?? throw new UsageException(Large);
        }

        var instrument = await asked.Instrument(instrumentId);
        return price.ToUsdPerGwh(instrument.RatedWatts, instrument.TickUsdPerGwh, side == Side.Bid ? Rounding.Down : Rounding.Up) ?? throw new UsageException(Large);
    }
}
