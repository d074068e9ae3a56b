using System.Collections.Immutable;
using Marketplace.Domain.Instruments;
using Marketplace.Domain.Orders;

namespace Marketplace.Domain.Catalog;

/// <summary>What can be traded: the accelerator registry and the instruments. Tells each book its instrument's entry whenever it changes.</summary>
public sealed class InstrumentCatalog() : Desk(Streams.Catalog)
{
    /// <summary>The registry: what is handed out never changes, a change makes another.</summary>
    public ImmutableSortedDictionary<string, Accelerator> Accelerators { get; private set; } = ImmutableSortedDictionary.Create<string, Accelerator>(StringComparer.Ordinal);

    /// <summary>The instruments, in the same way.</summary>
    public ImmutableSortedDictionary<string, Instrument> Instruments { get; private set; } = ImmutableSortedDictionary.Create<string, Instrument>(StringComparer.Ordinal);

    /// <summary>Seeds the registry of a new venue with the reference accelerators.</summary>
    public void Seed()
    {
        foreach (var accelerator in ReferenceAccelerators.All)
        {
            if (!Accelerators.ContainsKey(accelerator.Id))
            {
                Emit(new AcceleratorRegistered(accelerator));
            }
        }
    }

    /// <summary>Registers a new accelerator, rated or not (watts 0).</summary>
    public Result<Accelerator> Register(in Request request, Accelerator accelerator)
    {
        var rating = accelerator.Current;
        var fingerprint = new Fingerprint().Add("accelerator").Add(accelerator.Id).Add(accelerator.Vendor).Add(accelerator.Model).Add(accelerator.Generation)
            .Add(accelerator.DenseGflops).Add(accelerator.Precision).Add(accelerator.Source).Add(rating?.Watts ?? 0).Add(rating?.Source ?? "").Value;
        if (WhyNotNew(request, fingerprint) is { } refusal)
        {
            return refusal;
        }

        if (Accelerators.ContainsKey(accelerator.Id))
        {
            return new Refusal(RejectReason.AlreadyExists, "accelerator_id");
        }

        if (WhyNotAccelerator(accelerator) is { } wrong)
        {
            return wrong;
        }

        Emit(new AcceleratorRegistered(accelerator) { Caller = request.Caller, Request = request.Id, Fingerprint = fingerprint });
        return accelerator;
    }

    /// <summary>Gives an accelerator its next rating version; what exists keeps the version it was made with.</summary>
    public Result<Accelerator> Rate(in Request request, string accelerator, long watts, string source, bool attested)
    {
        var fingerprint = new Fingerprint().Add("rating").Add(accelerator).Add(watts).Add(source).Add(attested ? 1 : 0).Value;
        if (WhyNotNew(request, fingerprint) is { } refusal)
        {
            return refusal;
        }

        if (!Accelerators.TryGetValue(accelerator, out var before))
        {
            return new Refusal(RejectReason.NotFound, "accelerator_id");
        }

        var after = before with { Ratings = [.. before.Ratings, new Rating { Version = before.Ratings.Length + 1, Watts = watts, Source = source, Attested = attested }] };
        if (WhyNotAccelerator(after) is { } wrong)
        {
            return wrong;
        }

        Emit(new AcceleratorRegistered(after) { Caller = request.Caller, Request = request.Id, Fingerprint = fingerprint });
        return after;
    }

    /// <summary>Lists an instrument, pending.</summary>
    public Result<Instrument> List(in Request request, InstrumentRequest asked)
    {
        var fingerprint = asked.Fingerprint();
        if (WhyNotNew(request, fingerprint) is { } refusal)
        {
            return refusal;
        }

        if (!Accelerators.TryGetValue(asked.Accelerator, out var accelerator))
        {
            return new Refusal(RejectReason.NotFound, "accelerator_id");
        }

        var result = asked.ToInstrument(accelerator, Now);
        if (!result.Ok)
        {
            return result;
        }

        if (Instruments.ContainsKey(result.Value!.Id))
        {
            return new Refusal(RejectReason.AlreadyExists, "delivery_period");
        }

        return Enter(request, fingerprint, result.Value, "");
    }

