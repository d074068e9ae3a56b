using System.Globalization;
using Marketplace.Domain.Orders;

namespace Marketplace.Domain.Accounts;

/// <summary>
/// Cancels of many orders at once: asked by the participant, by its firm or the operator, or begun by the venue when the participant is suspended or a session ends.
/// The orders are those open when it began. They are cancelled in slices, one a turn, by ordinary commands through the one channel to each book.
/// </summary>
public sealed partial class Account
{
    /// <summary>The most cancels one turn enters for a mass cancel, and so the most in one message.</summary>
    public const int MaxSlice = 1_000;

    /// <summary>The most mass cancels of one account that may be under way when another is asked for.</summary>
    public const int MaxMassCancels = 64;

    /// <summary>The most participants one request may name.</summary>
    public const int MaxMassCancelParticipants = 10_000;

    private readonly SortedDictionary<long, MassCancel> _massCancels = [];
    private readonly List<RequestKey> _ended = [];
    private long _lastMassCancel;
    private long _firstUnsliced;
    private long _slicing;

    /// <summary>Mass cancels whose last order was answered in this turn: for whoever waits for them, not part of the state.</summary>
    public IReadOnlyList<RequestKey> EndedMassCancels => _ended;

    /// <summary>Whether a mass cancel has not entered all its commands: every turn goes on with it.</summary>
    public bool HasMoreToCancel => _firstUnsliced != 0;

    /// <summary>The id under which an account remembers a mass cancel: who asked for it, and the record of his own account that says so.</summary>
    public static RequestKey KeyOfMassCancel(string caller, long requested) => RequestKey.Of('m', string.Create(CultureInfo.InvariantCulture, $"{caller}/{requested}"));

    /// <summary>
    /// Asks for a mass cancel on this account, on others, or both. The request is remembered here, the others are told; what is cancelled is in the records of each
    /// account (<see cref="MassCancelReport"/>).
    /// </summary>
    public Result<MassCancelRequested> RequestMassCancel(string request, in CancelScope scope, string named, string[] participants, long validUntilMicros)
    {
        var fingerprint = new Fingerprint().Add("mass-cancel").Add(scope.Instrument).Add((long)scope.Side).Add(scope.Session).Add(named).Value;
        if (WhyNotNew(request, fingerprint, validUntilMicros, isCancel: true) is { } refusal)
        {
            return refusal;
        }

        if (scope.Side is not (Side.Unspecified or Side.Bid or Side.Ask))
        {
            return new Refusal(RejectReason.InvalidArgument, "side");
        }

        if (scope.Session.Length > 0 && !Ids.IsWellFormed(scope.Session))
        {
            return new Refusal(RejectReason.MalformedId, "session_id");
        }

        if (_massCancels.Count >= MaxMassCancels || participants.Length > MaxMassCancelParticipants)
        {
            return RejectReason.VenueBusy;
        }

        var requested = new MassCancelRequested(request, fingerprint, scope, participants);
        Emit(requested);
        if (participants.Contains(ParticipantId, StringComparer.Ordinal))
        {
            BeginMassCancel(ParticipantId, Version + 1, scope, RejectReason.CancelledByMassCancel);
        }

        return requested;
    }

    /// <summary>Begins with a first slice, unless another one is at it.</summary>
    private void BeginMassCancel(string caller, long requested, in CancelScope scope, RejectReason reason)
    {
        // Commands entered before in this turn are recorded before: their answers come before those of the cancels.
        Gather();
        Emit(new MassCancelBegun(_lastMassCancel + 1, caller, requested, scope, reason, _lastOrderNumber));
        if (_firstUnsliced == _lastMassCancel && _slicing == 0)
        {
            CancelSlice();
        }
    }

