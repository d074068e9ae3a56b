using System.Text.Json;
using Marketplace.Conformance.Tests.Venues;

namespace Marketplace.Conformance.Tests.Cases;

/// <summary>
/// Expected against got, in words. Engines name the same end of an order differently, refused or cancelled at once: so an order that the file calls rejected must have come to
/// nothing here, and one that is refused here must have come to nothing in the file.
/// </summary>
internal static class Comparison
{
    /// <summary>What differs; empty when nothing does.</summary>
    public static string[] Differences(ConformanceCase one, ObservedBook got)
    {
        var expected = one.Expected;
        if (UntoldFills.In(one))
        {
            var untold = UntoldFills.FillOrKill(one);
            return [.. Differ("trades", Trades(expected), Trades(got.Trades.Where(trade => !untold.Contains(trade.Taker)))), .. BookDifferences(expected, got)];
        }

        return
        [
            .. Differ("trades", Trades(expected), Trades(got.Trades)),
            .. BookDifferences(expected, got),
            .. expected.Filled is { } filled ? Differ("filled", Words(filled), Words(Filled(got))) : [],
            .. expected.Gone is { } gone ? Differ("gone", Words(gone), Words(Gone(got))) : [],
            .. expected.Triggered is { } triggered ? Differ("triggered", triggered.Select(id => $"{id}"), got.Triggered.Select(id => $"{id}")) : [],
            .. Differ("decremented", (expected.Decremented ?? []).Select(one => $"{one[0]} {one[1]}"), got.Decremented.Select(one => $"{one.Id} {one.Quantity}")),
            .. Refusals(expected, got),
        ];
    }

    /// <summary>What differs in the book that is left, whatever led to it.</summary>
    private static IEnumerable<string> BookDifferences(Expected expected, ObservedBook got) =>
    [
        .. Differ("bids", Orders(expected.Bids), Orders(got.Bids)),
        .. Differ("asks", Orders(expected.Asks), Orders(got.Asks)),
        .. Differ("stops", expected.Stops.Order().Select(id => $"{id}"), got.Stops.Keys.Order().Select(id => $"{id}")),
    ];

    private static IEnumerable<string> Refusals(Expected expected, ObservedBook got)
    {
        var gone = Gone(got);
        var changes = expected.Rejected.Where(IsOfChange).Select(rejected => WholeNumber.Of(rejected[0]));
        var orders = expected.Rejected.Where(rejected => !IsOfChange(rejected)).CountBy(rejected => WholeNumber.Of(rejected[0])).ToDictionary();
        var refused = got.RefusedOrders.CountBy(id => id).ToDictionary();
        var duplicates = got.RefusedDuplicates.CountBy(id => id).ToDictionary();
        return
        [
            .. Differ("refused changes", changes.Select(id => $"{id}"), got.RefusedChanges.Select(id => $"{id}")),
            .. orders.Where(order => order.Value > refused.GetValueOrDefault(order.Key) + duplicates.GetValueOrDefault(order.Key)
                    && gone.GetValueOrDefault(order.Key) != got.Quantities.GetValueOrDefault(order.Key))
                .Select(order => $"rejected: expected {order.Key}, which was taken"),
            .. refused.Keys.Where(id => expected.Gone is not null && !expected.Gone.ContainsKey($"{id}") && !orders.ContainsKey(id) && got.Quantities.GetValueOrDefault(id) != 0)
                .Select(id => $"rejected: got {id}, which was expected to be taken"),
            .. duplicates.Where(order => orders.GetValueOrDefault(order.Key) < order.Value)
                .Select(order => $"rejected: got {order.Key} again, which was expected to get the first answer"),
        ];
    }

    /// <summary>The reason of a refused change begins with its kind: "cancel:nf". A new order's has none, or is one of "new:".</summary>
    private static bool IsOfChange(JsonElement[] rejected) =>
        rejected.Length > 1 && rejected[1].GetString() is { } why && why.Contains(':') && !why.StartsWith("new:", StringComparison.Ordinal);

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

    /// <summary>What is neither filled nor in the book, nor waits.</summary>
    private static Dictionary<long, long> Gone(ObservedBook got)
    {
        var filled = Filled(got);
        var open = got.Bids.Concat(got.Asks).ToDictionary(order => order.Id, order => order.Visible + order.Hidden);
        return got.Quantities.ToDictionary(
            order => order.Key,
            order => order.Value - filled.GetValueOrDefault(order.Key) - open.GetValueOrDefault(order.Key) - got.Stops.GetValueOrDefault(order.Key));
    }

    private static IEnumerable<string> Trades(Expected expected) => expected.Trades.Select(trade => string.Join(' ', trade));

    private static IEnumerable<string> Trades(IEnumerable<(long Taker, long Maker, long Price, long Quantity)> trades) =>
        trades.Select(trade => $"{trade.Taker} {trade.Maker} {trade.Price} {trade.Quantity}");

    private static IEnumerable<string> Orders(JsonElement[][] levels) => levels.SelectMany(level => level[1].EnumerateArray()
        .Select(order => $"{WholeNumber.Of(order[0])} {WholeNumber.Of(order[1])}+{WholeNumber.Of(order[2])}@{WholeNumber.Of(level[0])}"));

    private static IEnumerable<string> Orders(List<ObservedOrder> orders) => orders.Select(order => $"{order.Id} {order.Visible}+{order.Hidden}@{order.Price}");

    /// <summary>An entry of nothing says nothing.</summary>
    private static IEnumerable<string> Words<TId>(Dictionary<TId, long> quantities)
        where TId : notnull => quantities.Where(one => one.Value != 0).Select(one => $"{one.Key} {one.Value}").Order(StringComparer.Ordinal);

    private static IEnumerable<string> Differ(string what, IEnumerable<string> expected, IEnumerable<string> got)
    {
        var (wanted, found) = (string.Join("; ", expected), string.Join("; ", got));
        return wanted == found ? [] : [$"{what}: expected [{wanted}], got [{found}]"];
    }
}
