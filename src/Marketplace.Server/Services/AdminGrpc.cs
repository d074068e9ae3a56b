using Grpc.Core;
using Gwh.Marketplace.V1;
using Marketplace.Domain.Catalog;
using Marketplace.Domain.Refusals;
using Marketplace.Grains.Hosting;

namespace Marketplace.Server.Services;

/// <summary>The operator's desk.</summary>
internal sealed class AdminGrpc(Doors doors, Waker waker) : AdminService.AdminServiceBase
{
    /// <summary>A free text of the caller, within its length and without control characters.</summary>
    public static string Text(string text, int most, string field) =>
        text.Length <= most && !text.Any(char.IsControl) ? text : throw Reason.InvalidArgument.ToException(field);

    public override async Task<CreateFirmResponse> CreateFirm(CreateFirmRequest request, ServerCallContext context)
    {
        doors.EnterWrite();
        var firm = await doors.DirectoryGrain.CreateFirm(Wire.ToRequest(Caller.Of(context), request.RequestId, request.ValidUntil), request.FirmId, Text(request.Name, 200, "name"));
        return new() { Firm = firm.OrThrow().ToWire() };
    }

    public override async Task<CreateParticipantResponse> CreateParticipant(CreateParticipantRequest request, ServerCallContext context)
    {
        doors.EnterWrite();
        var participant = await doors.DirectoryGrain.CreateParticipant(
            Wire.ToRequest(Caller.Of(context), request.RequestId, request.ValidUntil), request.ParticipantId, request.FirmId, LimitsOf(request.Limits));
        return new() { Participant = participant.OrThrow().ToWire() };
    }

    public override Task<ListFirmsResponse> ListFirms(ListFirmsRequest request, ServerCallContext context)
    {
        var (page, next) = Wire.Page(doors.Directory.Firms.Values, request.PageSize, request.PageToken, firm => firm.Id);
        return Task.FromResult(new ListFirmsResponse { Firms = { page.Select(firm => firm.ToWire()) }, NextPageToken = next });
    }

    public override Task<ListParticipantsResponse> ListParticipants(ListParticipantsRequest request, ServerCallContext context)
    {
        var matching = doors.Directory.Participants.Values.Where(participant => request.FirmId.Length == 0 || participant.Firm == request.FirmId);
        var (page, next) = Wire.Page(matching, request.PageSize, request.PageToken, participant => participant.Id);
        return Task.FromResult(new ListParticipantsResponse { Participants = { page.Select(participant => participant.ToWire()) }, NextPageToken = next });
    }

    public override async Task<SetParticipantLimitsResponse> SetParticipantLimits(SetParticipantLimitsRequest request, ServerCallContext context)
    {
        if (request.Limits is null)
        {
            throw Reason.InvalidArgument.ToException("limits");
        }

        var limits = new Domain.Participants.ParticipantLimits(request.Limits.OrdersPerSecond, request.Limits.MaxOpenOrders, request.Limits.MaxStreams);
        var participant = await doors.DirectoryGrain.SetLimits(Wire.ToRequest(Caller.Of(context), request.RequestId, request.ValidUntil), request.ParticipantId, limits);
        return new() { Participant = participant.OrThrow().ToWire() };
    }

    public override async Task<SuspendParticipantResponse> SuspendParticipant(SuspendParticipantRequest request, ServerCallContext context)
    {
        var participant = await doors.DirectoryGrain.SetSuspended(Wire.ToRequest(Caller.Of(context), request.RequestId, request.ValidUntil), request.ParticipantId, suspended: true);
        return new() { Participant = participant.OrThrow().ToWire() };
    }

    public override async Task<ResumeParticipantResponse> ResumeParticipant(ResumeParticipantRequest request, ServerCallContext context)
    {
        var participant = await doors.DirectoryGrain.SetSuspended(Wire.ToRequest(Caller.Of(context), request.RequestId, request.ValidUntil), request.ParticipantId, suspended: false);
        return new() { Participant = participant.OrThrow().ToWire() };
    }

    public override async Task<CreateKeyResponse> CreateKey(CreateKeyRequest request, ServerCallContext context)
    {
        doors.EnterWrite();
        var secret = ApiSecret.New();
        var hash = ApiSecret.Hash(secret);
        var key = (await doors.DirectoryGrain.CreateKey(
            Wire.ToRequest(Caller.Of(context), request.RequestId, request.ValidUntil),
            request.ParticipantId,
            (Domain.Participants.Role)request.Role,
            new(Wire.ToMicros(request.ExpireTime, "expire_time")),
            hash)).OrThrow();
        return new() { Key = key.ToWire(), Secret = key.SecretSha256 == hash ? secret : "" };
    }

