using CsCheck;
using Marketplace.Domain.Accounts;
using Marketplace.Domain.Instruments;
using Marketplace.Domain.Orders;
using Marketplace.Domain.Refusals;
using Marketplace.Domain.Units;
using Marketplace.Grains.Accounts;
using OrderStatus = Marketplace.Domain.Accounts.OrderStatus;
using Side = Marketplace.Domain.Orders.Side;
using TimeInForce = Marketplace.Domain.Orders.TimeInForce;

namespace Marketplace.EndToEnd.Tests.Translation;

/// <summary>Outcomes of requests, at random.</summary>
internal static class Outcomes
{
    private static readonly Gen<long> s_amount = Gen.Frequency((1, Gen.Const(0L)), (2, Gen.Long[1, 300]), (2, Gen.Long), (1, Gen.Const(long.MinValue)));

    /// <summary>What was refused, with or without a field, and what was not but tells of no order.</summary>
    public static readonly Gen<OrderOutcome> Refused =
        Gen.Select(Gen.Enum<Marketplace.Domain.Refusals.RejectReason>(), Gen.String[0, 700])
            .Select((reason, field) => new OrderOutcome(field.Length % 5 == 0 ? default : new Refusal(reason, field), null));

    /// <summary>What was taken, with any fields an order can have.</summary>
    public static readonly Gen<OrderOutcome> Taken =
        Gen.Select(s_amount.Array[14], Gen.Enum<Side>(), Gen.Enum<TimeInForce>(), Gen.Enum<SelfTradeMode>(), Gen.Enum<OrderStatus>(), Gen.Short, Gen.Long[0, 4_000_000_000_000_000])
            .Select((amounts, side, lifetime, selfTrade, status, bps, time) => new OrderOutcome(default, new OrderView
            {
                ClientOrderId = new('i', (int)(time % 70)),
                Instrument = "H100-USEAST-2027Q" + side,
                Session = time % 2 == 0 ? "" : "session-é",
                Number = amounts[0],
                BookOrder = amounts[1],
                Terms = new(
                    CommandKind.Place, 7, side, (Marketplace.Domain.Orders.OrderType)(time % 5), lifetime, Price: amounts[2], Quantity: amounts[3], StopPrice: amounts[4], DisplayKwh: amounts[5],
                    MakerBps: bps, TakerBps: ~bps, SelfTrade: selfTrade, PostOnly: time % 2 == 0, ExpiresAtMicros: time % 3 == 0 ? 0 : time),
                Status = status,
                Reason = Marketplace.Domain.Refusals.RejectReason.Expired,
                Open = amounts[6],
                Filled = amounts[7],
                FilledMicros = amounts[8],
                FeeMicros = amounts[9],
                Hold = amounts[10],
                Sequence = amounts[11],
                Time = new(time),
            }));
}
