using Google.Protobuf.WellKnownTypes;
using Grpc.Core;
using Gwh.Marketplace.V1;
using Marketplace.Domain.Messages;
using Marketplace.Domain.Settlement;
using Marketplace.Grains.Hosting;
using Marketplace.Server.Hosting;

namespace Marketplace.Server.Services;

/// <summary>What can be traded, and on what terms the venue runs.</summary>
internal sealed class CatalogGrpc(Doors doors) : CatalogService.CatalogServiceBase
{
    /// <summary>The most orders or commands of one batch.</summary>
    public const int MaxBatch = 1_000;

    /// <summary>Batches of one session that may be without a result.</summary>
    public const int SessionWindow = 16;

    /// <summary>Instruments of one stream.</summary>
    public const int MaxStreamInstruments = 200;

    /// <summary>Levels a side of one book.</summary>
    public const int MaxDepth = 10_000;

    /// <summary>The longest silence of a stream.</summary>
    public static readonly TimeSpan Heartbeat = TimeSpan.FromSeconds(5);

    /// <summary>The venue as a message.</summary>
    public static Gwh.Marketplace.V1.Venue VenueOf(VenueClock clock) => new()
    {
        ClockMode = clock.IsManual ? ClockMode.Manual : ClockMode.Wall,
        Now = Wire.ToTimestamp(clock.Now),
        ClockHalted = clock.IsHalted,
        IdWindow = Duration.FromTimeSpan(TimeSpan.FromMicroseconds(IdWindow.WindowMicros)),
        MaxBatchOrders = MaxBatch,
        MaxMessageBytes = ServerApplication.MaxRequestBytes,
        SessionWindow = SessionWindow,
        MaxStreamInstruments = MaxStreamInstruments,
        MaxBookDepth = MaxDepth,
        HeartbeatInterval = Duration.FromTimeSpan(Heartbeat),
        SettlementCycle = Duration.FromTimeSpan(TimeSpan.FromMicroseconds(TradeSettlement.CycleMicros)),
    };

    public override Task<GetVenueResponse> GetVenue(GetVenueRequest request, ServerCallContext context) =>
        Task.FromResult(new GetVenueResponse { Venue = VenueOf(doors.Venue.Clock) });

    public override Task<ListAcceleratorsResponse> ListAccelerators(ListAcceleratorsRequest request, ServerCallContext context)
    {
        var (page, next) = Wire.Page(doors.Catalog.Accelerators.Values, request.PageSize, request.PageToken, accelerator => accelerator.Id);
        return Task.FromResult(new ListAcceleratorsResponse { Accelerators = { page.Select(accelerator => accelerator.ToWire()) }, NextPageToken = next });
    }

    public override Task<GetAcceleratorResponse> GetAccelerator(GetAcceleratorRequest request, ServerCallContext context) =>
        doors.Catalog.Accelerators.TryGetValue(request.AcceleratorId, out var accelerator)
            ? Task.FromResult(new GetAcceleratorResponse { Accelerator = accelerator.ToWire() })
            : throw Reason.NotFound.ToException("accelerator_id");

    public override Task<ListInstrumentsResponse> ListInstruments(ListInstrumentsRequest request, ServerCallContext context)
    {
        var matching = doors.Catalog.Instruments.Values.Where(instrument =>
            (request.AcceleratorId.Length == 0 || instrument.Accelerator == request.AcceleratorId)
            && (request.Zone.Length == 0 || instrument.Zone == request.Zone)
            && (request.State == InstrumentState.Unspecified || (int)instrument.State == (int)request.State));
        var (page, next) = Wire.Page(matching, request.PageSize, request.PageToken, instrument => instrument.Id);
        return Task.FromResult(new ListInstrumentsResponse { Instruments = { page.Select(instrument => instrument.ToWire()) }, NextPageToken = next });
    }

    public override Task<GetInstrumentResponse> GetInstrument(GetInstrumentRequest request, ServerCallContext context) =>
        Task.FromResult(new GetInstrumentResponse { Instrument = doors.Instrument(request.InstrumentId).ToWire() });
}
