using Grpc.Core;
using Gwh.Marketplace.V1;
using Marketplace.Domain.Orders;
using Marketplace.Domain.Settlement;
using Marketplace.Grains.Audit;
using Marketplace.Grains.Orders;
using Ids = Marketplace.Domain.Refusals.Ids;
using RejectReason = Gwh.Marketplace.V1.RejectReason;

namespace Marketplace.Server.Services;

/// <summary>What auditors read: totals as of a cut, event logs, outcomes of ids, state hashes.</summary>
internal sealed class AuditGrpc(Doors doors, LogAuditor auditor, BookHistory history) : AuditService.AuditServiceBase
{
    public override async Task<GetTotalsResponse> GetTotals(GetTotalsRequest request, ServerCallContext context) => await auditor.Read(
        Cut(request.AsOf),
        venue =>
        {
            var cash = VenueTotals.Cash(venue);
            return new GetTotalsResponse
            {
                AsOf = auditor.TokenOf(venue.Position),
                Position = venue.Position,
                EventTime = Wire.ToTimestamp(new(venue.Machines.Count == 0 ? 0 : venue.Machines.Values.Max(machine => machine.LastEventTime.Micros))),
                Cash = new()
                {
                    AvailableMicros = Wire.ToText(cash.Available),
                    HeldMicros = Wire.ToText(cash.Held),
                    FeeMicros = Wire.ToText(cash.Fees),
                    InTransitMicros = Wire.ToText(cash.InTransit),
                    DepositMicros = Wire.ToText(cash.Deposits),
                    WithdrawalPaidMicros = Wire.ToText(cash.WithdrawalsPaid),
                    WithdrawalPendingMicros = Wire.ToText(cash.WithdrawalsPending),
                    DifferenceMicros = Wire.ToText(cash.Difference),
                },
                Tokens = { VenueTotals.Tokens(venue).Select(ToWire) },
                Invariants = { VenueTotals.Invariants(venue).Select(one => new InvariantCheck { Name = one.Name, Ok = one.Broken.Length == 0, Detail = string.Join("; ", one.Broken) }) },
            };
        },
        context.CancellationToken);

    public override async Task<ListInstrumentEventsResponse> ListInstrumentEvents(ListInstrumentEventsRequest request, ServerCallContext context)
    {
        doors.Instrument(request.InstrumentId);
        if (request.FromSequence < 0 || request.ToSequence < 0)
        {
            throw Reason.InvalidArgument.ToException(request.FromSequence < 0 ? "from_sequence" : "to_sequence");
        }

        var size = Wire.PageSize(request.PageSize);
        var (version, index) = PageToken.DecodePair(request.PageToken);
        await doors.Book(request.InstrumentId).Read(0);
        var events = await Task.Run(() =>
        {
            var past = version > 0 ? history.Behind(request.InstrumentId, version, (int)index) : history.From(request.InstrumentId, request.FromSequence);
            return past.TakeWhile(one => request.ToSequence == 0 || one.Sequence <= request.ToSequence).Take(size + 1).ToList();
        });
        var next = "";
        if (events.Count > size)
        {
            events.RemoveAt(size);
            next = PageToken.Encode($"{events[^1].Version}.{events[^1].Index}");
        }

        return new() { Events = { events.Select(past => ToWire(request.InstrumentId, past)) }, NextPageToken = next };
    }

    public override async Task<GetOutcomeResponse> GetOutcome(GetOutcomeRequest request, ServerCallContext context)
    {
        var whose = Doors.Whose(context, request.ParticipantId);
        var placed = request.IdCase == GetOutcomeRequest.IdOneofCase.ClientOrderId;
        var id = placed ? request.ClientOrderId : request.RequestId;
        if (!Ids.IsWellFormed(id))
        {
            throw Reason.MalformedId.ToException(placed ? "client_order_id" : "request_id");
        }

        if (request.ContractId.Length > 0 && !CapacityGrpc.IsContractId(request.ContractId))
        {
            throw Reason.MalformedId.ToException("contract_id");
        }

        if (doors.Directory.Participants.ContainsKey(whose))
        {
            var outcome = await doors.Account(whose).OutcomeOf(id, placed);
            if (outcome.Known)
            {
                var refused = outcome.Outcome.Refusal.Reason;
                return new()
                {
                    State = refused == Reason.None ? OutcomeState.Done : OutcomeState.Refused,
                    Reason = (RejectReason)refused,
                    Order = outcome.Outcome.Order?.ToWire(),
                };
            }

            if (!placed && await IsKnownAtADesk(whose, id, request.ContractId))
            {
                return new() { State = OutcomeState.Done };
            }
        }

        return new() { State = OutcomeState.UnknownId };
    }

    public override async Task<GetStateHashResponse> GetStateHash(GetStateHashRequest request, ServerCallContext context) => await auditor.Read(
        Cut(request.AsOf),
        venue =>
        {
            var response = new GetStateHashResponse
            {
                AsOf = auditor.TokenOf(venue.Position),
                Position = venue.Position,
                StateSha256 = Convert.ToHexStringLower(venue.Hash()),
            };
            if (request.IncludeStreams)
            {
                response.Streams.AddRange(venue.Hashes().Select(stream => new StreamHash
                {
                    Stream = stream.Stream,
                    Version = stream.Version,
                    StateSha256 = Convert.ToHexStringLower(stream.Hash),
                }));
            }

            return response;
        },
        context.CancellationToken);

