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
    public Entered Submit(in OrderRequest request)
    {
        if (!Ids.IsWellFormed(request.ClientOrderId))
        {
            return Refuse(RejectReason.MalformedId, "client_order_id", default);
        }

        if (request.Kind != CommandKind.Place && !Ids.IsWellFormed(request.RequestId))
        {
            return Refuse(RejectReason.MalformedId, "request_id", default);
        }

        var key = request.Key;
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
        if (request.ClientOrderId.Length > 0)
        {
            if (!Ids.IsWellFormed(request.ClientOrderId))
            {
                return new(RejectReason.MalformedId, "client_order_id");
            }

            if (_ids.TryGet(request.Key, out _))
            {
                return new(RejectReason.AlreadyExists, "client_order_id");
            }
        }

        var invalid = WhyNotValid(request.ValidUntilMicros);
        return invalid.Reason == RejectReason.None ? WhyNotPlaced(request, out command) : invalid;
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
        var refusal = WhyNotPlaced(request, out var command);
        if (refusal.Reason != RejectReason.None)
        {
            return new(Entry.Refused, refusal, key, default);
        }

        Take(request.Instrument!.Id, new EnteredCommand(command, request.ClientOrderId, fingerprint, 0));
        return new(Entry.Entered, default, key, default);
    }

    private Refusal WhyNotPlaced(in OrderRequest request, out OrderCommand command)
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

        if (_orderOf.ContainsKey(request.ClientOrderId))
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
        if (!_orderOf.TryGetValue(request.ClientOrderId, out var order))
        {
            var known = _ids.TryGet(RequestKey.Of('o', request.ClientOrderId), out _);
            return Refuse(known ? RejectReason.OrderNotOpen : RejectReason.OrderUnknown, "client_order_id", key);
        }

        if (!_ids.HasRoom)
        {
            return Refuse(RejectReason.VenueBusy, "", key);
        }

        var command = new OrderCommand(request.Kind, order.Terms.Order, order.Terms.Side);
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

        Take(order.Instrument, new EnteredCommand(command, request.RequestId, fingerprint, order.EnteredVersion));
        return new(Entry.Entered, default, key, default);
    }

    /// <summary>A replace names the new open quantity as the participant knows it; on the way it is the new whole, so that a fill meanwhile counts against it.</summary>
    private Refusal WhyNotReplaced(in OrderRequest request, OpenOrder order, ref OrderCommand command)
    {
        var price = request.Price == 0 ? order.Terms.Price : request.Price;
        var open = request.Quantity == 0 ? order.Open : request.Quantity;
        if (!Price.IsInRange(price))
        {
            return new(RejectReason.PriceOutOfRange, "price_usd_per_gwh");
        }

        if (request.StopPrice != 0)
        {
            if (order.Terms.StopPrice == 0 || order.Status == OrderStatus.Open)
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
        Int128 needed = order.Terms.Side == Side.Ask ? open : Hold.BidMicros(price, open, order.Terms.MaxBps, 0);
        var extra = order.ChangesUnderWay > 0 ? needed : Int128.Max(0, needed - order.HoldAmount);
        var available = order.Terms.Side == Side.Bid ? CashAvailable : _tokens.GetValueOrDefault(order.Instrument).Available;
        if (extra > available)
        {
            return order.Terms.Side == Side.Bid ? RejectReason.InsufficientFunds : RejectReason.InsufficientTokens;
        }

        command = command with { Price = price, Quantity = order.Filled + open, ExtraHold = (long)extra, StopPrice = request.StopPrice };
        return default;
    }

    /// <summary>Takes a decided command into the turn: applied at once, recorded and sent with the others of its book at the turn's end.</summary>
    private void Take(string instrument, in EnteredCommand command)
    {
        if (!_entered.TryGetValue(instrument, out var commands))
        {
            commands = [];
            _entered.Add(instrument, commands);
        }

        commands.Add(command);
        Enter(instrument, command, _session);
    }

    private void Enter(string instrument, in EnteredCommand entered, string session)
    {
        var command = entered.Command;
        RequestKey? key = null;
        if (command.Kind == CommandKind.Place)
        {
            _lastOrderNumber = Math.Max(_lastOrderNumber, command.Order);
            var order = OpenOrder.Enter(instrument, entered, session, Version + 1, Now);
            _orders.Add(command.Order, order);
            _orderOf.Add(order.Id, order);
            key = RequestKey.Of('o', entered.Id);
            Changes.Touch(order);
        }
        else
        {
            _orders[command.Order].Ask(command);
            if (entered.Id.Length > 0)
            {
                key = RequestKey.Of('r', entered.Id);
            }
        }

        if (key is { } remembered)
        {
            _ids.Remember(remembered, entered.Fingerprint, Version + 1, 0, Now);
        }

        if (!_unanswered.TryGetValue(instrument, out var unanswered))
        {
            unanswered = new();
            _unanswered.Add(instrument, unanswered);
        }

        unanswered.Enqueue(new(command.Order, key, command.ExtraHold, entered.Id.Length == 0 ? _slicing : 0));
        if (Movements.HoldFor(instrument, command) is { } hold)
        {
            Post(hold);
        }
    }

    private void Send(CommandsEntered entered)
    {
        var commands = new OrderCommand[entered.Commands.Length];
        for (var i = 0; i < commands.Length; i++)
        {
            commands[i] = entered.Commands[i].Command;
        }

        Outbox.Post(Streams.Book(entered.Instrument), new OrderCommands(Participant!.Firm, commands));
    }

    private static Entered Refuse(RejectReason reason, string field, RequestKey key) => new(Entry.Refused, new(reason, field), key, default);
}