    /// <summary>Opens, halts or closes an instrument. Closed is for ever.</summary>
    public Result<Instrument> SetState(in Request request, string id, InstrumentState state, string why)
    {
        var fingerprint = new Fingerprint().Add("state").Add(id).Add((long)state).Add(why).Value;
        if (WhyNotNew(request, fingerprint) is { } refusal)
        {
            return refusal;
        }

        if (!Instruments.TryGetValue(id, out var before))
        {
            return new Refusal(RejectReason.NotFound, "instrument_id");
        }

        if (state is not (InstrumentState.Open or InstrumentState.Halted or InstrumentState.Closed))
        {
            return new Refusal(RejectReason.InvalidArgument, "state");
        }

        if (before.State == InstrumentState.Closed || (before.State == InstrumentState.Pending && state == InstrumentState.Halted))
        {
            return new Refusal(RejectReason.WrongState, "state");
        }

        return Enter(request, fingerprint, before with { State = state, Revision = before.Revision + 1 }, why);
    }

    /// <summary>Changes the fees of orders entered from now on.</summary>
    public Result<Instrument> SetFees(in Request request, string id, int makerBps, int takerBps)
    {
        var fingerprint = new Fingerprint().Add("fees").Add(id).Add(makerBps).Add(takerBps).Value;
        if (WhyNotNew(request, fingerprint) is { } refusal)
        {
            return refusal;
        }

        if (!Instruments.TryGetValue(id, out var before))
        {
            return new Refusal(RejectReason.NotFound, "instrument_id");
        }

        if (makerBps is < 0 or > Fee.MaxBps)
        {
            return new Refusal(RejectReason.AmountOutOfRange, "maker_fee_bps");
        }

        if (takerBps is < 0 or > Fee.MaxBps)
        {
            return new Refusal(RejectReason.AmountOutOfRange, "taker_fee_bps");
        }

        return before.State == InstrumentState.Closed
            ? new Refusal(RejectReason.InstrumentClosed, "instrument_id")
            : Enter(request, fingerprint, before with { MakerBps = makerBps, TakerBps = takerBps, Revision = before.Revision + 1 }, "");
    }

    /// <inheritdoc/>
    protected override void Decide(string sender, Message message)
    {
        if (message is BookClosed closed && Instruments.TryGetValue(closed.Instrument, out var before) && before.State != InstrumentState.Closed)
        {
            Emit(new InstrumentEntered(before with { State = InstrumentState.Closed, Revision = before.Revision + 1 }, "gate closed"));
        }
    }

    /// <inheritdoc/>
    protected override void ApplyEntity(Event happened)
    {
        switch (happened)
        {
            case AcceleratorRegistered registered:
                Accelerators = Accelerators.SetItem(registered.Accelerator.Id, registered.Accelerator);
                break;
            case InstrumentEntered entered:
                Instruments = Instruments.SetItem(entered.Instrument.Id, entered.Instrument);
                Outbox.Post(Streams.Book(entered.Instrument.Id), new InstrumentListed(entered.Instrument));
                break;
        }
    }

    /// <inheritdoc/>
    protected override void WriteEntities(StateWriter writer)
    {
        WriteAll(writer, Accelerators);
        WriteAll(writer, Instruments);
    }

    /// <inheritdoc/>
    protected override void ReadEntities(StateReader reader)
    {
        Accelerators = ReadAll<Accelerator>(reader);
        Instruments = ReadAll<Instrument>(reader);
    }

    private static Refusal? WhyNotAccelerator(Accelerator accelerator)
    {
        if (accelerator.Id.Length is 0 or > 16 || !accelerator.Id.All(c => char.IsAsciiLetterUpper(c) || char.IsAsciiDigit(c)))
        {
            return new Refusal(RejectReason.MalformedId, "accelerator_id");
        }

        if (accelerator.Current is { } rating && rating.Watts is < 1 or > 1_000_000)
        {
            return new Refusal(RejectReason.AmountOutOfRange, "rated_watts");
        }

        if (accelerator.DenseGflops is < 0 or > 1_000_000_000_000)
        {
            return new Refusal(RejectReason.AmountOutOfRange, "dense_gflops");
        }

        return accelerator.Vendor.Length == 0 ? new Refusal(RejectReason.InvalidArgument, "vendor")
            : accelerator.Model.Length == 0 ? new Refusal(RejectReason.InvalidArgument, "model")
            : null;
    }

    private Instrument Enter(in Request request, ulong fingerprint, Instrument after, string why)
    {
        Emit(new InstrumentEntered(after, why) { Caller = request.Caller, Request = request.Id, Fingerprint = fingerprint });
        return after;
    }
}