    private async Task<bool> IsKnownAtADesk(string participant, string request, string contract)
    {
        if (contract.Length > 0)
        {
            return await doors.Contract(contract).Knows(participant, request);
        }

        return await doors.Contract($"{participant}:{request}").Knows(participant, request)
            || await doors.DirectoryGrain.Knows(participant, request)
            || await doors.CatalogGrain.Knows(participant, request)
            || await doors.BankDesk.Knows(participant, request);
    }

    private long? Cut(string token) =>
        token.Length == 0 ? null : auditor.TryParse(token, out var position) ? position : throw Reason.InvalidArgument.ToException("as_of");

    private static Gwh.Marketplace.V1.TokenTotals ToWire(Grains.Audit.TokenTotals tokens) => new()
    {
        InstrumentId = tokens.Instrument,
        IssuedKwh = Wire.ToText(tokens.Issued),
        AvailableKwh = Wire.ToText(tokens.Available),
        HeldKwh = Wire.ToText(tokens.Held),
        EncumberedKwh = "0",
        ClaimedKwh = "0",
        ExpiredKwh = "0",
        WithdrawnKwh = Wire.ToText(tokens.Withdrawn),
        InTransitKwh = Wire.ToText(tokens.InTransit),
        DifferenceKwh = Wire.ToText(tokens.Difference),
    };

    private static InstrumentEvent ToWire(string instrument, in PastEvent past)
    {
        var wire = new InstrumentEvent { InstrumentId = instrument, Sequence = past.Sequence, Version = past.Version, Index = past.Index, EventTime = Wire.ToTimestamp(past.Time) };
        switch (past.Happened)
        {
            case InstrumentAdopted adopted:
                wire.InstrumentChanged = new() { Instrument = adopted.Instrument.ToWire() };
                return wire;
            case Domain.Settlement.CycleDecided cycle:
                wire.CycleDecided = new() { Cycle = cycle.ToWire(instrument, past.Time) };
                return wire;
            case Domain.Settlement.TradeDecided decided:
                wire.TradeDecided = new() { TradeSequence = decided.Trade };
                return wire;
            case Domain.Settlement.FeesSwept swept:
                wire.FeesSwept = new() { AmountMicros = Wire.ToText(swept.Micros) };
                return wire;
        }

        var book = past.Book!.Value;
        var participant = past.Account.Length > 0 ? Domain.Messages.Streams.KeyOf(past.Account) : "";
        switch (book.Kind)
        {
            case BookEventKind.Refused:
                wire.OrderRefused = new() { ParticipantId = participant, OrderId = book.Order, Reason = (RejectReason)book.Reason };
                break;
            case BookEventKind.Taken:
                wire.OrderTaken = new()
                {
                    OrderId = book.Order,
                    ParticipantId = participant,
                    Side = (Gwh.Marketplace.V1.Side)past.Command.Side,
                    Type = (Gwh.Marketplace.V1.OrderType)past.Command.Type,
                    TimeInForce = (Gwh.Marketplace.V1.TimeInForce)past.Command.TimeInForce,
                    PostOnly = past.Command.PostOnly,
                    SelfTradePrevention = (SelfTradePrevention)past.Command.SelfTrade,
                    PriceUsdPerGwh = past.Command.Price,
                    QuantityKwh = past.Command.Quantity,
                    ExpireTime = Wire.ToOptional(past.Command.ExpiresAtMicros),
                    StopPriceUsdPerGwh = past.Command.StopPrice,
                    DisplayKwh = past.Command.DisplayKwh,
                };
                break;
            case BookEventKind.Traded:
                wire.TradeMatched = new()
                {
                    TakerOrderId = book.Order,
                    MakerOrderId = book.Maker,
                    PriceUsdPerGwh = book.Price,
                    QuantityKwh = book.Quantity,
                    TakerFeeMicros = book.TakerFeeMicros,
                    MakerFeeMicros = book.MakerFeeMicros,
                    TakerSide = (Gwh.Marketplace.V1.Side)past.Command.Side,
                };
                break;
            case BookEventKind.Parked:
                wire.OrderParked = new() { OrderId = book.Order, OpenKwh = book.Quantity };
                break;
            case BookEventKind.Triggered:
                wire.OrderTriggered = new() { OrderId = book.Order };
                break;
            case BookEventKind.Decremented:
                wire.OrderDecremented = new() { TakerOrderId = book.Order, MakerOrderId = book.Maker, PriceUsdPerGwh = book.Price, QuantityKwh = book.Quantity };
                break;
            case BookEventKind.Rested:
                wire.OrderRested = new() { OrderId = book.Order, OpenKwh = book.Quantity };
                break;
            case BookEventKind.Cancelled:
                wire.OrderCancelled = new() { OrderId = book.Order, CancelledKwh = book.Quantity, Reason = (RejectReason)book.Reason };
                break;
            case BookEventKind.Reduced:
                wire.OrderReduced = new() { OrderId = book.Order, OpenKwh = book.Quantity };
                break;
            case BookEventKind.Replaced:
                wire.OrderReplaced = new() { OrderId = book.Order, PriceUsdPerGwh = book.Price, OpenKwh = book.Quantity };
                break;
        }

        return wire;
    }
}
