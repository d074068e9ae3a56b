using System.CommandLine;
using System.Globalization;
using Gwh.Marketplace.V1;
using Marketplace.Cli.Screens;
using Marketplace.Cli.Units;
using Marketplace.Client.Trades;

namespace Marketplace.Cli.Commands;

/// <summary>gwh trade</summary>
internal static class TradeCommands
{
    public static Command Create(Verbs verbs) => Verbs.Noun("trade", "Trades and their settlement",
        List(verbs), Watch(verbs), CandlesCommand.Create(verbs), CandlesCommand.Watch(verbs), ShowOne(verbs), Settle(verbs), Wait(verbs), Cycles(verbs), Summary(verbs));

    private static Command List(Verbs verbs)
    {
        var instrument = Inputs.Text("instrument", "The instrument");
        var from = Inputs.Number("--from", "First sequence");
        var to = Inputs.Number("--to", "Last sequence");
        var since = Inputs.Time("--since", "Only trades at or after this");
        var before = Inputs.Time("--before", "Only trades before this");
        return verbs.List("list", "Lists the trades of an instrument, oldest first", [instrument, from, to, since, before],
            async (asked, size, token) => await asked.Client.MarketData.ListTradesAsync(
                new()
                {
                    InstrumentId = asked.Get(instrument),
                    FromSequence = asked.Get(from),
                    ToSequence = asked.Get(to),
                    FromTime = asked.Get(since),
                    ToTime = asked.Get(before),
                    PageSize = size,
                    PageToken = token,
                },
                cancellationToken: asked.Cancellation),
            page => page.Trades, page => page.NextPageToken,
            async (asked, trades) =>
            {
                var watts = (await asked.Instrument(asked.Get(instrument))).RatedWatts;
                asked.Screen.Table([">sequence", "time", "taker", ">price", ">per GPU-hour", ">quantity"], trades.Select(trade => new[]
                {
                    trade.Sequence.ToString(CultureInfo.InvariantCulture), TimeText.Format(trade.EventTime), EnumText.Format(trade.TakerSide), PriceText.Format(trade.PriceUsdPerGwh),
                    PriceText.FormatPerGpuHour(trade.PriceUsdPerGwh, watts), QuantityText.Format(trade.QuantityKwh),
                }));
            });
    }

    private static Command Watch(Verbs verbs)
    {
        var instrument = Inputs.Text("instrument", "The instrument");
        var from = Inputs.Number("--from", "First sequence; only new trades where not given");
        var stop = new StopOptions();
        return verbs.Run("watch", "Tells every trade of an instrument as it happens, until stopped", [instrument, from, .. stop.All], null, async asked =>
        {
            var watts = (await asked.Instrument(asked.Get(instrument))).RatedWatts;
            return await stop.Read(asked, asked.Client.WatchTrades(asked.Get(instrument), asked.Get(from)), update => Show(asked, update, watts));
        });
    }

    private static Command ShowOne(Verbs verbs)
    {
        var trade = Inputs.Text("trade", "The trade: instrument, colon, sequence");
        return verbs.Read("show", "Shows a trade of one's own", [trade],
            async asked => await asked.Client.Settlement.GetTradeAsync(new() { TradeId = asked.Get(trade) }, cancellationToken: asked.Cancellation),
            (asked, answer) => Show(asked, answer.Trade));
    }

    private static Command Settle(Verbs verbs)
    {
        var trade = Inputs.Text("trade", "The trade: instrument, colon, sequence");
        return verbs.Write("settle", "Settles a trade of one's own before its cycle, both legs", [trade],
            async asked => await asked.Client.Settlement.SettleTradeAsync(new() { RequestId = asked.RequestId, TradeId = asked.Get(trade) }, cancellationToken: asked.Cancellation),
            (asked, answer) => Show(asked, answer.Trade));
    }

    private static Command Wait(Verbs verbs)
    {
        var trade = Inputs.Text("trade", "The trade: instrument, colon, sequence");
        return verbs.Read("wait", "Waits until a trade is settled", [trade],
            async asked =>
            {
                using var stream = asked.Client.Settlement.WatchTrade(new() { TradeId = asked.Get(trade) }, cancellationToken: asked.Cancellation);
                WatchTradeResponse? last = null;
                try
                {
                    while (last?.Trade.State != TradeState.Settled && await stream.ResponseStream.MoveNext(asked.Cancellation))
                    {
                        last = stream.ResponseStream.Current;
                    }
                }
                catch (Grpc.Core.RpcException refused)
                {
                    throw Client.Errors.MarketplaceException.From(refused);
                }

                return last ?? throw new UsageException("The venue ended the stream before the trade was settled.");
            },
            (asked, answer) => Show(asked, answer.Trade));
    }

