using Marketplace.Domain.Instruments;
using Marketplace.Domain.Orders;
using Marketplace.Domain.Settlement;

namespace Marketplace.Domain.Accounts;

/// <summary>What becomes of a request at the account, before any book has seen it.</summary>
public enum Entry : byte
{
    /// <summary>Refused: no effect, no record, the id is free.</summary>
    Refused = 0,
    /// <summary>Entered: the book will answer.</summary>
    Entered = 1,
    /// <summary>The same request as before: its answer is that one's.</summary>
    Repeated = 2,
}

/// <summary>What became of a request at the account.</summary>
/// <param name="Entry">Which.</param>
/// <param name="Refusal">Why, when refused.</param>
/// <param name="Key">The id it is remembered by.</param>
/// <param name="Remembered">What is remembered, when repeated.</param>
public readonly record struct Entered(Entry Entry, Refusal Refusal, RequestKey Key, RememberedRequest Remembered);

/// <summary>What the participant asks of its account.</summary>
public sealed partial class Account
{
    /// <summary>Takes a request to place, cancel, replace or reduce an order: refuses it, or holds what it needs and sends it to its book at the end of the turn.</summary>
    public Entered Submit(in OrderRequest request) => EnterOrRefuse(request, request.Key);

    /// <summary>The same of a request whose key is made already.</summary>
    /// <param name="request">What is asked.</param>
    /// <param name="key">Its key.</param>
    /// <param name="waiter">Who waits for the book's answer in this process: handed back with it (<see cref="Answers"/>).</param>
    /// <param name="place">Which of the waiter's requests it is.</param>
    public Entered Submit(in OrderRequest request, RequestKey key, object waiter, int place)
    {
        (_waiter, _place) = (waiter, place);
        var entered = EnterOrRefuse(request, key);
        _waiter = null;
        return entered;
    }

    /// <summary>Requests that will be submitted next, and their keys: the memory they need is asked for, for all of them at once. Changes nothing.</summary>
    public void Expect(ReadOnlySpan<OrderRequest> requests, ReadOnlySpan<RequestKey> keys)
    {
        for (var at = 0; at < requests.Length; at++)
        {
            // The text is read when the turn ends, to be recorded; a malformed one can be missing.
            if (requests[at].Id is { } id)
            {
                CacheLine.Prefetch(in id.GetPinnableReference());
            }

            _ids.Expect(keys[at]);
        }
    }

    private Entered EnterOrRefuse(in OrderRequest request, RequestKey key)
    {
        if (request.Kind != CommandKind.Place && !Ids.IsWellFormed(request.ClientOrderId))
        {
            return Refuse(RejectReason.MalformedId, "client_order_id", default);
        }

        if (key.IsNone)
        {
            return Refuse(RejectReason.MalformedId, request.Kind == CommandKind.Place ? "client_order_id" : "request_id", default);
        }

        var fingerprint = request.Fingerprint();
        if (_ids.TryGet(key, out var remembered))
        {
            return remembered.Fingerprint == fingerprint
                ? new(Entry.Repeated, default, key, remembered)
                : Refuse(RejectReason.AlreadyExists, request.Kind == CommandKind.Place ? "client_order_id" : "request_id", key);
        }

        var invalid = WhyNotValid(request.ValidUntilMicros);
        if (invalid.Reason != RejectReason.None)
        {
            return Refuse(invalid.Reason, invalid.Field, key);
        }

        return request.Kind == CommandKind.Place ? Place(request, key, fingerprint) : Change(request, key, fingerprint);
    }

    /// <summary>The effective terms a new order would be sent to its book with, or why it would be refused here. Changes nothing; an empty id is none yet.</summary>
    public Refusal Preview(in OrderRequest request, out OrderCommand command)
    {
        command = default;
        var key = request.Key;
        if (request.ClientOrderId.Length > 0)
        {
            if (key.IsNone)
            {
                return new(RejectReason.MalformedId, "client_order_id");
            }

            if (_ids.TryGet(key, out _))
            {
                return new(RejectReason.AlreadyExists, "client_order_id");
            }
        }

        var invalid = WhyNotValid(request.ValidUntilMicros);
        return invalid.Reason == RejectReason.None ? WhyNotPlaced(request, key, out command) : invalid;
    }

