using Marketplace.Domain.Accounts;
using Marketplace.Domain.Catalog;
using Marketplace.Domain.Instruments;

namespace Marketplace.Domain.Capacity;

/// <summary>One capacity contract: offered, attested, tokens issued, withdrawn while unsold. Never above the attested capacity, whoever is first.</summary>
public sealed class ContractDesk(string contract) : Desk(Streams.Contract(contract))
{
    /// <summary>The most instruments one contract issues into, and the most reclaims it has under way.</summary>
    public const int MaxIssueLines = 1_000;

    private readonly List<(string Request, RejectReason Refused)> _reclaimed = [];

    /// <summary>The contract; null until it is offered.</summary>
    public CapacityContract? Contract { get; private set; }

    /// <summary>Reclaims answered in this turn, by request id: for whoever waits, not part of the state.</summary>
    public IReadOnlyList<(string Request, RejectReason Refused)> Reclaimed => _reclaimed;

    /// <summary>Offers capacity of a rated accelerator.</summary>
    public Result<CapacityContract> Offer(in Request request, Accelerator accelerator, CapacityOffer offer)
    {
        var fingerprint = new Fingerprint().Add("offer").Add(accelerator.Id).Add(offer.Count).Add(offer.Zone).Add((long)offer.Firmness).Add(offer.Start.Micros).Add(offer.End.Micros)
            .Add(offer.Site).Add(offer.Notes).Value;
        if (WhyNotNew(request, fingerprint) is { } refusal)
        {
            return refusal;
        }

        if (Contract is not null)
        {
            return new Refusal(RejectReason.AlreadyExists, "request_id");
        }

        if (offer.WhyNot(accelerator, Now) is { } wrong)
        {
            return wrong;
        }

        return Change(request, fingerprint, ContractChange.Offered, new CapacityContract
        {
            Id = Streams.KeyOf(Stream),
            Supplier = request.Caller,
            Accelerator = accelerator.Id,
            RatingVersion = accelerator.Current!.Version,
            RatedWatts = accelerator.Current.Watts,
            Count = offer.Count,
            Zone = offer.Zone,
            Firmness = Firmness.Firm,
            Start = offer.Start,
            End = offer.End,
            Site = offer.Site,
            Notes = offer.Notes,
            State = ContractState.Offered,
            OfferedAt = Now,
        });
    }

    /// <summary>Vouches for so many of the accelerators offered; replaces the attestation before, but not to below what is outstanding.</summary>
    public Result<CapacityContract> Attest(in Request request, long count, long kilowatts, string site, string evidenceSha256)
    {
        var fingerprint = new Fingerprint().Add("attest").Add(count).Add(kilowatts).Add(site).Add(evidenceSha256).Value;
        if (WhyNot(request, fingerprint) is { } refusal)
        {
            return refusal;
        }

        if (count < 1)
        {
            return new Refusal(RejectReason.QuantityOutOfRange, "accelerator_count");
        }

        if (count > Contract!.Count)
        {
            return new Refusal(RejectReason.OverOffered, "accelerator_count");
        }

        if (kilowatts < 1 || (Int128)count * Contract.RatedWatts > (Int128)kilowatts * 1000)
        {
            return new Refusal(RejectReason.OverAttested, "attested_kw");
        }

        if (site.Length > 200)
        {
            return new Refusal(RejectReason.InvalidArgument, "site");
        }

        if (evidenceSha256.Length != 64 || !evidenceSha256.All(char.IsAsciiHexDigitLower))
        {
            return new Refusal(RejectReason.InvalidArgument, "evidence_sha256");
        }

        if (!Contract.IsCoveredBy(count))
        {
            return new Refusal(RejectReason.TokensOutstanding, "accelerator_count");
        }

        return Change(request, fingerprint, ContractChange.Attested, Contract with
        {
            State = ContractState.Attested,
            Attestation = new() { Attestor = request.Caller, Count = count, Kilowatts = kilowatts, Site = site, EvidenceSha256 = evidenceSha256, Time = Now },
        });
    }

