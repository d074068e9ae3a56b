using Marketplace.Domain.Treasury;
using Marketplace.Grains.Hosting;

namespace Marketplace.Grains.Treasury;

/// <summary>Money's way in and out.</summary>
[Alias("gwh.treasury-grain")]
[GrainInterfaceType("gwh.treasury")]
public interface IBankDeskGrain : IDeskGrain
{
    /// <summary>Records a deposit for a participant who exists; answers when the account has it.</summary>
    [Alias("RecordDeposit")]
    Task<Result<Deposit>> RecordDeposit(Request request, string participant, long micros, string bankReference);

    /// <summary>Pays or returns a pending withdrawal.</summary>
    [Alias("Close")]
    Task<Result<Withdrawal>> Close(Request request, string id, bool paid, string bankReference);

    /// <summary>Pending withdrawals behind an id, in order.</summary>
    [Alias("Pending")]
    Task<Withdrawal[]> Pending(string behindId, int most);
}

/// <summary>Hosts the <see cref="BankDesk"/>.</summary>
[GrainType("gwh.treasury")]
[KeepAlive]
internal sealed class BankDeskGrain(Venue venue) : DeskGrain<BankDesk>(venue, new BankDesk()), IBankDeskGrain
{
    /// <inheritdoc/>
    public Task<Result<Deposit>> RecordDeposit(Request request, string participant, long micros, string bankReference) =>
        Execute(request, desk => desk.RecordDeposit(request, participant, micros, bankReference), happened => (happened as DepositRecorded)?.Deposit);

    /// <inheritdoc/>
    public Task<Result<Withdrawal>> Close(Request request, string id, bool paid, string bankReference) =>
        Execute(request, desk => desk.Close(request, id, paid, bankReference), happened => (happened as WithdrawalEntered)?.Withdrawal);

    /// <inheritdoc/>
    public async Task<Withdrawal[]> Pending(string behindId, int most)
    {
        var pending = Machine.Pending.Values.Where(withdrawal => string.CompareOrdinal(withdrawal.Id, behindId) > 0).Take(most).ToArray();
        await Durable();
        return pending;
    }
}
