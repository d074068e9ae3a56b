using Marketplace.Domain.Accounts;

namespace Marketplace.Domain.Treasury;

/// <summary>Money's way in and out: deposits the operator records against unique bank references, withdrawals it pays or returns. Nobody credits himself.</summary>
public sealed class BankDesk() : Desk(Streams.Treasury)
{
    /// <summary>The most money in the venue at once: what fits the wire's int64, 2^63 - 1 micro-dollars. So no balance can outgrow it.</summary>
    public const long MaxMicros = long.MaxValue;

    private readonly SortedSet<string> _references = new(StringComparer.Ordinal);
    private readonly SortedDictionary<string, Withdrawal> _pending = new(StringComparer.Ordinal);

    /// <summary>All deposits, micro-dollars.</summary>
    public Int128 DepositsMicros { get; private set; }

    /// <summary>All withdrawals paid, micro-dollars.</summary>
    public Int128 PaidMicros { get; private set; }

    /// <summary>Withdrawals that wait for the operator, by id.</summary>
    public IReadOnlyDictionary<string, Withdrawal> Pending => _pending;

    /// <summary>Records a deposit for a participant who exists.</summary>
    public Result<Deposit> RecordDeposit(in Request request, string participant, long micros, string bankReference)
    {
        var fingerprint = new Fingerprint().Add("deposit").Add(participant).Add(micros).Add(bankReference).Value;
        if (WhyNotNew(request, fingerprint) is { } refusal)
        {
            return refusal;
        }

        if (!Ids.IsWellFormed(bankReference))
        {
            return new Refusal(RejectReason.MalformedId, "bank_reference");
        }

        if (_references.Contains(bankReference))
        {
            return new Refusal(RejectReason.AlreadyExists, "bank_reference");
        }

        if (micros < 1 || DepositsMicros - PaidMicros + micros > MaxMicros)
        {
            return new Refusal(RejectReason.AmountOutOfRange, "amount_micros");
        }

        var deposit = new Deposit { BankReference = bankReference, Participant = participant, Micros = micros, Time = Now };
        Emit(new DepositRecorded(deposit) { Caller = request.Caller, Request = request.Id, Fingerprint = fingerprint });
        return deposit;
    }

    /// <summary>Closes a pending withdrawal: paid against a bank reference, or returned (empty reference).</summary>
    public Result<Withdrawal> Close(in Request request, string id, bool paid, string bankReference)
    {
        var fingerprint = new Fingerprint().Add("close").Add(id).Add(paid ? 1 : 0).Add(bankReference).Value;
        if (WhyNotNew(request, fingerprint) is { } refusal)
        {
            return refusal;
        }

        if (!_pending.TryGetValue(id, out var before))
        {
            return new Refusal(RejectReason.NotFound, "withdrawal_id");
        }

        if (paid && !Ids.IsWellFormed(bankReference))
        {
            return new Refusal(RejectReason.MalformedId, "bank_reference");
        }

        if (paid && _references.Contains(bankReference))
        {
            return new Refusal(RejectReason.AlreadyExists, "bank_reference");
        }

        var after = before with { State = paid ? WithdrawalState.Paid : WithdrawalState.Returned, Time = Now, BankReference = bankReference };
        Emit(new WithdrawalEntered(after) { Caller = request.Caller, Request = request.Id, Fingerprint = fingerprint });
        return after;
    }

    /// <inheritdoc/>
    protected override void Decide(string sender, Message message)
    {
        if (message is WithdrawalAsked asked)
        {
            Emit(new WithdrawalEntered(new Withdrawal
            {
                Id = asked.Id,
                Participant = asked.Participant,
                Micros = asked.Micros,
                Destination = asked.Destination,
                State = WithdrawalState.Pending,
                Time = Now,
            }));
        }
    }

    /// <inheritdoc/>
    protected override void ApplyEntity(Event happened)
    {
        switch (happened)
        {
            case DepositRecorded recorded:
                _references.Add(recorded.Deposit.BankReference);
                DepositsMicros += recorded.Deposit.Micros;
                Outbox.Post(Streams.Account(recorded.Deposit.Participant), new DepositPosted(recorded.Deposit.BankReference, recorded.Deposit.Micros));
                break;
            case WithdrawalEntered { Withdrawal.State: WithdrawalState.Pending } entered:
                _pending.Add(entered.Withdrawal.Id, entered.Withdrawal);
                break;
            case WithdrawalEntered closed:
                var withdrawal = closed.Withdrawal;
                Check.That(_pending.Remove(withdrawal.Id));
                var paid = withdrawal.State == WithdrawalState.Paid;
                if (paid)
                {
                    _references.Add(withdrawal.BankReference);
                    PaidMicros += withdrawal.Micros;
                }

                Outbox.Post(Streams.Account(withdrawal.Participant), new WithdrawalClosed(withdrawal.Id, withdrawal.Micros, paid));
                break;
        }
    }

    /// <inheritdoc/>
    protected override void WriteEntities(StateWriter writer)
    {
        writer.Wide(DepositsMicros);
        writer.Wide(PaidMicros);
        writer.Count(_references.Count);
        foreach (var reference in _references)
        {
            writer.Text(reference);
        }

        WriteAll(writer, _pending);
    }

    /// <inheritdoc/>
    protected override void ReadEntities(StateReader reader)
    {
        DepositsMicros = reader.Wide();
        PaidMicros = reader.Wide();
        for (var references = reader.Count(); references > 0; references--)
        {
            _references.Add(reader.Text());
        }

        ReadAll(reader, _pending);
    }
}
