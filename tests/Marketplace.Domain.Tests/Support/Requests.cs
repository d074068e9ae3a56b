using Marketplace.Domain.Accounts;
using Marketplace.Domain.Instruments;
using Marketplace.Domain.Orders;

namespace Marketplace.Domain.Tests.Support;

/// <summary>What participants ask, in few words.</summary>
internal static class Requests
{
    public static OrderRequest Bid(string id, long kwh, long price, Instrument? instrument = null) => Place(id, Side.Bid, kwh, price, instrument);

    public static OrderRequest Ask(string id, long kwh, long price, Instrument? instrument = null) => Place(id, Side.Ask, kwh, price, instrument);

    public static OrderRequest Cancel(string id, string request) => new() { Kind = CommandKind.Cancel, ClientOrderId = id, RequestId = request };

    public static OrderRequest Reduce(string id, string request, long kwh) => new() { Kind = CommandKind.Reduce, ClientOrderId = id, RequestId = request, Quantity = kwh };

    /// <summary>Asks for a new open quantity and price; 0 leaves either as it is.</summary>
    public static OrderRequest Replace(string id, string request, long kwh, long price) =>
        new() { Kind = CommandKind.Replace, ClientOrderId = id, RequestId = request, Quantity = kwh, Price = price };

    private static OrderRequest Place(string id, Side side, long kwh, long price, Instrument? instrument) => new()
    {
        Kind = CommandKind.Place,
        ClientOrderId = id,
        Instrument = instrument ?? TestInstruments.Hour,
        Side = side,
        Type = OrderType.Limit,
        Quantity = kwh,
        Price = price,
    };
}
