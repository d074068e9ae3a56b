using Grpc.Core;
using Gwh.Marketplace.V1;
using Marketplace.Domain.Accounts;
using Marketplace.Domain.Orders;
using Marketplace.Domain.Refusals;
using Marketplace.Grains.Accounts;
using Microsoft.Extensions.ObjectPool;
using RejectReason = Gwh.Marketplace.V1.RejectReason;

namespace Marketplace.Server.Services;

/// <summary>
/// Order entry: one order a call, a batch a call, or a session. All three go to the account and on from there. Calls of one order come here only where <see cref="OrderCalls"/>
/// leaves them to the generated messages.
/// </summary>
[BindServiceMethod(typeof(SessionMethod), nameof(SessionMethod.BindOthers))]
internal sealed class TradingGrpc(Doors doors, AccountFeeds feeds) : TradingService.TradingServiceBase
{
    // Of those that are not used, as many are kept as four sessions with a full window have.
    private readonly DefaultObjectPool<SessionSubmission> _submissions = new(new DefaultPooledObjectPolicy<SessionSubmission>(), 4 * CatalogGrpc.SessionWindow);

    [OrderCall(CommandKind.Place)]
    public override Task<PlaceOrderResponse> PlaceOrder(PlaceOrderRequest request, ServerCallContext context)
    {
        doors.EnterOrders(Caller.Of(context), orders: 1, cancels: 0);
        return One(context, request.ToDomain(doors.Catalog), static order => new PlaceOrderResponse { Order = order });
    }

    public override async Task<PlaceOrdersResponse> PlaceOrders(PlaceOrdersRequest request, ServerCallContext context)
    {
        if (request.Orders.Count is 0 or > CatalogGrpc.MaxBatch)
        {
            throw Reason.InvalidArgument.ToException("orders");
        }

        var caller = Caller.Of(context);
        doors.EnterOrders(caller, request.Orders.Count, cancels: 0);
        var requests = new OrderRequest[request.Orders.Count];
        for (var i = 0; i < requests.Length; i++)
        {
            requests[i] = request.Orders[i].ToDomain(doors.Catalog);
        }

        var submission = new MessageSubmission(requests);
        await await doors.Submit(caller, submission);
        var response = new PlaceOrdersResponse();
        for (var i = 0; i < requests.Length; i++)
        {
            response.Results.Add(OrderWire.ToResult(submission[i]));
        }

        return response;
    }

    [OrderCall(CommandKind.Cancel)]
    public override Task<CancelOrderResponse> CancelOrder(CancelOrderRequest request, ServerCallContext context)
    {
        doors.EnterOrders(Caller.Of(context), orders: 0, cancels: 1);
        return One(context, request.ToDomain(), static order => new CancelOrderResponse { Order = order });
    }

    [OrderCall(CommandKind.Replace)]
    public override Task<ReplaceOrderResponse> ReplaceOrder(ReplaceOrderRequest request, ServerCallContext context)
    {
        doors.EnterOrders(Caller.Of(context), orders: 1, cancels: 0);
        return One(context, request.ToDomain(), static order => new ReplaceOrderResponse { Order = order });
    }

    [OrderCall(CommandKind.Reduce)]
    public override Task<ReduceOrderResponse> ReduceOrder(ReduceOrderRequest request, ServerCallContext context)
    {
        doors.EnterOrders(Caller.Of(context), orders: 0, cancels: 1);
        return One(context, request.ToDomain(), static order => new ReduceOrderResponse { Order = order });
    }

    public override async Task<PreviewOrderResponse> PreviewOrder(PreviewOrderRequest request, ServerCallContext context)
    {
        var caller = Caller.Of(context);
        if (request.Order is not { } order)
        {
            throw Reason.InvalidArgument.ToException("order");
        }

        doors.EnterOrders(caller, orders: 0, cancels: 1);
        var instrument = doors.Instrument(order.InstrumentId, "order.instrument_id");
        var account = await doors.Account(caller.Id).Preview(order.ToDomain(doors.Catalog));
        if (account.Refusal.Reason != Reason.None)
        {
            return new() { Reason = (RejectReason)account.Refusal.Reason, Field = account.Refusal.Field ?? "" };
        }

        var book = await doors.Book(instrument.Id).Preview(caller.Participant.Firm, account.Command) ?? throw Reason.NotFound.ToException("order.instrument_id");
        return OrderForecast.Of(order, account.Command, book);
    }

    public override async Task<MassCancelOrdersResponse> MassCancelOrders(MassCancelOrdersRequest request, ServerCallContext context)
    {
        var caller = Caller.Of(context);
        doors.EnterOrders(caller, orders: 0, cancels: 1);
        var (named, participants) = MassCancelScope.Of(request, caller, doors.Directory);
        if (request.InstrumentId.Length > 0)
        {
            doors.Instrument(request.InstrumentId);
        }

        var scope = new CancelScope(request.InstrumentId, (Domain.Orders.Side)OrderWire.Narrow((int)request.Side), request.SessionId);
        var accepted = (await doors.Account(caller.Id).RequestMassCancel(
            request.RequestId, scope, named, participants, Wire.ToMicrosOrInvalid(request.ValidUntil))).OrThrow();
        var reports = await Task.WhenAll(accepted.Participants.Select(async participant =>
            (participant, await doors.Account(participant).MassCancelReport(caller.Id, accepted.Requested))));
        return reports.ToResponse();
    }

    public override async Task<GetOrderResponse> GetOrder(GetOrderRequest request, ServerCallContext context)
    {
        if (!Ids.IsWellFormed(request.ClientOrderId))
        {
            throw Reason.MalformedId.ToException("client_order_id");
        }

        var whose = Doors.Whose(context, request.ParticipantId);
        return doors.Directory.Participants.ContainsKey(whose) && await doors.Account(whose).FindOrder(request.ClientOrderId) is { } order
            ? new() { Order = order.ToWire() }
            : throw Reason.NotFound.ToException("client_order_id");
    }

    public override async Task<ListOpenOrdersResponse> ListOpenOrders(ListOpenOrdersRequest request, ServerCallContext context)
    {
        var size = Wire.PageSize(request.PageSize);
        var (behind, _) = PageToken.DecodePair(request.PageToken);
        var whose = doors.Existing(Doors.Whose(context, request.ParticipantId));
        var orders = await doors.Account(whose).OpenOrders(behind, size + 1, request.InstrumentId);
        var page = orders.Take(size).ToArray();
        return new()
        {
            Orders = { page.Select(order => order.ToWire()) },
            NextPageToken = orders.Length > size ? PageToken.Encode($"{page[^1].Number}.0") : "",
        };
    }

    /// <summary>One session, its messages in bytes (<see cref="SessionMethod"/>).</summary>
    public Task OpenSession(IAsyncStreamReader<SessionMessage> requests, IServerStreamWriter<OpenSessionResponse> responses, ServerCallContext context) =>
        new OrderSession(doors, feeds, _submissions, Caller.Of(context), responses, context.GetHttpContext().Response.BodyWriter).Run(requests, StreamWatch.Live.TokenOf(context));

    private async Task<TResponse> One<TResponse>(ServerCallContext context, OrderRequest request, Func<Order, TResponse> answer)
    {
        var submission = new MessageSubmission(request);
        await await doors.Submit(Caller.Of(context), submission);
        var (refusal, order) = submission[0];
        if (refusal.Reason != Reason.None)
        {
            throw refusal.ToException();
        }

        Check.That(order is not null);
        return answer(order);
    }
}