    /// <summary>Requests a withdrawal: the amount is held until the operator has paid or returned it.</summary>
    public Result<WithdrawalRequested> RequestWithdrawal(string request, long micros, string destination, long validUntilMicros)
    {
        var fingerprint = new Fingerprint().Add("withdrawal").Add(micros).Add(destination).Value;
        if (WhyNotNew(request, fingerprint, validUntilMicros) is { } refusal)
        {
            return refusal;
        }

        if (micros < 1)
        {
            return new Refusal(RejectReason.AmountOutOfRange, "amount_micros");
        }

        if (CashAvailable < micros)
        {
            return new Refusal(RejectReason.InsufficientFunds, "amount_micros");
        }

        var requested = new WithdrawalRequested(request, fingerprint, $"{ParticipantId}/{_lastWithdrawal + 1}", micros, destination);
        Emit(requested);
        return requested;
    }

    /// <summary>Sends tokens to another participant, who exists; nothing is transferable once its delivery period is over.</summary>
    public Result<TokensSent> TransferTokens(string request, string to, Instrument instrument, long kwh, long validUntilMicros)
    {
        var fingerprint = new Fingerprint().Add("transfer").Add(to).Add(instrument.Id).Add(kwh).Value;
        if (WhyNotNew(request, fingerprint, validUntilMicros) is { } refusal)
        {
            return refusal;
        }

        if (to == ParticipantId)
        {
            return new Refusal(RejectReason.InvalidArgument, "to_participant_id");
        }

        if (!Quantity.IsOrderQuantity(kwh))
        {
            return new Refusal(RejectReason.QuantityOutOfRange, "quantity_kwh");
        }

        if (Now >= instrument.Period.End)
        {
            return new Refusal(RejectReason.PeriodOver, "instrument_id");
        }

        if (_tokens.GetValueOrDefault(instrument.Id).Available < kwh)
        {
            return new Refusal(RejectReason.InsufficientTokens, "quantity_kwh");
        }

        var sent = new TokensSent(request, fingerprint, to, instrument.Id, kwh);
        Emit(sent);
        return sent;
    }

    /// <summary>What is remembered of a request that is neither new nor another's payload: its record's version; 0 when the id is free.</summary>
    public long VersionOf(string request) => _ids.TryGet(RequestKey.Of('r', request), out var remembered) ? remembered.Version : 0;

    /// <summary>Why a write with this id is not run: another payload, a repeat (reason none), or its validity. Null when it is to be run.</summary>
    private Refusal? WhyNotNew(string request, ulong fingerprint, long validUntilMicros, bool isCancel = false)
    {
        if (!Ids.IsWellFormed(request))
        {
            return new Refusal(RejectReason.MalformedId, "request_id");
        }

        if (_ids.TryGet(RequestKey.Of('r', request), out var remembered))
        {
            return remembered.Fingerprint == fingerprint ? default(Refusal) : new Refusal(RejectReason.AlreadyExists, "request_id");
        }

        if (Participant is null)
        {
            return RejectReason.NotFound;
        }

        if (Participant.Suspended && !isCancel)
        {
            return RejectReason.ParticipantSuspended;
        }

        var invalid = WhyNotValid(validUntilMicros);
        return invalid.Reason == RejectReason.None ? _ids.HasRoom ? null : RejectReason.VenueBusy : invalid;
    }

    private Refusal WhyNotValid(long validUntilMicros) => validUntilMicros switch
    {
        0 => default,
        < 0 => new(RejectReason.TimeOutOfRange, "valid_until"),
        _ when validUntilMicros <= Now.Micros => new(RejectReason.ValidityPassed, "valid_until"),
        _ when validUntilMicros > Now.Micros + IdWindow.WindowMicros => new(RejectReason.ValidityBeyondWindow, "valid_until"),
        _ => default,
    };

    private Entered Place(in OrderRequest request, RequestKey key, ulong fingerprint)
    {
        var refusal = WhyNotPlaced(request, key, out var command);
        if (refusal.Reason != RejectReason.None)
        {
            return new(Entry.Refused, refusal, key, default);
        }

        Take(LineOf(request.Instrument!.Id), new EnteredCommand(command, request.ClientOrderId, fingerprint, 0), key);
        return new(Entry.Entered, default, key, default);
    }

