using System.Collections.Concurrent;
using Gwh.Marketplace.V1;

namespace Marketplace.Cli.Load;

/// <summary>
/// Holds every answer against what was asked, and at the end the venue against its invariants: an order stands with the terms it was sent with, fills no more than its
/// quantity and at no worse price, and has a number that no other has. Safe for several threads.
/// </summary>
internal sealed class LoadChecks
{
    /// <summary>Violations kept in words; all are counted.</summary>
    public const int MostKept = 10;

    private readonly ConcurrentDictionary<long, byte> _numbers = new();
    private readonly ConcurrentQueue<string> _kept = new();
    private long _count;

    /// <summary>Violations found.</summary>
    public long Count => Interlocked.Read(ref _count);

    /// <summary>The first of them, in words.</summary>
    public IReadOnlyCollection<string> Kept => _kept;

    /// <summary>Checks what came of a batch.</summary>
    public void Check(SessionBatch batch, SessionBatchResult result)
    {
        if (result.Results.Count != batch.Commands.Count)
        {
            Violated($"{batch.Commands.Count} commands, {result.Results.Count} results");
            return;
        }

        for (var i = 0; i < result.Results.Count; i++)
        {
            if (result.Results[i].Reason == RejectReason.Unspecified && WhyNot(batch.Commands[i], result.Results[i]) is { } wrong)
            {
                Violated($"{batch.Commands[i].Place?.ClientOrderId ?? batch.Commands[i].Cancel.RequestId}: {wrong}");
            }
        }
    }

    /// <summary>Takes the invariants the venue's audit finds broken.</summary>
    public void Check(GetTotalsResponse totals)
    {
        foreach (var invariant in totals.Invariants.Where(invariant => !invariant.Ok))
        {
            Violated($"audit: {invariant}");
        }
    }

    private string? WhyNot(SessionCommand command, CommandResult outcome)
    {
        if (outcome.FilledKwh < 0 || outcome.OpenKwh < 0 || outcome.FilledKwh + outcome.OpenKwh > outcome.QuantityKwh)
        {
            return $"filled {outcome.FilledKwh} and open {outcome.OpenKwh} of {outcome.QuantityKwh} kWh";
        }

        if (command.Cancel is not null)
        {
            return outcome.OpenKwh == 0 ? null : $"cancelled with {outcome.OpenKwh} kWh open";
        }

        var place = command.Place;
        if ((outcome.Side, outcome.PriceUsdPerGwh, outcome.QuantityKwh, outcome.TimeInForce) != (place.Side, place.PriceUsdPerGwh, place.QuantityKwh, place.TimeInForce))
        {
            return $"asked for {place}, got {outcome}";
        }

        // USD per GWh are micro-dollars per kWh.
        var atLimit = (Int128)outcome.FilledKwh * place.PriceUsdPerGwh;
        if (place.Side == Side.Bid ? outcome.FilledNotionalMicros > atLimit : outcome.FilledNotionalMicros < atLimit)
        {
            return $"filled {outcome.FilledKwh} kWh for {outcome.FilledNotionalMicros} micro-dollars, worse than its limit";
        }

        if ((outcome.Status == OrderStatus.Open) != (outcome.OpenKwh > 0) || (place.TimeInForce == TimeInForce.Ioc && outcome.OpenKwh > 0))
        {
            return $"{outcome.Status} with {outcome.OpenKwh} kWh open";
        }

        return _numbers.TryAdd(outcome.OrderId, 0) ? null : $"its number {outcome.OrderId} is another order's too";
    }

    private void Violated(string what)
    {
        if (Interlocked.Increment(ref _count) <= MostKept)
        {
            _kept.Enqueue(what);
        }
    }
}
