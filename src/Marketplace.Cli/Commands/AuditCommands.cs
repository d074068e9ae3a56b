using System.CommandLine;
using System.Globalization;
using Gwh.Marketplace.V1;
using Marketplace.Cli.Screens;
using Marketplace.Cli.Units;
using Marketplace.Client.Errors;

namespace Marketplace.Cli.Commands;

/// <summary>gwh audit</summary>
internal static class AuditCommands
{
    public static Command Create(Verbs verbs) => Verbs.Noun("audit", "Audit: conservation, events, outcomes, the state's hash", Totals(verbs), Events(verbs), Outcome(verbs), Hash(verbs));

    private static Command Totals(Verbs verbs)
    {
        var asOf = Inputs.Text("--as-of", "Cut token of an earlier answer; now where not given", "TOKEN");
        return verbs.Run("totals", "Shows conservation of cash and tokens as of a cut; fails when an invariant does not hold", [asOf], null, async asked =>
        {
            var totals = await asked.Client.Audit.GetTotalsAsync(new() { AsOf = asked.Get(asOf) }, cancellationToken: asked.Cancellation);
            if (asked.Json)
            {
                asked.Screen.Console.Profile.Out.Writer.WriteLine(WireJson.Format(totals));
            }
            else
            {
                Show(asked, totals);
            }

            return totals.Invariants.All(invariant => invariant.Ok) ? 0 : Verbs.Refused;
        });
    }

    private static Command Events(Verbs verbs)
    {
        var instrument = Inputs.Text("instrument", "The instrument");
        var from = Inputs.Number("--from", "First sequence");
        var to = Inputs.Number("--to", "Last sequence");
        return verbs.List("events", "Lists the events of an instrument, oldest first", [instrument, from, to],
            async (asked, size, token) => await asked.Client.Audit.ListInstrumentEventsAsync(
                new() { InstrumentId = asked.Get(instrument), FromSequence = asked.Get(from), ToSequence = asked.Get(to), PageSize = size, PageToken = token },
                cancellationToken: asked.Cancellation),
            page => page.Events, page => page.NextPageToken,
            (asked, events) =>
            {
                asked.Screen.Table([">sequence", "time", "event", "what"], events.Select(happened => new[]
                {
                    happened.Sequence.ToString(CultureInfo.InvariantCulture), TimeText.Format(happened.EventTime), EnumText.Format(happened.EventCase), Words(happened),
                }));
                return Task.CompletedTask;
            });
    }

    private static Command Outcome(Verbs verbs)
    {
        var order = Inputs.Text("--order", "Client id of an order", "ID");
        var request = Inputs.Text("--request", "Id of any other write", "ID");
        var participant = Inputs.Text("--participant", "Whose; one's own where not given", "PARTICIPANT");
        var contract = Inputs.Text("--contract", "The contract a request was about, where it was about one", "CONTRACT");
        return verbs.Read("outcome", "Shows what became of an id: done, refused, or never heard of", [order, request, participant, contract],
            async asked =>
            {
                if (asked.Get(order).Length > 0 == asked.Get(request).Length > 0)
                {
                    throw new UsageException("Give either --order or --request.");
                }

                var outcome = new GetOutcomeRequest { ParticipantId = asked.Get(participant), ContractId = asked.Get(contract) };
                if (asked.Get(order).Length > 0)
                {
                    outcome.ClientOrderId = asked.Get(order);
                }
                else
                {
                    outcome.RequestId = asked.Get(request);
                }

                return await asked.Client.Audit.GetOutcomeAsync(outcome, cancellationToken: asked.Cancellation);
            },
            async (asked, answer) =>
            {
                asked.Screen.Facts(("outcome", EnumText.Format(answer.State)), ("reason", answer.Reason == RejectReason.Unspecified ? "" : answer.Reason.WireName()));
                if (answer.Order is not null)
                {
                    await OrderCommands.Show(asked, answer.Order);
                }
            });
    }

    private static Command Hash(Verbs verbs)
    {
        var asOf = Inputs.Text("--as-of", "Cut token of an earlier answer; now where not given", "TOKEN");
        var streams = Inputs.Flag("--streams", "Of every stream too");
        return verbs.Read("hash", "Shows the hash of the state as of a cut", [asOf, streams],
            async asked => await asked.Client.Audit.GetStateHashAsync(new() { AsOf = asked.Get(asOf), IncludeStreams = asked.Get(streams) }, cancellationToken: asked.Cancellation),
            (asked, answer) =>
            {
                asked.Screen.Facts(("state", answer.StateSha256), ("position", Number(answer.Position)), ("as of", answer.AsOf));
                if (answer.Streams.Count > 0)
                {
                    asked.Screen.Table(["stream", ">version", "state"], answer.Streams.Select(stream => new[] { stream.Stream, Number(stream.Version), stream.StateSha256 }));
                }

                return Task.CompletedTask;
            });
    }