    private Refusal WhyNotPlaced(in OrderRequest request, RequestKey key, out OrderCommand command)
    {
        command = default;
        if (Participant is null || request.Instrument is null)
        {
            return new(RejectReason.NotFound, "instrument_id");
        }

        if (Participant.Suspended)
        {
            return RejectReason.ParticipantSuspended;
        }

        if (_isSessionLost)
        {
            return RejectReason.SessionLost;
        }

        if (_ids.IsOutlived(key))
        {
            return new(RejectReason.AlreadyExists, "client_order_id");
        }

        var refusal = OrderEntry.Effective(request, _lastOrderNumber + 1, Now, out command);
        if (refusal.Reason != RejectReason.None)
        {
            return refusal;
        }

        if (_orders.Count >= Participant.Limits.MaxOpenOrders)
        {
            return RejectReason.OpenOrderLimit;
        }

        if (IsBusy)
        {
            return RejectReason.VenueBusy;
        }

        if (command.Side == Side.Ask)
        {
            return _tokens.GetValueOrDefault(request.Instrument.Id).Available >= command.Quantity ? default : new(RejectReason.InsufficientTokens, "quantity_kwh");
        }

        return CashAvailable >= Hold.BidMicros(command.Price, command.Quantity, command.MaxBps, 0) ? default : new Refusal(RejectReason.InsufficientFunds);
    }

    private Entered Change(in OrderRequest request, RequestKey key, ulong fingerprint)
    {
        var orderKey = RequestKey.Of('o', request.ClientOrderId);
        var place = _ids.OrderOf(orderKey);
        if (place < 0)
        {
            var known = _ids.TryGet(orderKey, out _);
            return Refuse(known ? RejectReason.OrderNotOpen : RejectReason.OrderUnknown, "client_order_id", key);
        }

        if (!_ids.HasRoom)
        {
            return Refuse(RejectReason.VenueBusy, "", key);
        }

        var order = _orders.Read(place);
        var command = new OrderCommand(request.Kind, order.Number, order.Side);
        if (request.Kind == CommandKind.Reduce)
        {
            if (!Quantity.IsOrderQuantity(request.Quantity) || request.Quantity >= order.Open)
            {
                return Refuse(RejectReason.QuantityNotReduced, "quantity_kwh", key);
            }

            command = command with { Quantity = request.Quantity };
        }
        else if (request.Kind == CommandKind.Replace)
        {
            var refusal = WhyNotReplaced(request, order, ref command);
            if (refusal.Reason != RejectReason.None)
            {
                return new(Entry.Refused, refusal, key, default);
            }
        }

        Take(LineOf(order.Instrument), new EnteredCommand(command, request.RequestId, fingerprint, order.EnteredVersion), key);
        return new(Entry.Entered, default, key, default);
    }

    /// <summary>A replace names the new open quantity as the participant knows it; on the way it is the new whole, so that a fill meanwhile counts against it.</summary>
    private Refusal WhyNotReplaced(in OrderRequest request, OpenOrder order, ref OrderCommand command)
    {
        var terms = order.Terms;
        var price = request.Price == 0 ? terms.Price : request.Price;
        var open = request.Quantity == 0 ? order.Open : request.Quantity;
        if (!Price.IsInRange(price))
        {
            return new(RejectReason.PriceOutOfRange, "price_usd_per_gwh");
        }

        if (request.StopPrice != 0)
        {
            if (terms.StopPrice == 0 || order.Status == OrderStatus.Open)
            {
                return new(RejectReason.IncompatibleTerms, "stop_price_usd_per_gwh");
            }

            if (!Price.IsInRange(request.StopPrice))
            {
                return new(RejectReason.PriceOutOfRange, "stop_price_usd_per_gwh");
            }
        }

        if (!Quantity.IsOrderQuantity(open) || !Quantity.IsOrderQuantity(order.Filled + open))
        {
            return new(RejectReason.QuantityOutOfRange, "quantity_kwh");
        }

        if (Participant!.Suspended)
        {
            return RejectReason.ParticipantSuspended;
        }

        if (_isSessionLost)
        {
            return RejectReason.SessionLost;
        }

        // A weight of zero gives the most the fee can become. While an earlier change is unanswered, what it will release cannot be counted on.
        Int128 needed = terms.Side == Side.Ask ? open : Hold.BidMicros(price, open, terms.MaxBps, 0);
        var extra = order.ChangesUnderWay > 0 ? needed : Int128.Max(0, needed - order.HoldAmount);
        var available = terms.Side == Side.Bid ? CashAvailable : _tokens.GetValueOrDefault(order.Instrument).Available;
        if (extra > available)
        {
            return terms.Side == Side.Bid ? RejectReason.InsufficientFunds : RejectReason.InsufficientTokens;
        }

        command = command with { Price = price, Quantity = order.Filled + open, ExtraHold = (long)extra, StopPrice = request.StopPrice };
        return default;
    }

    private static Entered Refuse(RejectReason reason, string field, RequestKey key) => new(Entry.Refused, new(reason, field), key, default);
}
