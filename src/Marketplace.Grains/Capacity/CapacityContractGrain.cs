using Marketplace.Domain.Capacity;
using Marketplace.Domain.Catalog;
using Marketplace.Domain.Instruments;
using Marketplace.Grains.Hosting;

namespace Marketplace.Grains.Capacity;

/// <summary>A capacity contract.</summary>
[Alias("gwh.contract-grain")]
[GrainInterfaceType("gwh.contract")]
public interface ICapacityContractGrain : IDeskGrain
{
    /// <summary>Offers it.</summary>
    [Alias("Offer")]
    Task<Result<CapacityContract>> Offer(Request request, Accelerator accelerator, CapacityOffer offer);

    /// <summary>Attests it.</summary>
    [Alias("Attest")]
    Task<Result<CapacityContract>> Attest(Request request, long count, long kilowatts, string site, string evidenceSha256);

    /// <summary>Withdraws an attestation.</summary>
    [Alias("WithdrawAttestation")]
    Task<Result<CapacityContract>> WithdrawAttestation(Request request, long remaining);

    /// <summary>Issues tokens; answers when the supplier's account has them.</summary>
    [Alias("Issue")]
    Task<Result<CapacityContract>> Issue(Request request, Instrument instrument, long kwh);

    /// <summary>Withdraws unissued capacity.</summary>
    [Alias("WithdrawCapacity")]
    Task<Result<CapacityContract>> WithdrawCapacity(Request request, long kwh);

    /// <summary>Takes issued tokens back; answers when the supplier's account has given or refused them.</summary>
    [Alias("WithdrawTokens")]
    Task<Result<CapacityContract>> WithdrawTokens(Request request, string instrument, long kwh);

    /// <summary>The contract; null when it was never offered.</summary>
    [Alias("Read")]
    Task<CapacityContract?> Read();
}

/// <summary>Hosts a <see cref="ContractDesk"/>.</summary>
[GrainType("gwh.contract")]
internal sealed class CapacityContractGrain(Venue venue, IGrainContext context)
    : DeskGrain<ContractDesk>(venue, new ContractDesk(context.GrainId.Key.ToString()!)), ICapacityContractGrain
{
    private readonly Dictionary<string, TaskCompletionSource> _reclaims = new(StringComparer.Ordinal);

    /// <inheritdoc/>
    public Task<Result<CapacityContract>> Offer(Request request, Accelerator accelerator, CapacityOffer offer) =>
        Execute(request, desk => desk.Offer(request, accelerator, offer), ContractOf);

    /// <inheritdoc/>
    public Task<Result<CapacityContract>> Attest(Request request, long count, long kilowatts, string site, string evidenceSha256) =>
        Execute(request, desk => desk.Attest(request, count, kilowatts, site, evidenceSha256), ContractOf);

    /// <inheritdoc/>
    public Task<Result<CapacityContract>> WithdrawAttestation(Request request, long remaining) =>
        Execute(request, desk => desk.WithdrawAttestation(request, remaining), ContractOf);

    /// <inheritdoc/>
    public Task<Result<CapacityContract>> Issue(Request request, Instrument instrument, long kwh) =>
        Execute(request, desk => desk.Issue(request, instrument, kwh), ContractOf);

    /// <inheritdoc/>
    public Task<Result<CapacityContract>> WithdrawCapacity(Request request, long kwh) =>
        Execute(request, desk => desk.WithdrawCapacity(request, kwh), ContractOf);

    /// <inheritdoc/>
    public async Task<Result<CapacityContract>> WithdrawTokens(Request request, string instrument, long kwh)
    {
        var result = Turn(desk => desk.WithdrawTokens(request, instrument, kwh));
        if (!result.Ok)
        {
            await Durable();
            return result;
        }

        return await Reclaimed(request, Machine.VersionOf(request.Caller, request.Id));
    }

    /// <inheritdoc/>
    public async Task<CapacityContract?> Read()
    {
        var contract = Machine.Contract;
        await Durable();
        return contract;
    }

    /// <inheritdoc/>
    protected override void TurnEnded(bool recorded)
    {
        foreach (var (request, _) in Machine.Reclaimed)
        {
            if (_reclaims.Remove(request, out var waiting))
            {
                waiting.SetResult();
            }
        }
    }

    private static CapacityContract? ContractOf(Event happened) => (happened as ContractChanged)?.Contract;

    /// <summary>Waits until a reclaim is answered; the answer is read from the log, where a repeat of the request finds the same.</summary>
    private async Task<Result<CapacityContract>> Reclaimed(Request request, long askedVersion)
    {
        while (true)
        {
            if (!_reclaims.TryGetValue(request.Id, out var waiting))
            {
                waiting = new(TaskCreationOptions.RunContinuationsAsynchronously);
                _reclaims.Add(request.Id, waiting);
            }

            await Durable();
            var upTo = Machine.Version;
            var answer = await Task.Run(() => Venue.Log.ReadStream(Machine.Stream, askedVersion, upTo, long.MaxValue)
                .SelectMany(record => Venue.Serializer.Deserialize<Record>(record.Payload)!.Events)
                .OfType<ContractChanged>()
                .FirstOrDefault(changed => changed.Reclaim == request.Id && changed.Change is ContractChange.Reclaimed or ContractChange.ReclaimRefused));
            if (answer is not null)
            {
                _reclaims.Remove(request.Id);
                return answer.Refused == RejectReason.None ? answer.Contract : new Refusal(answer.Refused, "quantity_kwh");
            }

            await waiting.Task;
        }
    }
}