    private static void Show(Asked asked, GetTotalsResponse totals)
    {
        var cash = totals.Cash;
        asked.Screen.Facts(
            ("as of", totals.AsOf), ("position", Number(totals.Position)), ("event time", TimeText.Format(totals.EventTime)), ("accounts, available", Dollars.Format(cash.AvailableMicros)),
            ("accounts, held", Dollars.Format(cash.HeldMicros)), ("fees", Dollars.Format(cash.FeeMicros)), ("in transit", Dollars.Format(cash.InTransitMicros)),
            ("deposits", Dollars.Format(cash.DepositMicros)), ("withdrawals, paid", Dollars.Format(cash.WithdrawalPaidMicros)),
            ("withdrawals, pending", Dollars.Format(cash.WithdrawalPendingMicros)), ("difference", Dollars.Format(cash.DifferenceMicros)));
        asked.Screen.Table(["tokens", ">issued", ">available", ">held", ">withdrawn", ">in transit", ">difference"], totals.Tokens.Select(tokens => new[]
        {
            tokens.InstrumentId, QuantityText.Format(tokens.IssuedKwh), QuantityText.Format(tokens.AvailableKwh), QuantityText.Format(tokens.HeldKwh),
            QuantityText.Format(tokens.WithdrawnKwh), QuantityText.Format(tokens.InTransitKwh), QuantityText.Format(tokens.DifferenceKwh),
        }));
        asked.Screen.Table(["invariant", "holds", "detail"], totals.Invariants.Select(invariant => new[] { invariant.Name, invariant.Ok ? "yes" : "NO", invariant.Detail }));
    }

    private static string Words(InstrumentEvent happened) => happened.EventCase switch
    {
        InstrumentEvent.EventOneofCase.OrderTaken => $"order {happened.OrderTaken.OrderId} of {happened.OrderTaken.ParticipantId}: {EnumText.Format(happened.OrderTaken.Side)} "
            + $"{QuantityText.Format(happened.OrderTaken.QuantityKwh)} at {PriceText.Format(happened.OrderTaken.PriceUsdPerGwh)}, {EnumText.Format(happened.OrderTaken.TimeInForce)}",
        InstrumentEvent.EventOneofCase.OrderRefused => $"{happened.OrderRefused.Reason.WireName()}, of {happened.OrderRefused.ParticipantId}",
        InstrumentEvent.EventOneofCase.TradeMatched => $"order {happened.TradeMatched.TakerOrderId} took {QuantityText.Format(happened.TradeMatched.QuantityKwh)} "
            + $"from order {happened.TradeMatched.MakerOrderId} at {PriceText.Format(happened.TradeMatched.PriceUsdPerGwh)}",
        InstrumentEvent.EventOneofCase.OrderRested => $"order {happened.OrderRested.OrderId}, {QuantityText.Format(happened.OrderRested.OpenKwh)}",
        InstrumentEvent.EventOneofCase.OrderCancelled =>
            $"order {happened.OrderCancelled.OrderId}, {QuantityText.Format(happened.OrderCancelled.CancelledKwh)}, {happened.OrderCancelled.Reason.WireName()}",
        InstrumentEvent.EventOneofCase.OrderReduced => $"order {happened.OrderReduced.OrderId} to {QuantityText.Format(happened.OrderReduced.OpenKwh)}",
        InstrumentEvent.EventOneofCase.OrderReplaced =>
            $"order {happened.OrderReplaced.OrderId} to {QuantityText.Format(happened.OrderReplaced.OpenKwh)} at {PriceText.Format(happened.OrderReplaced.PriceUsdPerGwh)}",
        InstrumentEvent.EventOneofCase.OrderParked => $"order {happened.OrderParked.OrderId}, {QuantityText.Format(happened.OrderParked.OpenKwh)}",
        InstrumentEvent.EventOneofCase.OrderTriggered => $"order {happened.OrderTriggered.OrderId}",
        InstrumentEvent.EventOneofCase.OrderDecremented => $"orders {happened.OrderDecremented.TakerOrderId} and {happened.OrderDecremented.MakerOrderId}, "
            + $"{QuantityText.Format(happened.OrderDecremented.QuantityKwh)} each",
        InstrumentEvent.EventOneofCase.InstrumentChanged => EnumText.Format(happened.InstrumentChanged.Instrument.State),
        InstrumentEvent.EventOneofCase.CycleDecided => $"cycle {happened.CycleDecided.Cycle.Cycle}, {Number(happened.CycleDecided.Cycle.TradeCount)} trades",
        InstrumentEvent.EventOneofCase.TradeDecided => $"trade {happened.TradeDecided.TradeSequence}",
        InstrumentEvent.EventOneofCase.FeesSwept => Dollars.Format(happened.FeesSwept.AmountMicros),
        _ => "",
    };

    private static string Number(long number) => number.ToString("N0", CultureInfo.InvariantCulture);
}