    public override async Task<RevokeKeyResponse> RevokeKey(RevokeKeyRequest request, ServerCallContext context)
    {
        var key = await doors.DirectoryGrain.RevokeKey(Wire.ToRequest(Caller.Of(context), request.RequestId, request.ValidUntil), request.KeyId);
        return new() { Key = key.OrThrow().ToWire() };
    }

    public override Task<ListKeysResponse> ListKeys(ListKeysRequest request, ServerCallContext context)
    {
        var matching = doors.Directory.Keys.Values.Where(key => request.ParticipantId.Length == 0 || key.Participant == request.ParticipantId);
        var (page, next) = Wire.Page(matching, request.PageSize, request.PageToken, key => key.Id);
        return Task.FromResult(new ListKeysResponse { Keys = { page.Select(key => key.ToWire()) }, NextPageToken = next });
    }

    public override async Task<RegisterAcceleratorResponse> RegisterAccelerator(RegisterAcceleratorRequest request, ServerCallContext context)
    {
        doors.EnterWrite();
        var ratingSource = Text(request.RatingSource, 200, "rating_source");
        var accelerator = new Domain.Catalog.Accelerator
        {
            Id = request.AcceleratorId,
            Vendor = Text(request.Vendor, 200, "vendor"),
            Model = Text(request.Model, 200, "model"),
            Generation = Text(request.Generation, 200, "generation"),
            DenseGflops = request.DenseGflops,
            Precision = Text(request.Precision, 200, "precision"),
            Ratings = request.RatedWatts == 0 ? [] : [new Rating { Version = 1, Watts = request.RatedWatts, Source = ratingSource }],
            Source = Text(request.Source, 200, "source"),
        };
        var registered = await doors.CatalogGrain.Register(Wire.ToRequest(Caller.Of(context), request.RequestId, request.ValidUntil), accelerator);
        return new() { Accelerator = registered.OrThrow().ToWire() };
    }

    public override async Task<SetRatingResponse> SetRating(SetRatingRequest request, ServerCallContext context)
    {
        doors.EnterWrite();
        var rated = await doors.CatalogGrain.Rate(
            Wire.ToRequest(Caller.Of(context), request.RequestId, request.ValidUntil), request.AcceleratorId, request.RatedWatts, Text(request.Source, 200, "source"), attested: false);
        return new() { Accelerator = rated.OrThrow().ToWire() };
    }

    public override async Task<CreateInstrumentResponse> CreateInstrument(CreateInstrumentRequest request, ServerCallContext context)
    {
        doors.EnterWrite();
        var asked = new InstrumentRequest
        {
            Accelerator = request.AcceleratorId,
            RatingVersion = request.RatingVersion,
            Firmness = (Domain.Instruments.Firmness)request.Firmness,
            Zone = request.Zone,
            Period = request.DeliveryPeriod,
            TickUsdPerGwh = request.TickUsdPerGwh,
            LotKwh = request.LotKwh,
            CollarLow = request.CollarLowUsdPerGwh,
            CollarHigh = request.CollarHighUsdPerGwh,
            MakerBps = request.MakerFeeBps,
            TakerBps = request.TakerFeeBps,
            Settlement = (Domain.Instruments.SettlementMode)request.SettlementMode,
            DefaultSelfTrade = (Domain.Instruments.SelfTradeMode)request.DefaultSelfTradePrevention,
            AllowSelfTrade = request.AllowSelfTrade,
        };
        var instrument = await doors.CatalogGrain.List(Wire.ToRequest(Caller.Of(context), request.RequestId, request.ValidUntil), asked);
        return new() { Instrument = instrument.OrThrow().ToWire() };
    }

    public override async Task<SetInstrumentStateResponse> SetInstrumentState(SetInstrumentStateRequest request, ServerCallContext context)
    {
        var instrument = await doors.CatalogGrain.SetState(
            Wire.ToRequest(Caller.Of(context), request.RequestId, request.ValidUntil), request.InstrumentId, (Domain.Instruments.InstrumentState)request.State, Text(request.Note, 200, "note"));
        return new() { Instrument = instrument.OrThrow().ToWire() };
    }

    public override async Task<SetFeesResponse> SetFees(SetFeesRequest request, ServerCallContext context)
    {
        var instrument = await doors.CatalogGrain.SetFees(
            Wire.ToRequest(Caller.Of(context), request.RequestId, request.ValidUntil), request.InstrumentId, request.MakerFeeBps, request.TakerFeeBps);
        return new() { Instrument = instrument.OrThrow().ToWire() };
    }

