using Grpc.Core;
using Gwh.Marketplace.V1;
using Marketplace.Grains.Orders;
using Candle = Marketplace.Grains.Orders.Candle;

namespace Marketplace.Server.MarketData;

/// <summary>Candles: of the past from the log, and as they grow.</summary>
internal sealed class CandleStreams(CandleHistory history, StreamPulse pulse)
{
    private const int MostOfStart = 1_000;

    /// <summary>The length of an interval, microseconds; throws INVALID_ARGUMENT for one that is none.</summary>
    public static long MicrosOf(CandleInterval interval) => interval switch
    {
        CandleInterval.OneMinute => DayOfTrades.MinuteMicros,
        CandleInterval.FiveMinutes => 5 * DayOfTrades.MinuteMicros,
        CandleInterval.FifteenMinutes => 15 * DayOfTrades.MinuteMicros,
        CandleInterval.OneHour => VenueTime.MicrosPerHour,
        CandleInterval.OneDay => 24 * VenueTime.MicrosPerHour,
        _ => throw Reason.InvalidArgument.ToException("interval"),
    };

    /// <summary>A candle as a message.</summary>
    public static Gwh.Marketplace.V1.Candle ToWire(Candle candle) => new()
    {
        StartTime = Wire.ToTimestamp(new(candle.StartMicros)),
        OpenUsdPerGwh = candle.Open,
        HighUsdPerGwh = candle.High,
        LowUsdPerGwh = candle.Low,
        CloseUsdPerGwh = candle.Close,
        VolumeKwh = Wire.ToText(candle.VolumeKwh),
        NotionalMicros = Wire.ToText(candle.NotionalMicros),
        TradeCount = candle.Trades,
        VwapUsdPerGwh = candle.VolumeWeightedPrice,
        FirstSequence = candle.FirstSequence,
        LastSequence = candle.LastSequence,
    };

    /// <summary>Candles that start at or after a time, oldest first, read from the log.</summary>
    public IEnumerable<Candle> From(string instrument, long intervalMicros, long fromMicros) => history.From(instrument, intervalMicros, fromMicros);

    /// <summary>Sends candles until cancelled.</summary>
    public async Task Run(
        string instrument, long interval, long from, BookChannel channel, IServerStreamWriter<StreamCandlesResponse> responses, CancellationToken cancellation)
    {
        using var reader = new ChangeReader(channel, pulse);
        for (var first = true; ; first = false)
        {
            // All up to where the reader is, and perhaps more: what is in a candle already is not taken twice.
            var candles = await Task.Run(() => Newest(history.From(instrument, interval, from)), cancellation);
            await Send(responses, candles, Math.Max(reader.Sequence, candles.Count > 0 ? candles[^1].LastSequence : 0), first, cancellation);
            reader.Spoke();
            from = candles.Count > 0 ? candles[^1].StartMicros : from;
            var current = candles.Count > 0 ? candles[^1] : (Candle?)null;
            await Live(reader, current, interval, responses, cancellation);
            reader.Restart();
        }
    }

    private static async Task Live(ChangeReader reader, Candle? current, long interval, IServerStreamWriter<StreamCandlesResponse> responses, CancellationToken cancellation)
    {
        var candles = new List<Candle>();
        while (true)
        {
            await reader.Wait(cancellation);
            if (reader.Take() is not { } changes)
            {
                return;
            }

            candles.Clear();
            if (current is { } last)
            {
                candles.Add(last);
            }

            foreach (var change in changes)
            {
                foreach (var trade in change.Trades)
                {
                    if (candles.Count == 0 || trade.Sequence > candles[^1].LastSequence)
                    {
                        Candle.Add(candles, new(trade, change.Time), interval);
                    }
                }
            }

            var grown = candles.Count > 0 && candles[^1] != current;
            if (grown && candles[0] == current)
            {
                candles.RemoveAt(0);
            }

            if (grown || reader.OwesHeartbeat)
            {
                await Send(responses, grown ? candles : [], Math.Max(reader.Sequence, current?.LastSequence ?? 0), always: true, cancellation);
                reader.Spoke();
                current = grown ? candles[^1] : current;
            }
        }
    }

    private static async Task Send(
        IServerStreamWriter<StreamCandlesResponse> responses, List<Candle> candles, long upTo, bool always, CancellationToken cancellation)
    {
        if (always || candles.Count > 0)
        {
            await responses.WriteAsync(new() { Candles = { candles.Select(ToWire) }, UpToSequence = upTo }, cancellation);
        }
    }

    private static List<Candle> Newest(IEnumerable<Candle> candles)
    {
        var newest = new Queue<Candle>();
        foreach (var candle in candles)
        {
            newest.Enqueue(candle);
            if (newest.Count > MostOfStart)
            {
                newest.Dequeue();
            }
        }

        return [.. newest];
    }
}
