using Google.Protobuf;
using static Marketplace.EndToEnd.Tests.Hosting.SmallMarket;

namespace Marketplace.EndToEnd.Tests.Kills;

/// <summary>A client that enters orders one by one and in batches, cancels and settles early, and writes down all it hears, until the server is gone.</summary>
internal sealed class Trader(string participant, Line line, Deeds deeds, Random random)
{
    private const int BatchOrders = 5;
    private readonly List<string> _open = [];
    private readonly Queue<string> _unsettled = new();
    private bool _gone;

    /// <summary>Works until a call ends without an answer.</summary>
    public async Task Work()
    {
        while (!_gone)
        {
            var dice = random.Next(100);
            if (dice < 25 && _open.Count > 0)
            {
                var at = random.Next(_open.Count);
                await Send(new CancelOrderRequest { RequestId = NewId("cancel"), ClientOrderId = _open[at] }, request => line.Trading.CancelOrderAsync(request).ResponseAsync);
                _open.RemoveAt(at);
            }
            else if (dice < 40 && _unsettled.TryDequeue(out var trade))
            {
                await Send(new SettleTradeRequest { RequestId = NewId("settle"), TradeId = trade }, request => line.Settlement.SettleTradeAsync(request).ResponseAsync);
            }
            else if (dice < 42)
            {
                await MassCancel();
            }
            else if (dice < 60)
            {
                await PlaceBatch();
            }
            else
            {
                var answer = await Send(NewOrder(), request => line.Trading.PlaceOrderAsync(request).ResponseAsync);
                Remember(answer?.Order);
            }
        }
    }

    private PlaceOrderRequest NewOrder()
    {
        var side = participant == "sup" ? Side.Ask : random.Next(3) == 0 ? Side.Ask : Side.Bid;
        var order = Limit(random.Next(2) == 0 ? Hour : Quarter, side, Price(), random.Next(1, 9));
        switch (random.Next(10))
        {
            case 0:
                (order.Type, order.StopPriceUsdPerGwh) = (OrderType.StopLimit, Price());
                break;
            case 1:
                (order.Type, order.PriceUsdPerGwh, order.StopPriceUsdPerGwh) = (OrderType.Stop, side == Side.Bid ? 2_100_000 : 1_900_000, Price());
                break;
            case 2:
                order.DisplayKwh = 1;
                break;
            case 3:
                order.SelfTradePrevention = (SelfTradePrevention)random.Next(2, 7);
                break;
        }

        return order;
    }

    private long Price() => 2_000_000 + (random.Next(-5, 6) * 1_000);

    private async Task MassCancel()
    {
        var request = new MassCancelOrdersRequest { RequestId = NewId("mass"), InstrumentId = random.Next(2) == 0 ? Hour : "", Side = (Side)random.Next(3) };
        await Send(request, asked => line.Trading.MassCancelOrdersAsync(asked).ResponseAsync);
    }

    private async Task PlaceBatch()
    {
        var batch = new PlaceOrdersRequest { Orders = { Enumerable.Range(0, BatchOrders).Select(_ => NewOrder()) } };
        try
        {
            var answer = await line.Trading.PlaceOrdersAsync(batch);
            foreach (var (request, result) in batch.Orders.Zip(answer.Results))
            {
                var refused = result.Refusal?.Reason ?? RejectReason.Unspecified;
                deeds.Add(new(participant, request, refused == RejectReason.Unspecified ? new PlaceOrderResponse { Order = result.Order } : null, refused));
                Remember(result.Order);
            }
        }
        catch (RpcException failed)
        {
            foreach (var request in batch.Orders)
            {
                deeds.Add(new(participant, request, null, Refused.ReasonOf(failed)));
            }

            _gone = IsGone(failed);
        }
    }

    private async Task<TResponse?> Send<TRequest, TResponse>(TRequest request, Func<TRequest, Task<TResponse>> call)
        where TRequest : IMessage
        where TResponse : class, IMessage
    {
        try
        {
            var answer = await call(request);
            deeds.Add(new(participant, request, answer, RejectReason.Unspecified));
            return answer;
        }
        catch (RpcException failed)
        {
            deeds.Add(new(participant, request, null, Refused.ReasonOf(failed)));
            _gone = IsGone(failed);
            return null;
        }
    }

    private void Remember(Order? order)
    {
        if (order is { Status: OrderStatus.Open or OrderStatus.Untriggered })
        {
            _open.Add(order.ClientOrderId);
        }
        else if (order is { Status: OrderStatus.Filled, InstrumentId: Quarter })
        {
            _unsettled.Enqueue($"{Quarter}:{order.BookSequence}");
        }
    }

    /// <summary>A refusal that names a reason is an answer; anything else means that nobody answers any more.</summary>
    private static bool IsGone(RpcException failed) => Refused.ReasonOf(failed) is RejectReason.Unspecified or RejectReason.OutcomeUnknown;
}
