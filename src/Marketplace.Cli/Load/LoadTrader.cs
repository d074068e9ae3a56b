using Gwh.Marketplace.V1;

namespace Marketplace.Cli.Load;

/// <summary>
/// One participant's commands: three quarters new orders around a fixed middle, some of which meet, one quarter cancels of its oldest resting orders. The same seed
/// gives the same orders. Not safe for several threads.
/// </summary>
internal sealed class LoadTrader(string run, string instrumentId, int session, int seed)
{
    private const long MiddleUsdPerGwh = 1_500_000;
    private const int HalfWidth = 20;
    private const int Overlap = 4;
    private const int MostResting = 5_000;
    private const int LargestKwh = 100;

    private readonly Random _random = new(unchecked((seed * 1_000_003) + session));
    private readonly Queue<string> _resting = new();
    private long _orders;
    private long _cancels;

    /// <summary>Orders known to rest and not yet cancelled by it.</summary>
    public int Resting => _resting.Count;

    /// <summary>The next batch.</summary>
    public SessionBatch Next(int commands)
    {
        var batch = new SessionBatch { InstrumentId = instrumentId };
        for (var i = 0; i < commands; i++)
        {
            var cancels = _resting.Count > 0 && (_resting.Count > MostResting || _random.Next(4) == 0);
            batch.Commands.Add(cancels ? new SessionCommand { Cancel = Cancel() } : new SessionCommand { Place = Place() });
        }

        return batch;
    }

    /// <summary>Notes what came of a batch: what rests can be cancelled later.</summary>
    public void Take(SessionBatch batch, SessionBatchResult result)
    {
        for (var i = 0; i < result.Results.Count; i++)
        {
            if (batch.Commands[i].Place is { } place && result.Results[i].Reason == RejectReason.Unspecified && result.Results[i].Status == OrderStatus.Open)
            {
                _resting.Enqueue(place.ClientOrderId);
            }
        }
    }

    private PlaceOrderRequest Place()
    {
        var side = _random.Next(2) == 0 ? Side.Bid : Side.Ask;
        var away = _random.Next(-Overlap, HalfWidth);
        return new()
        {
            ClientOrderId = $"{run}-{session}-{++_orders}",
            Side = side,
            Type = OrderType.Limit,
            TimeInForce = _random.Next(20) == 0 ? TimeInForce.Ioc : TimeInForce.Gtc,
            QuantityKwh = _random.Next(1, LargestKwh + 1),
            PriceUsdPerGwh = side == Side.Bid ? MiddleUsdPerGwh - away : MiddleUsdPerGwh + away,
        };
    }

    private CancelOrderRequest Cancel() => new() { RequestId = $"{run}-{session}-c{++_cancels}", ClientOrderId = _resting.Dequeue() };
}
