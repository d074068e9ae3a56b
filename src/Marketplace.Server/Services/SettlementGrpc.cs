using Grpc.Core;
using Gwh.Marketplace.V1;
using Marketplace.Domain.Messages;
using Marketplace.Domain.Refusals;
using Marketplace.Grains.Orders;
using Marketplace.Grains.Settlement;

namespace Marketplace.Server.Services;

/// <summary>Settlement of trades, delivery versus payment.</summary>
internal sealed class SettlementGrpc(Doors doors, BookHistory history) : SettlementService.SettlementServiceBase
{
    public override async Task<GetTradeResponse> GetTrade(GetTradeRequest request, ServerCallContext context)
    {
        var (trade, instrument) = Parse(request.TradeId);
        return new() { Trade = Visible(await trade.Read(), instrument, context) };
    }

    public override async Task<SettleTradeResponse> SettleTrade(SettleTradeRequest request, ServerCallContext context)
    {
        var (trade, instrument) = Parse(request.TradeId);
        var settled = await trade.Settle(Wire.ToRequest(Caller.Of(context), request.RequestId, request.ValidUntil));
        return new() { Trade = Visible(settled.OrThrow(), instrument, context) };
    }

    public override async Task WatchTrade(WatchTradeRequest request, IServerStreamWriter<WatchTradeResponse> responseStream, ServerCallContext context)
    {
        var (trade, instrument) = Parse(request.TradeId);
        var cancellation = StreamWatch.Live.TokenOf(context);
        var now = Visible(await trade.Read(), instrument, context);
        await responseStream.WriteAsync(new() { Trade = now }, cancellation);
        while (now.State != TradeState.Settled)
        {
            now = Visible(await trade.Watch().WaitAsync(cancellation), instrument, context);
            await responseStream.WriteAsync(new() { Trade = now }, cancellation);
        }
    }

    public override async Task<ListSettlementCyclesResponse> ListSettlementCycles(ListSettlementCyclesRequest request, ServerCallContext context)
    {
        doors.Instrument(request.InstrumentId);
        var size = Wire.PageSize(request.PageSize);
        var (below, _) = PageToken.DecodePair(request.PageToken);
        await doors.Book(request.InstrumentId).Read(0);
        var cycles = await Task.Run(() => history.Cycles(request.InstrumentId, below).Take(size + 1).ToList());
        var next = "";
        if (cycles.Count > size)
        {
            cycles.RemoveAt(size);
            next = PageToken.Encode($"{cycles[^1].Cycle.Cycle}.0");
        }

        return new() { Cycles = { cycles.Select(cycle => cycle.Cycle.ToWire(request.InstrumentId, cycle.Time)) }, NextPageToken = next };
    }

    public override async Task<GetSettlementSummaryResponse> GetSettlementSummary(GetSettlementSummaryRequest request, ServerCallContext context)
    {
        doors.Instrument(request.InstrumentId);
        var summary = await doors.Book(request.InstrumentId).Summary() ?? throw Reason.NotFound.ToException("instrument_id");
        return new() { Summary = summary.ToWire() };
    }

    private (ITradeGrain Trade, Domain.Instruments.Instrument Instrument) Parse(string tradeId) =>
        TradeId.TryParse(tradeId, out var instrument, out var sequence)
            ? (doors.Trade(TradeId.Of(instrument, sequence)), doors.Instrument(instrument, "trade_id"))
            : throw Reason.MalformedId.ToException("trade_id");

    /// <summary>A trade for one who may see it; another's and an unknown one look the same.</summary>
    private static Trade Visible(Domain.Settlement.Trade? trade, Domain.Instruments.Instrument instrument, ServerCallContext context)
    {
        var caller = Caller.Of(context);
        var mine = Streams.Account(caller.Id);
        return trade is not null && (caller.ReadsAll || trade.Buyer == mine || trade.Seller == mine)
            ? trade.ToWire(instrument, caller)
            : throw Reason.NotFound.ToException("trade_id");
    }
}