    private static Command Cycles(Verbs verbs)
    {
        var instrument = Inputs.Text("instrument", "The instrument");
        return verbs.List("cycles", "Lists the settlement cycles of an instrument, newest first", [instrument],
            async (asked, size, token) => await asked.Client.Settlement.ListSettlementCyclesAsync(
                new() { InstrumentId = asked.Get(instrument), PageSize = size, PageToken = token }, cancellationToken: asked.Cancellation),
            page => page.Cycles, page => page.NextPageToken, ShowCycles);
    }

    private static Command Summary(Verbs verbs)
    {
        var instrument = Inputs.Text("instrument", "The instrument");
        return verbs.Read("summary", "Shows volume, notional, fees and netting of an instrument", [instrument],
            async asked => await asked.Client.Settlement.GetSettlementSummaryAsync(new() { InstrumentId = asked.Get(instrument) }, cancellationToken: asked.Cancellation),
            (asked, answer) =>
            {
                var sums = answer.Summary;
                asked.Screen.Facts(
                    ("instrument", sums.InstrumentId), ("trades", Number(sums.TradeCount)), ("volume", QuantityText.Format(sums.VolumeKwh)), ("notional", Dollars.Format(sums.NotionalMicros)),
                    ("fees accrued", Dollars.Format(sums.AccruedFeeMicros)), ("fees swept", Dollars.Format(sums.SweptFeeMicros)), ("waiting for a cycle", Number(sums.UndecidedTradeCount)),
                    ("not settled", Number(sums.UnsettledTradeCount)), ("cycles", Number(sums.CycleCount)), ("netting, USD", Netting(sums.NotionalNettingPpm)),
                    ("netting, kWh", Netting(sums.KwhNettingPpm)), ("next cycle", sums.NextCycleTime is null ? "" : TimeText.Format(sums.NextCycleTime)));
                return Task.CompletedTask;
            });
    }

    /// <summary>Cycles as a table.</summary>
    internal static Task ShowCycles(Asked asked, IReadOnlyList<SettlementCycle> cycles)
    {
        asked.Screen.Table([">cycle", "time", ">trades", ">gross", ">net", ">netting", ">gross tokens", ">net tokens", ">netting"], cycles.Select(cycle => new[]
        {
            Number(cycle.Cycle), TimeText.Format(cycle.EventTime), Number(cycle.TradeCount), Dollars.Format(cycle.GrossNotionalMicros), Dollars.Format(cycle.NetNotionalMicros),
            Netting(cycle.NotionalNettingPpm), QuantityText.Format(cycle.GrossKwh), QuantityText.Format(cycle.NetKwh), Netting(cycle.KwhNettingPpm),
        }));
        return Task.CompletedTask;
    }

    private static async Task Show(Asked asked, Trade trade)
    {
        var watts = (await asked.Instrument(trade.InstrumentId)).RatedWatts;
        asked.Screen.Facts(
            ("trade", trade.TradeId), ("state", EnumText.Format(trade.State)), ("quantity", QuantityText.Format(trade.QuantityKwh)), ("price", PriceText.Format(trade.PriceUsdPerGwh, watts)),
            ("notional", Dollars.Format(trade.NotionalMicros)), ("taker", EnumText.Format(trade.TakerSide)), ("buyer", Party(trade.BuyerParticipantId, trade.BuyerFeeMicros)),
            ("seller", Party(trade.SellerParticipantId, trade.SellerFeeMicros)), ("matched", TimeText.Format(trade.EventTime)),
            ("settlement", EnumText.Format(trade.SettlementMode) + (trade.Cycle == 0 ? "" : $", cycle {trade.Cycle}")));
    }

    private static void Show(Asked asked, TradeUpdate update, long ratedWatts)
    {
        if (update.Trade is { } trade)
        {
            asked.Screen.Line(asked.Json
                ? WireJson.FormatLine(trade)
                : $"{TimeText.Format(trade.EventTime)}  #{trade.Sequence}  {EnumText.Format(trade.TakerSide)} took {QuantityText.Format(trade.QuantityKwh)} at {PriceText.Format(trade.PriceUsdPerGwh, ratedWatts)}");
        }
        else if (update.Healed is { } healed && !asked.Json)
        {
            asked.Screen.Line($"-- healed: {EnumText.Format(healed.Cause)}, from sequence {healed.LastSequence} on to {healed.ResumedSequence}");
        }
    }

    private static string Party(string participant, long feeMicros) => participant.Length == 0 ? "" : $"{participant}, fee {Dollars.Format(feeMicros)}";

    private static string Netting(int ppm) => Grouped.Decimal(ppm, 4, 2) + " %";

    private static string Number(long number) => number.ToString("N0", CultureInfo.InvariantCulture);
}
