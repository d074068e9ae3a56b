using Marketplace.Conformance.Tests.Venues;

namespace Marketplace.Conformance.Tests.Cases;

/// <summary>
/// Expected against got, in words. Engines name the same end of an order differently, refused or cancelled at once: so an order that the file calls rejected must have come to
/// nothing here, and one that is refused here must have come to nothing in the file.
/// </summary>
internal static class Comparison
{
    /// <summary>What differs; empty when nothing does.</summary>
    public static string[] Differences(Expected expected, ObservedBook got) =>
    [
        .. Differ("trades", expected.Trades.Select(trade => string.Join(' ', trade)), got.Trades.Select(trade => $"{trade.Taker} {trade.Maker} {trade.Price} {trade.Quantity}")),
        .. BookDifferences(expected, got),
        .. expected.Filled is { } filled ? Differ("filled", Words(filled), Words(Filled(got))) : [],
        .. expected.Gone is { } gone ? Differ("gone", Words(gone), Words(Gone(got))) : [],
        .. expected.Triggered is { } triggered ? Differ("triggered", triggered.Select(id => $"{id}"), got.Triggered.Select(id => $"{id}")) : [],
        .. Differ("decremented", (expected.Decremented ?? []).Select(one => $"{one[0]} {one[1]}"), got.Decremented.Select(one => $"{one.Id} {one.Quantity}")),
        .. Refusals(expected, got),
    ];

    /// <summary>What differs in the book that is left, whatever led to it.</summary>
    public static string[] BookDifferences(Expected expected, ObservedBook got) =>
    [
        .. Differ("bids", Orders(expected.Bids), Orders(got.Bids)),
        .. Differ("asks", Orders(expected.Asks), Orders(got.Asks)),
        .. Differ("stops", expected.Stops.Order().Select(id => $"{id}"), got.Stops.Order().Select(id => $"{id}")),
    ];

    private static IEnumerable<string> Refusals(Expected expected, ObservedBook got)
    {
        var gone = Gone(got);
        var changes = expected.Rejected.Where(rejected => rejected[1].GetString()!.Contains(':')).Select(rejected => rejected[0].GetInt64());
        var orders = expected.Rejected.Where(rejected => !rejected[1].GetString()!.Contains(':')).Select(rejected => rejected[0].GetInt64());
        return
        [
            .. Differ("refused changes", changes.Select(id => $"{id}"), got.RefusedChanges.Select(id => $"{id}")),
            .. orders.Where(id => gone.GetValueOrDefault(id) != got.Quantities.GetValueOrDefault(id)).Select(id => $"rejected: expected {id}, which was taken"),
            .. got.RefusedOrders.Where(id => expected.Gone is not null && !expected.Gone.ContainsKey($"{id}")).Select(id => $"rejected: got {id}, which was expected to be taken"),
        ];
    }

    private static Dictionary<long, long> Filled(ObservedBook got)
    {
        var filled = new Dictionary<long, long>();
        foreach (var (taker, maker, _, quantity) in got.Trades)
        {
            filled[taker] = filled.GetValueOrDefault(taker) + quantity;
            filled[maker] = filled.GetValueOrDefault(maker) + quantity;
        }

        return filled;
    }

    /// <summary>What is neither filled nor in the book.</summary>
    private static Dictionary<long, long> Gone(ObservedBook got)
    {
        var filled = Filled(got);
        var open = got.Bids.Concat(got.Asks).ToDictionary(order => order.Id, order => order.Visible + order.Hidden);
        return got.Quantities
            .Select(order => (order.Key, Gone: got.Stops.Contains(order.Key) ? 0 : order.Value - filled.GetValueOrDefault(order.Key) - open.GetValueOrDefault(order.Key)))
            .Where(order => order.Gone != 0).ToDictionary(order => order.Key, order => order.Gone);
    }

    private static IEnumerable<string> Orders(System.Text.Json.JsonElement[][] levels) => levels.SelectMany(level =>
        level[1].EnumerateArray().Select(order => $"{order[0]} {order[1]}+{order[2]}@{level[0]}"));

    private static IEnumerable<string> Orders(List<ObservedOrder> orders) => orders.Select(order => $"{order.Id} {order.Visible}+{order.Hidden}@{order.Price}");

    private static IEnumerable<string> Words<TId>(Dictionary<TId, long> quantities)
        where TId : notnull => quantities.Select(one => $"{one.Key} {one.Value}").Order(StringComparer.Ordinal);

    private static IEnumerable<string> Differ(string what, IEnumerable<string> expected, IEnumerable<string> got)
    {
        var (wanted, found) = (string.Join("; ", expected), string.Join("; ", got));
        return wanted == found ? [] : [$"{what}: expected [{wanted}], got [{found}]"];
    }
}