    public override async Task<RecordDepositResponse> RecordDeposit(RecordDepositRequest request, ServerCallContext context)
    {
        doors.EnterWrite();
        var deposit = await doors.BankDesk.RecordDeposit(
            Wire.ToRequest(Caller.Of(context), request.RequestId, request.ValidUntil), doors.Existing(request.ParticipantId), request.AmountMicros, request.BankReference);
        return new() { Deposit = deposit.OrThrow().ToWire() };
    }

    public override async Task<ListWithdrawalsResponse> ListWithdrawals(ListWithdrawalsRequest request, ServerCallContext context)
    {
        var size = Wire.PageSize(request.PageSize);
        var behind = PageToken.Decode(request.PageToken);
        var pending = (await doors.BankDesk.Pending(behind, int.MaxValue))
            .Where(withdrawal => request.ParticipantId.Length == 0 || withdrawal.Participant == request.ParticipantId).Take(size + 1).ToList();
        var next = "";
        if (pending.Count > size)
        {
            pending.RemoveAt(size);
            next = PageToken.Encode(pending[^1].Id);
        }

        return new() { Withdrawals = { pending.Select(withdrawal => withdrawal.ToWire()) }, NextPageToken = next };
    }

    public override async Task<ConfirmWithdrawalResponse> ConfirmWithdrawal(ConfirmWithdrawalRequest request, ServerCallContext context)
    {
        var paid = await doors.BankDesk.Close(Wire.ToRequest(Caller.Of(context), request.RequestId, request.ValidUntil), request.WithdrawalId, paid: true, request.BankReference);
        return new() { Withdrawal = paid.OrThrow().ToWire() };
    }

    public override async Task<ReturnWithdrawalResponse> ReturnWithdrawal(ReturnWithdrawalRequest request, ServerCallContext context)
    {
        var returned = await doors.BankDesk.Close(Wire.ToRequest(Caller.Of(context), request.RequestId, request.ValidUntil), request.WithdrawalId, paid: false, "");
        return new() { Withdrawal = returned.OrThrow().ToWire() };
    }

    public override async Task<RunSettlementCycleResponse> RunSettlementCycle(RunSettlementCycleRequest request, ServerCallContext context)
    {
        doors.Instrument(request.InstrumentId);
        var cycle = await doors.Book(request.InstrumentId).RunCycle(Wire.ToRequest(Caller.Of(context), request.RequestId, request.ValidUntil));
        return cycle.Refusal.Reason == Reason.WrongState ? new() : new() { Cycle = cycle.OrThrow().ToWire(request.InstrumentId, doors.Venue.Clock.Now) };
    }

    public override async Task<SweepFeesResponse> SweepFees(SweepFeesRequest request, ServerCallContext context)
    {
        doors.Instrument(request.InstrumentId);
        var swept = await doors.Book(request.InstrumentId).SweepFees(Wire.ToRequest(Caller.Of(context), request.RequestId, request.ValidUntil));
        return swept.Refusal.Reason == Reason.WrongState ? new() : new() { AmountMicros = (long)swept.OrThrow().Micros };
    }

    public override async Task<AdvanceClockResponse> AdvanceClock(AdvanceClockRequest request, ServerCallContext context)
    {
        if (!doors.Venue.Clock.IsManual)
        {
            throw Reason.ClockNotManual.ToException();
        }

        var to = new VenueTime(Wire.ToMicros(request.AdvanceToTime, "advance_to_time"));
        (await doors.ClockGrain.Advance(Wire.ToRequest(Caller.Of(context), request.RequestId, request.ValidUntil), to)).OrThrow();
        await waker.WakeDue(context.CancellationToken);
        return new() { Venue = CatalogGrpc.VenueOf(doors.Venue.Clock) };
    }

    public override Task<ConfirmClockResponse> ConfirmClock(ConfirmClockRequest request, ServerCallContext context)
    {
        RequireId(request.RequestId);
        doors.RequireValid(request.ValidUntil);
        doors.Venue.Clock.Confirm();
        return Task.FromResult(new ConfirmClockResponse { Venue = CatalogGrpc.VenueOf(doors.Venue.Clock) });
    }

    private static void RequireId(string id)
    {
        if (!Ids.IsWellFormed(id))
        {
            throw Reason.MalformedId.ToException("request_id");
        }
    }

    /// <summary>The limits asked for; a zero is the default.</summary>
    private static Domain.Participants.ParticipantLimits LimitsOf(ParticipantLimits? limits)
    {
        var standard = Domain.Participants.ParticipantLimits.Default;
        return new(
            limits is null or { OrdersPerSecond: 0 } ? standard.OrdersPerSecond : limits.OrdersPerSecond,
            limits is null or { MaxOpenOrders: 0 } ? standard.MaxOpenOrders : limits.MaxOpenOrders,
            limits is null or { MaxStreams: 0 } ? standard.MaxStreams : limits.MaxStreams);
    }
}