    /// <summary>Enters the next cancels of the first mass cancel that has any left.</summary>
    private void CancelSlice()
    {
        var cancel = _massCancels[_firstUnsliced];
        var targets = cancel.Targets ??= TargetsOf(cancel);
        var slice = new List<OpenOrder>();
        var cursor = cancel.Cursor;
        while (slice.Count < MaxSlice && targets.TryDequeue(out var number))
        {
            cursor = number;
            if (_orders.Find(number) is >= 0 and var place)
            {
                slice.Add(_orders.Read(place));
            }
        }

        var books = slice.Select(order => order.Instrument).Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal)
            .Select(instrument => new CancelledBook(instrument, LineOf(instrument).Unanswered?.Count ?? 0)).ToArray();
        var listed = slice.Take(Math.Max(0, MassCancelReport.MostOrders - cancel.Cancels)).Select(order => new ListedOrder(order.Number, order.Id)).ToArray();
        Emit(new MassCancelSliced(cancel.Number, cursor, targets.Count == 0, slice.Count, books, listed));
        foreach (var order in slice)
        {
            Take(LineOf(order.Instrument), new EnteredCommand(new OrderCommand(CommandKind.Cancel, order.Number, order.Side, Reason: cancel.Reason), "", 0, order.EnteredVersion), default);
        }
    }

    private Queue<long> TargetsOf(MassCancel cancel) => new(_orders.Behind(cancel.Cursor)
        .TakeWhile(order => order.Number <= cancel.UpTo).Where(cancel.Scope.Takes).Select(order => order.Number));

    private void ApplyMassCancel(Event happened)
    {
        switch (happened)
        {
            case MassCancelRequested requested:
                _ids.Remember(RequestKey.Of('r', requested.Request), requested.Fingerprint, Version + 1, Version + 1, Now);
                foreach (var participant in requested.Participants)
                {
                    if (participant != ParticipantId)
                    {
                        Outbox.Post(Streams.Account(participant), new MassCancelAsked(ParticipantId, Version + 1, requested.Scope));
                    }
                }

                break;
            case MassCancelBegun begun:
                RequestKey? key = begun.Caller.Length == 0 ? null : KeyOfMassCancel(begun.Caller, begun.Requested);
                _lastMassCancel = begun.Number;
                var idPlace = key is { } remembered ? _ids.Remember(remembered, 0, Version + 1, 0, Now) : -1;
                _massCancels.Add(begun.Number, new(begun.Number, key, begun.Scope, begun.Reason, begun.UpTo) { IdPlace = idPlace });
                _firstUnsliced = _firstUnsliced == 0 ? begun.Number : _firstUnsliced;
                break;
            case MassCancelSliced sliced:
                ApplySlice(sliced);
                break;
        }
    }

    private void ApplySlice(MassCancelSliced sliced)
    {
        var cancel = _massCancels[sliced.Number];
        cancel.Cursor = sliced.Cursor;
        cancel.Cancels += sliced.Cancels;
        cancel.Unanswered += sliced.Cancels;
        cancel.IsSliced = sliced.IsLast;
        _slicing = sliced.Number;
        if (IsReplaying)
        {
            cancel.Targets = null;
        }

        if (sliced.IsLast)
        {
            // Numbers rise and each is sliced to its end before the next.
            _firstUnsliced = sliced.Number < _lastMassCancel ? sliced.Number + 1 : 0;
            EndIfAnswered(cancel);
        }
    }

    /// <summary>A book has answered one of a mass cancel's commands.</summary>
    private void Answered(long number)
    {
        var cancel = _massCancels[number];
        cancel.Unanswered--;
        EndIfAnswered(cancel);
    }

    private void EndIfAnswered(MassCancel cancel)
    {
        if (!cancel.IsSliced || cancel.Unanswered > 0)
        {
            return;
        }

        _massCancels.Remove(cancel.Number);
        if (cancel.Key is { } key)
        {
            _ids.Resolve(cancel.IdPlace, Version + 1, RejectReason.None);
            _ended.Add(key);
        }
    }

    private void WriteMassCancels(StateWriter writer)
    {
        writer.Long(_lastMassCancel);
        writer.Long(_firstUnsliced);
        writer.Count(_massCancels.Count);
        foreach (var cancel in _massCancels.Values)
        {
            cancel.Write(writer);
        }
    }

    private void ReadMassCancels(StateReader reader)
    {
        _lastMassCancel = reader.Long();
        _firstUnsliced = reader.Long();
        for (var count = reader.Count(); count > 0; count--)
        {
            var cancel = MassCancel.Read(reader);
            _massCancels.Add(cancel.Number, cancel);
        }
    }
}
