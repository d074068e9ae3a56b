using System.Collections.Concurrent;
using Gwh.Marketplace.V1;
using Marketplace.Cli.Demo.Scenarios;

namespace Marketplace.Cli.Demo.Stage;

/// <summary>An order the venue has acknowledged: what it must still hold after any crash.</summary>
internal readonly record struct AcknowledgedOrder(string Participant, Gwh.Marketplace.V1.Side Side, long PriceUsdPerGwh, long QuantityKwh);

/// <summary>What the participants were told, written down by them and not by the venue. Safe for several threads.</summary>
internal sealed class Acknowledgements
{
    // What a market does to orders that come too late or cross is no fault of it.
    private static readonly HashSet<RejectReason> Ordinary =
    [
        RejectReason.OrderNotOpen, RejectReason.OrderUnknown, RejectReason.OvertakenByFill, RejectReason.WouldCross, RejectReason.NotFillable, RejectReason.SelfTrade,
        RejectReason.Expired, RejectReason.QuantityNotReduced,
    ];

    private readonly ConcurrentDictionary<(string Instrument, long OrderId), AcknowledgedOrder> orders = new();
    private readonly ConcurrentDictionary<RejectReason, long> refusals = new();
    private readonly ConcurrentQueue<double> milliseconds = new();
    private long commands;
    private long placed;

    /// <summary>Commands answered.</summary>
    public long Commands => Interlocked.Read(ref commands);

    /// <summary>New orders answered.</summary>
    public long Placed => Interlocked.Read(ref placed);

    /// <summary>Orders the books took, by instrument and public number.</summary>
    public IReadOnlyDictionary<(string Instrument, long OrderId), AcknowledgedOrder> Orders => orders;

    /// <summary>Refusals by reason.</summary>
    public IEnumerable<KeyValuePair<RejectReason, long>> Refusals => refusals.OrderByDescending(refusal => refusal.Value).ThenBy(refusal => refusal.Key);

    /// <summary>Refusals that the scenario gives no cause for.</summary>
    public IEnumerable<KeyValuePair<RejectReason, long>> Unexpected => Refusals.Where(refusal => !Ordinary.Contains(refusal.Key));

    /// <summary>Takes down what came of a batch.</summary>
    public void Take(Batch batch, SessionBatchResult result, TimeSpan took)
    {
        if (result.Results.Count != batch.Commands.Count) throw new InvalidDataException($"{batch.Participant} got {result.Results.Count} results for {batch.Commands.Count} commands.");
        milliseconds.Enqueue(took.TotalMilliseconds);
        for (var index = 0; index < batch.Commands.Count; index++)
        {
            var (command, outcome) = (batch.Commands[index], result.Results[index]);
            Interlocked.Increment(ref commands);
            if (command is Place) Interlocked.Increment(ref placed);
            var refused = outcome.Reason != RejectReason.Unspecified ? outcome.Reason : outcome.Status == OrderStatus.Rejected ? outcome.OrderReason : RejectReason.Unspecified;
            if (refused != RejectReason.Unspecified)
            {
                refusals.AddOrUpdate(refused, 1, (_, count) => count + 1);
            }
            else if (command is Place place)
            {
                orders[(place.InstrumentId, outcome.OrderId)] = new(batch.Participant, outcome.Side, outcome.PriceUsdPerGwh, outcome.QuantityKwh);
            }
        }
    }

    /// <summary>The time within which so many percent of the batches were answered, milliseconds.</summary>
    public double Within(int percent)
    {
        var sorted = milliseconds.Order().ToArray();
        return sorted.Length == 0 ? 0 : sorted[Math.Min(sorted.Length - 1, sorted.Length * percent / 100)];
    }
}
