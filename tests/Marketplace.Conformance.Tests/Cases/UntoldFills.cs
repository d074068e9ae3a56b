namespace Marketplace.Conformance.Tests.Cases;

/// <summary>
/// Cases that contradict themselves because the engine behind them does not tell the fills of fill-or-kill orders: no trade names such an order, the orders it took are short
/// of the quantity, and that quantity stands under "gone", where nothing of an order that only rests can ever stand. The fills are left out on both sides then: trades
/// without fill-or-kill orders, and the book that is left, are compared.
/// </summary>
internal static class UntoldFills
{
    /// <summary>Whether a case is of this sort.</summary>
    public static bool In(ConformanceCase one)
    {
        var takers = FillOrKill(one);
        return takers.Count > 0 && one.Expected.Gone is { } gone && !one.Steps.Any(step => step.Stp.Length > 0)
            && !one.Expected.Trades.Any(trade => takers.Contains(trade[0]))
            && one.Steps.Any(step => OnlyRests(step, one) && gone.GetValueOrDefault($"{step.Id}") > 0);
    }

    /// <summary>The ids of a case's fill-or-kill orders.</summary>
    public static HashSet<long> FillOrKill(ConformanceCase one) => [.. one.Steps.Where(step => step.Op == "new" && step.Tif == "FOK").Select(step => step.Id)];

    /// <summary>A plain limit order that stands until it is filled: nothing in the case refuses, cancels, changes or expires it.</summary>
    private static bool OnlyRests(Step step, ConformanceCase one) =>
        step is { Op: "new", Type: "L", Tif: "GTC", PostOnly: false, ExpireAt: 0, Display: 0, Stop: 0, Price: > 0, Qty: > 0 }
        && one.Steps.Count(other => other.Op != "time" && other.Id == step.Id) == 1
        && one.Expected.Rejected.All(rejected => WholeNumber.Of(rejected[0]) != step.Id);
}