    /// <summary>Withdraws the attestation down to so many accelerators (0: whole), but not below what is outstanding. Only the attestor's own.</summary>
    public Result<CapacityContract> WithdrawAttestation(in Request request, long remaining)
    {
        var fingerprint = new Fingerprint().Add("unattest").Add(remaining).Value;
        if (WhyNot(request, fingerprint) is { } refusal)
        {
            return refusal;
        }

        if (Contract!.Attestation is not { } attestation || attestation.Attestor != request.Caller)
        {
            return new Refusal(RejectReason.NotFound, "contract_id");
        }

        if (remaining < 0 || remaining >= attestation.Count)
        {
            return new Refusal(RejectReason.QuantityOutOfRange, "remaining_accelerator_count");
        }

        if (!Contract.IsCoveredBy(remaining))
        {
            return new Refusal(RejectReason.TokensOutstanding, "remaining_accelerator_count");
        }

        return Change(request, fingerprint, ContractChange.AttestationWithdrawn, Contract with
        {
            State = remaining == 0 ? ContractState.Offered : ContractState.Attested,
            Attestation = remaining == 0 ? null : attestation with { Count = remaining, Time = Now },
        });
    }

    /// <summary>Issues tokens of an instrument that has model, rating version, zone and firmness of the contract, within its time and the attested capacity.</summary>
    public Result<CapacityContract> Issue(in Request request, Instrument instrument, long kwh)
    {
        var fingerprint = new Fingerprint().Add("issue").Add(instrument.Id).Add(kwh).Value;
        if (WhyNotSupplier(request, fingerprint) is { } refusal)
        {
            return refusal;
        }

        if (Contract!.Attestation is null)
        {
            return new Refusal(RejectReason.NotAttested, "contract_id");
        }

        if (WhyNotInto(instrument) is { } wrong)
        {
            return wrong;
        }

        if (!Quantity.IsOrderQuantity(kwh))
        {
            return new Refusal(RejectReason.QuantityOutOfRange, "quantity_kwh");
        }

        var before = Contract.Issued.FirstOrDefault(line => line.Instrument == instrument.Id) ?? new() { Instrument = instrument.Id, Period = instrument.Period, IssuedKwh = 0 };
        var after = With(before with { IssuedKwh = before.IssuedKwh + kwh });
        if (after.Issued.Length > MaxIssueLines)
        {
            return RejectReason.VenueBusy;
        }

        if (!after.IsCoveredBy(Contract.Attestation.Count))
        {
            return new Refusal(RejectReason.OverAttested, "quantity_kwh");
        }

        Emit(new ContractChanged(ContractChange.Issued, after) { Caller = request.Caller, Request = request.Id, Fingerprint = fingerprint, Instrument = instrument.Id, Kwh = kwh });
        return after;
    }

    /// <summary>Withdraws capacity that no token stands for, spread evenly over the contract's time; the whole of a contract without tokens ends it.</summary>
    public Result<CapacityContract> WithdrawCapacity(in Request request, long kwh)
    {
        var fingerprint = new Fingerprint().Add("withdraw").Add(kwh).Value;
        if (WhyNotSupplier(request, fingerprint) is { } refusal)
        {
            return refusal;
        }

        if (kwh < 1 || kwh > Contract!.OfferedKwh - Contract.WithdrawnKwh)
        {
            return new Refusal(RejectReason.QuantityOutOfRange, "quantity_kwh");
        }

        var after = Contract with { WithdrawnKwh = Contract.WithdrawnKwh + kwh };
        if (!after.IsCoveredBy(Contract.Attestation?.Count ?? Contract.Count))
        {
            return new Refusal(RejectReason.TokensOutstanding, "quantity_kwh");
        }

        if (after.WithdrawnKwh == after.OfferedKwh)
        {
            after = after with { State = ContractState.Withdrawn };
        }

        Emit(new ContractChanged(ContractChange.CapacityWithdrawn, after) { Caller = request.Caller, Request = request.Id, Fingerprint = fingerprint, Kwh = kwh });
        return after;
    }

    /// <summary>Asks issued tokens back from the supplier's account: they come if they are available there.</summary>
    public Result<CapacityContract> WithdrawTokens(in Request request, string instrument, long kwh)
    {
        var fingerprint = new Fingerprint().Add("reclaim").Add(instrument).Add(kwh).Value;
        if (WhyNotSupplier(request, fingerprint) is { } refusal)
        {
            return refusal;
        }

        if (Contract!.Issued.FirstOrDefault(line => line.Instrument == instrument) is not { } line)
        {
            return new Refusal(RejectReason.NotFound, "instrument_id");
        }

        // What is asked back already may come back: asked twice, tokens of another contract would come in its place.
        if (kwh < 1 || kwh > line.OutstandingKwh - Contract.Reclaims.Where(reclaim => reclaim.Instrument == instrument).Sum(reclaim => reclaim.Kwh))
        {
            return new Refusal(RejectReason.QuantityOutOfRange, "quantity_kwh");
        }

        if (Contract.Reclaims.Length >= MaxIssueLines)
        {
            return RejectReason.VenueBusy;
        }

        var after = Contract with { Reclaims = [.. Contract.Reclaims, new() { Request = request.Id, Instrument = instrument, Kwh = kwh }] };
        Emit(new ContractChanged(ContractChange.ReclaimAsked, after)
        {
            Caller = request.Caller,
            Request = request.Id,
            Fingerprint = fingerprint,
            Instrument = instrument,
            Kwh = kwh,
            Reclaim = request.Id,
        });
        return after;
    }

