using Gwh.Marketplace.V1;
using Marketplace.Cli.Demo.Audits;
using Marketplace.Cli.Demo.Scenarios;
using Marketplace.Cli.Demo.Show;
using Marketplace.Cli.Demo.Stage;
using Marketplace.Client;

namespace Marketplace.Cli.Demo;

/// <summary>The market falls quiet: last cycles, fees, a withdrawal; then the pages that say what it came to.</summary>
internal sealed class Closing(Scenario scenario, Cast cast, Acknowledgements acknowledgements, Screen screen)
{
    private const int MostLooks = 300;

    /// <summary>Waits until every trade of an instrument is settled: thirty seconds at most, then the audit will say what is not.</summary>
    public static async Task<SettlementSummary> AllSettled(MarketplaceClient client, string instrument, CancellationToken cancellation)
    {
        var summary = await Summary(client, instrument, cancellation);
        for (var look = 0; look < MostLooks && summary.UnsettledTradeCount > 0; look++)
        {
            await Task.Delay(100, cancellation);
            summary = await Summary(client, instrument, cancellation);
        }

        return summary;
    }

    /// <summary>Settles and sweeps; what the streams told is compared with what the venue answers.</summary>
    public async Task<List<Check>> Settle(BookWatch watch, CancellationToken cancellation)
    {
        long swept = 0;
        await OperatorDesk.InParallel(scenario.Instruments, async instrument =>
        {
            var before = await Summary(cast.Auditor.Client, instrument.Id, cancellation);
            if (before.UndecidedTradeCount > 0) await cast.Desk.RunCycle(instrument.Id, cancellation);
            var after = await AllSettled(cast.Auditor.Client, instrument.Id, cancellation);
            if (after.AccruedFeeMicros != "0") Interlocked.Add(ref swept, await cast.Desk.SweepFees(instrument.Id, cancellation));
        }, cancellation);
        screen.Happened($"last cycles run; {Amounts.Usd(swept)} of fees swept to the venue's account");
        await PayOut(cancellation);
        return [await Streamed(watch, cancellation)];
    }

    /// <summary>Books, volume, netting, speed; and the evidence for the audit.</summary>
    public async Task<Evidence> Report(BookWatch watch, Trading trading, CancellationToken cancellation)
    {
        var evidence = await Evidence.Gather(cast.Auditor.Client, cancellation);
        screen.Show(MarketPage.Books(scenario.Instruments, watch, ""));
        var busiest = evidence.Instruments.MaxBy(instrument => instrument.Summary.TradeCount)!;
        if (watch.Find(busiest.Instrument.InstrumentId) is { } book) screen.Show(MarketPage.Ladder(book, (int)busiest.Instrument.RatedWatts));
        screen.Show(MarketPage.Volume(evidence.Instruments));
        screen.Say(MarketPage.Netting(evidence.Instruments));
        var seconds = trading.Took.TotalSeconds;
        screen.Say($"{Amounts.Count(acknowledgements.Placed)} orders and {Amounts.Count(acknowledgements.Commands - acknowledgements.Placed)} cancels and changes by {cast.Actors.Count} participants, "
            + $"each durable before it was answered: {Amounts.Count((long)(acknowledgements.Placed / seconds))} orders a second over {seconds:0.0} s of rounds; "
            + $"a batch is answered within {acknowledgements.Within(50):0.0} ms (half of them), {acknowledgements.Within(99):0.0} ms (99 %).");
        return evidence;
    }

    private static async Task<SettlementSummary> Summary(MarketplaceClient client, string instrument, CancellationToken cancellation) =>
        (await client.Settlement.GetSettlementSummaryAsync(new() { InstrumentId = instrument }, cancellationToken: cancellation)).Summary;

    private async Task PayOut(CancellationToken cancellation)
    {
        var supplier = cast.Some(Part.Supplier);
        var account = await supplier.Client.Account.GetAccountAsync(new(), cancellationToken: cancellation);
        var amount = account.Account.CashAvailableMicros / 2;
        var asked = await supplier.Client.Account.RequestWithdrawalAsync(
            new() { RequestId = "pay-out", AmountMicros = amount, Destination = "supplier's bank, simulated" }, cancellationToken: cancellation);
        await cast.Desk.Client.Admin.ConfirmWithdrawalAsync(
            new() { RequestId = "paid-out", WithdrawalId = asked.Withdrawal.WithdrawalId, BankReference = "payment-001" }, cancellationToken: cancellation);
        cast.Expected.Paid(supplier.Participant.Id, amount);
        screen.Happened($"{supplier.Participant.Id} takes {Amounts.Usd(amount)} of its proceeds out; the operator confirms the payment");
    }

    private async Task<Check> Streamed(BookWatch watch, CancellationToken cancellation)
    {
        var broken = new List<string>();
        foreach (var instrument in scenario.Instruments)
        {
            var served = (await cast.Auditor.Client.MarketData.GetOrderBookAsync(new() { InstrumentId = instrument.Id, Depth = BookWatch.Depth }, cancellationToken: cancellation)).Book;
            var reached = await watch.Reaches(instrument.Id, served.Sequence, cancellation);
            var streamed = watch.Find(instrument.Id);
            if (!reached || streamed is null || !streamed.Bids.SequenceEqual(served.Bids.Select(Of)) || !streamed.Asks.SequenceEqual(served.Asks.Select(Of)))
            {
                broken.Add($"{instrument.Id} at {streamed?.Sequence} of {served.Sequence}");
            }
        }

        return new("Q1 the books streamed, across the kill, are the books served", broken,
            $"{Amounts.Count(watch.Updates)} updates; healed: {string.Join(", ", watch.Heals.Select(heal => $"{heal.Key} x {heal.Value}"))}");

        static Client.Books.Level Of(PriceLevel level) => new(level.PriceUsdPerGwh, level.QuantityKwh);
    }
}
