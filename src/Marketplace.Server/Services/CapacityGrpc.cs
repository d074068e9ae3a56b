using Grpc.Core;
using Gwh.Marketplace.V1;
using Marketplace.Domain.Messages;
using Marketplace.Domain.Refusals;

namespace Marketplace.Server.Services;

/// <summary>Capacity contracts: offered, attested, tokenised, withdrawn while unsold.</summary>
internal sealed class CapacityGrpc(Doors doors) : CapacityService.CapacityServiceBase
{
    public override async Task<OfferCapacityResponse> OfferCapacity(OfferCapacityRequest request, ServerCallContext context)
    {
        doors.EnterWrite();
        var caller = Caller.Of(context);
        if (!Ids.IsWellFormed(request.RequestId))
        {
            throw Reason.MalformedId.ToException("request_id");
        }

        if (!doors.Catalog.Accelerators.TryGetValue(request.AcceleratorId, out var accelerator))
        {
            throw Reason.NotFound.ToException("accelerator_id");
        }

        var offer = new Domain.Capacity.CapacityOffer(
            request.AcceleratorCount,
            request.Zone,
            (Domain.Instruments.Firmness)request.Firmness,
            new(Wire.ToMicros(request.StartTime, "start_time")),
            new(Wire.ToMicros(request.EndTime, "end_time")),
            AdminGrpc.Text(request.Site, 200, "site"),
            AdminGrpc.Text(request.Notes, 1_000, "notes"));
        var contract = await doors.Contract($"{caller.Id}:{request.RequestId}").Offer(Wire.ToRequest(caller, request.RequestId, request.ValidUntil), accelerator, offer);
        return new() { Contract = contract.OrThrow().ToWire() };
    }

    public override async Task<AttestCapacityResponse> AttestCapacity(AttestCapacityRequest request, ServerCallContext context)
    {
        doors.EnterWrite();
        var contract = await Contract(request.ContractId).Attest(
            Wire.ToRequest(Caller.Of(context), request.RequestId, request.ValidUntil), request.AcceleratorCount, request.AttestedKw, AdminGrpc.Text(request.Site, 200, "site"), request.EvidenceSha256);
        return new() { Contract = contract.OrThrow().ToWire() };
    }

    public override async Task<AttestRatingResponse> AttestRating(AttestRatingRequest request, ServerCallContext context)
    {
        doors.EnterWrite();
        if (request.EvidenceSha256.Length != 64 || !request.EvidenceSha256.All(char.IsAsciiHexDigitLower))
        {
            throw Reason.InvalidArgument.ToException("evidence_sha256");
        }

        var source = AdminGrpc.Text(request.Source, 200, "source");
        var accelerator = await doors.CatalogGrain.Rate(
            Wire.ToRequest(Caller.Of(context), request.RequestId, request.ValidUntil), request.AcceleratorId, request.RatedWatts, $"{source} (evidence {request.EvidenceSha256})", attested: true);
        return new() { Accelerator = accelerator.OrThrow().ToWire() };
    }

    public override async Task<WithdrawAttestationResponse> WithdrawAttestation(WithdrawAttestationRequest request, ServerCallContext context)
    {
        var contract = await Contract(request.ContractId).WithdrawAttestation(Wire.ToRequest(Caller.Of(context), request.RequestId, request.ValidUntil), request.RemainingAcceleratorCount);
        return new() { Contract = contract.OrThrow().ToWire() };
    }

    public override async Task<IssueTokensResponse> IssueTokens(IssueTokensRequest request, ServerCallContext context)
    {
        doors.EnterWrite();
        var instrument = doors.Instrument(request.InstrumentId);
        var contract = await Contract(request.ContractId).Issue(Wire.ToRequest(Caller.Of(context), request.RequestId, request.ValidUntil), instrument, request.QuantityKwh);
        return new() { Contract = contract.OrThrow().ToWire() };
    }

    public override async Task<WithdrawCapacityResponse> WithdrawCapacity(WithdrawCapacityRequest request, ServerCallContext context)
    {
        var contract = await Contract(request.ContractId).WithdrawCapacity(Wire.ToRequest(Caller.Of(context), request.RequestId, request.ValidUntil), request.QuantityKwh);
        return new() { Contract = contract.OrThrow().ToWire() };
    }

    public override async Task<WithdrawTokensResponse> WithdrawTokens(WithdrawTokensRequest request, ServerCallContext context)
    {
        var contract = await Contract(request.ContractId).WithdrawTokens(
            Wire.ToRequest(Caller.Of(context), request.RequestId, request.ValidUntil), request.InstrumentId, request.QuantityKwh);
        return new() { Contract = contract.OrThrow().ToWire() };
    }

    public override async Task<GetContractResponse> GetContract(GetContractRequest request, ServerCallContext context)
    {
        var contract = await Contract(request.ContractId).Read();
        return contract is not null && MayRead(context, contract.Supplier) ? new() { Contract = contract.ToWire() } : throw Reason.NotFound.ToException("contract_id");
    }

    public override async Task<ListContractsResponse> ListContracts(ListContractsRequest request, ServerCallContext context)
    {
        var caller = Caller.Of(context);
        var supplier = request.ParticipantId.Length == 0 && !ReadsAll(caller) ? caller.Id : request.ParticipantId;
        if (supplier.Length > 0 && !MayRead(context, supplier))
        {
            throw Reason.NotFound.ToException("participant_id");
        }

        var size = Wire.PageSize(request.PageSize);
        var behind = PageToken.Decode(request.PageToken);
        var page = new List<CapacityContract>();
        var next = "";
        foreach (var stream in doors.Venue.Log.Streams(Streams.ContractPrefix + (supplier.Length > 0 ? supplier + ":" : "")))
        {
            var id = Streams.KeyOf(stream);
            if (string.CompareOrdinal(id, behind) <= 0 || await doors.Contract(id).Read() is not { } contract
                || (request.AcceleratorId.Length > 0 && contract.Accelerator != request.AcceleratorId) || (request.Zone.Length > 0 && contract.Zone != request.Zone))
            {
                continue;
            }

            if (page.Count == size)
            {
                next = PageToken.Encode(page[^1].ContractId);
                break;
            }

            page.Add(contract.ToWire());
        }

        return new() { Contracts = { page }, NextPageToken = next };
    }

    /// <summary>Whether a text has the form of a contract's id: supplier, colon, request id.</summary>
    public static bool IsContractId(string id)
    {
        var colon = id.IndexOf(':');
        return colon > 0 && Ids.IsWellFormed(id[..colon]) && Ids.IsWellFormed(id[(colon + 1)..]);
    }

    private static bool ReadsAll(Caller caller) => caller.ReadsAll || caller.Role == Domain.Participants.Role.Attestor;

    private static bool MayRead(ServerCallContext context, string supplier) => ReadsAll(Caller.Of(context)) || Caller.Of(context).Id == supplier;

    private Grains.Capacity.ICapacityContractGrain Contract(string id) => IsContractId(id) ? doors.Contract(id) : throw Reason.MalformedId.ToException("contract_id");
}