    /// <inheritdoc/>
    protected override void TurnBegan() => _reclaimed.Clear();

    /// <inheritdoc/>
    protected override void Decide(string sender, Message message)
    {
        if (message is not TokensReturned returned)
        {
            return;
        }

        var line = Contract!.Issued.First(line => line.Instrument == returned.Instrument);
        var refused = returned.Refused != RejectReason.None;
        var after = refused ? Contract : With(line with { WithdrawnKwh = line.WithdrawnKwh + returned.Kwh });
        Emit(new ContractChanged(
            refused ? ContractChange.ReclaimRefused : ContractChange.Reclaimed,
            after with { Reclaims = [.. Contract.Reclaims.Where(reclaim => reclaim.Request != returned.Request)] })
        {
            Instrument = returned.Instrument,
            Kwh = returned.Kwh,
            Refused = returned.Refused,
            Reclaim = returned.Request,
        });
    }

    /// <inheritdoc/>
    protected override void ApplyEntity(Event happened)
    {
        if (happened is not ContractChanged changed)
        {
            return;
        }

        Contract = changed.Contract;
        Check.That(Contract.Issued.All(line => line.OutstandingKwh >= 0));
        Check.That(Contract.IsCoveredBy(Contract.Attestation?.Count ?? (Contract.OutstandingKwh == 0 ? Contract.Count : 0)));
        switch (changed.Change)
        {
            case ContractChange.Issued:
                Outbox.Post(Streams.Account(Contract.Supplier), new TokensCredited(changed.Instrument, changed.Kwh, Contract.Id, issued: true));
                break;
            case ContractChange.ReclaimAsked:
                Outbox.Post(Streams.Account(Contract.Supplier), new TokensReclaim(changed.Reclaim, changed.Instrument, changed.Kwh));
                break;
            case ContractChange.Reclaimed or ContractChange.ReclaimRefused:
                _reclaimed.Add((changed.Reclaim, changed.Refused));
                break;
        }
    }

    /// <inheritdoc/>
    protected override void WriteEntities(StateWriter writer)
    {
        writer.Bool(Contract is not null);
        if (Contract is not null)
        {
            writer.Whole(Contract);
        }
    }

    /// <inheritdoc/>
    protected override void ReadEntities(StateReader reader) => Contract = reader.Bool() ? reader.Whole<CapacityContract>() : null;

    private Refusal? WhyNot(in Request request, ulong fingerprint) =>
        WhyNotNew(request, fingerprint)
        ?? (Contract is null ? new Refusal(RejectReason.NotFound, "contract_id")
            : Contract.State == ContractState.Withdrawn ? new Refusal(RejectReason.ContractWithdrawn, "contract_id")
            : null);

    private Refusal? WhyNotSupplier(in Request request, ulong fingerprint) =>
        Contract is null || Contract.Supplier != request.Caller ? new Refusal(RejectReason.NotFound, "contract_id") : WhyNot(request, fingerprint);

    private Refusal? WhyNotInto(Instrument instrument)
    {
        if (instrument.Accelerator != Contract!.Accelerator || instrument.RatingVersion != Contract.RatingVersion || instrument.Zone != Contract.Zone || instrument.Firmness != Contract.Firmness)
        {
            return new Refusal(RejectReason.InstrumentMismatch, "instrument_id");
        }

        if (instrument.Period.Start < Contract.Start || instrument.Period.End > Contract.End)
        {
            return new Refusal(RejectReason.OutsidePeriod, "instrument_id");
        }

        return instrument.State == InstrumentState.Closed || Now >= instrument.ClosesAt ? new Refusal(RejectReason.InstrumentClosed, "instrument_id") : null;
    }

    private CapacityContract With(IssueLine line) => Contract! with
    {
        Issued = [.. Contract.Issued.Where(other => other.Instrument != line.Instrument).Append(line).OrderBy(other => other.Instrument, StringComparer.Ordinal)],
    };

    private Result<CapacityContract> Change(in Request request, ulong fingerprint, ContractChange change, CapacityContract after)
    {
        Emit(new ContractChanged(change, after) { Caller = request.Caller, Request = request.Id, Fingerprint = fingerprint });
        return after;
    }
}
