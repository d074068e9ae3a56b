using System.CommandLine;
using System.Globalization;
using Google.Protobuf.WellKnownTypes;
using Gwh.Marketplace.V1;
using Marketplace.Cli.Screens;
using Marketplace.Cli.Units;

namespace Marketplace.Cli.Commands;

/// <summary>gwh capacity</summary>
internal static class CapacityCommands
{
    public static Command Create(Verbs verbs) => Verbs.Noun("capacity", "Capacity contracts: offer, attest, issue tokens, withdraw",
        Offer(verbs), Attest(verbs), WithdrawAttestation(verbs), Issue(verbs), Withdraw(verbs), WithdrawTokens(verbs), ShowOne(verbs), List(verbs));

    private static Command Offer(Verbs verbs)
    {
        var accelerator = Inputs.Required("--accelerator", "Accelerator model; it must be rated", "ACCELERATOR");
        var count = Inputs.Number("--count", "Accelerators");
        count.Required = true;
        var zone = Inputs.Required("--zone", "Zone of delivery, such as USEAST", "ZONE");
        var period = Inputs.Text("--period", "Delivery from start to end of a period: 2027, 2027Q1, 2027M03, 20270315 or 20270315T13", "PERIOD");
        var start = Inputs.Time("--start", "Start of delivery, on an hour, in place of a period");
        var end = Inputs.Time("--end", "End of delivery, on an hour, in place of a period");
        var site = Inputs.Text("--site", "The site", "TEXT");
        var notes = Inputs.Text("--notes", "Source or notes", "TEXT");
        return verbs.Write("offer", "Offers capacity (supplier)", [accelerator, count, zone, period, start, end, site, notes],
            async asked =>
            {
                var (from, to) = Delivery(asked.Get(period), asked.Get(start), asked.Get(end));
                return await asked.Client.Capacity.OfferCapacityAsync(
                    new()
                    {
                        RequestId = asked.RequestId,
                        AcceleratorId = asked.Get(accelerator),
                        AcceleratorCount = asked.Get(count),
                        Zone = asked.Get(zone),
                        Firmness = Firmness.Firm,
                        StartTime = from,
                        EndTime = to,
                        Site = asked.Get(site),
                        Notes = asked.Get(notes),
                    },
                    cancellationToken: asked.Cancellation);
            },
            (asked, answer) => Show(asked, answer.Contract));
    }

    private static Command Attest(Verbs verbs)
    {
        var contract = Inputs.Text("contract", "The contract");
        var count = Inputs.Number("--count", "Accelerators vouched for; all that were offered where not given");
        var kw = Inputs.Number("--kw", "Critical-IT kW found; what the accelerators are rated at, rounded up, where not given");
        var site = Inputs.Text("--site", "The site seen", "TEXT");
        var evidence = Inputs.Required("--evidence", "The evidence: a file, or its SHA-256 in 64 hexadecimal digits", "FILE|SHA256");
        return verbs.Write("attest", "Vouches for the accelerators of a contract (attestor)", [contract, count, kw, site, evidence],
            async asked =>
            {
                var offered = (await asked.Client.Capacity.GetContractAsync(new() { ContractId = asked.Get(contract) }, cancellationToken: asked.Cancellation)).Contract;
                var attested = asked.Has(count) ? asked.Get(count) : offered.AcceleratorCount;
                var rated = ((Rational)attested * offered.RatedWatts / 1_000).ToMultipleOf(1, Rounding.Up) ?? 0;
                return await asked.Client.Capacity.AttestCapacityAsync(
                    new()
                    {
                        RequestId = asked.RequestId,
                        ContractId = asked.Get(contract),
                        AcceleratorCount = attested,
                        AttestedKw = asked.Has(kw) ? asked.Get(kw) : rated,
                        Site = asked.Get(site),
                        EvidenceSha256 = Evidence.Sha256Of(asked.Get(evidence)),
                    },
                    cancellationToken: asked.Cancellation);
            },
            (asked, answer) => Show(asked, answer.Contract));
    }

    private static Command WithdrawAttestation(Verbs verbs)
    {
        var contract = Inputs.Text("contract", "The contract");
        var remaining = Inputs.Number("--remaining", "Accelerators still vouched for; none where not given");
        return verbs.Write("withdraw-attestation", "Withdraws an attestation, in part or whole (its attestor)", [contract, remaining],
            async asked => await asked.Client.Capacity.WithdrawAttestationAsync(
                new() { RequestId = asked.RequestId, ContractId = asked.Get(contract), RemainingAcceleratorCount = asked.Get(remaining) }, cancellationToken: asked.Cancellation),
            (asked, answer) => Show(asked, answer.Contract));
    }

    private static Command Issue(Verbs verbs)
    {
        var contract = Inputs.Text("contract", "The contract");
        var instrument = Inputs.Text("instrument", "The instrument");
        var quantity = Inputs.Quantity();
        return verbs.Write("issue", "Issues tokens of an instrument from a contract (supplier); accelerators are rounded down to the lot", [contract, instrument, quantity],
            async asked => await asked.Client.Capacity.IssueTokensAsync(
                new()
                {
                    RequestId = asked.RequestId,
                    ContractId = asked.Get(contract),
                    InstrumentId = asked.Get(instrument),
                    QuantityKwh = await OrderSizes.Kwh(asked, asked.Get(quantity), asked.Get(instrument), Side.Ask),
                },
                cancellationToken: asked.Cancellation),
            (asked, answer) => Show(asked, answer.Contract));
    }

    private static Command Withdraw(Verbs verbs)
    {
        var contract = Inputs.Text("contract", "The contract");
        var quantity = Inputs.Quantity("Unissued capacity to withdraw: 1.5GWh, 300MWh, or a number of kWh");
        return verbs.Write("withdraw", "Withdraws capacity that no token stands for (supplier)", [contract, quantity],
            async asked => await asked.Client.Capacity.WithdrawCapacityAsync(
                new()
                {
                    RequestId = asked.RequestId,
                    ContractId = asked.Get(contract),
                    QuantityKwh = asked.Get(quantity).ToKwh(out var wrong) ?? throw new UsageException(wrong),
                },
                cancellationToken: asked.Cancellation),
            (asked, answer) => Show(asked, answer.Contract));
    }

    private static Command WithdrawTokens(Verbs verbs)
    {
        var contract = Inputs.Text("contract", "The contract they were issued from");
        var instrument = Inputs.Text("instrument", "Their instrument");
        var quantity = Inputs.Quantity();
        return verbs.Write("withdraw-tokens", "Takes unsold tokens back into their contract (supplier)", [contract, instrument, quantity],
            async asked => await asked.Client.Capacity.WithdrawTokensAsync(
                new()
                {
                    RequestId = asked.RequestId,
                    ContractId = asked.Get(contract),
                    InstrumentId = asked.Get(instrument),
                    QuantityKwh = await OrderSizes.Kwh(asked, asked.Get(quantity), asked.Get(instrument), Side.Ask),
                },
                cancellationToken: asked.Cancellation),
            (asked, answer) => Show(asked, answer.Contract));
    }

    private static Command ShowOne(Verbs verbs)
    {
        var contract = Inputs.Text("contract", "The contract, such as acme:offer-1");
        return verbs.Read("show", "Shows one contract", [contract],
            async asked => await asked.Client.Capacity.GetContractAsync(new() { ContractId = asked.Get(contract) }, cancellationToken: asked.Cancellation),
            (asked, answer) => Show(asked, answer.Contract));
    }

    private static Command List(Verbs verbs)
    {
        var participant = Inputs.Text("--participant", "Only of this supplier", "PARTICIPANT");
        var accelerator = Inputs.Text("--accelerator", "Only of this accelerator", "ACCELERATOR");
        var zone = Inputs.Text("--zone", "Only of this zone", "ZONE");
        return verbs.List("list", "Lists contracts", [participant, accelerator, zone],
            async (asked, size, token) => await asked.Client.Capacity.ListContractsAsync(
                new() { ParticipantId = asked.Get(participant), AcceleratorId = asked.Get(accelerator), Zone = asked.Get(zone), PageSize = size, PageToken = token },
                cancellationToken: asked.Cancellation),
            page => page.Contracts, page => page.NextPageToken,
            (asked, contracts) =>
            {
                asked.Screen.Table(["contract", "state", ">count", "accelerator", "zone", "from", "to", ">offered", ">attested", ">outstanding"], contracts.Select(contract => new[]
                {
                    contract.ContractId, EnumText.Format(contract.State), Number(contract.AcceleratorCount), contract.AcceleratorId, contract.Zone, TimeText.Format(contract.StartTime),
                    TimeText.Format(contract.EndTime), QuantityText.Format(contract.OfferedKwh), QuantityText.Format(contract.AttestedKwh), QuantityText.Format(contract.OutstandingKwh),
                }));
                return Task.CompletedTask;
            });
    }

    private static (Timestamp Start, Timestamp End) Delivery(string period, Timestamp? start, Timestamp? end)
    {
        if (period.Length > 0 && start is null && end is null)
        {
            return PeriodText.TryParse(period, out var from, out var to)
                ? (Timestamp.FromDateTimeOffset(from), Timestamp.FromDateTimeOffset(to))
                : throw new UsageException($"'{period}' is no period: write it like 2027, 2027Q1, 2027M03, 20270315 or 20270315T13");
        }

        return period.Length == 0 && start is not null && end is not null ? (start, end) : throw new UsageException("Give either --period, or --start and --end.");
    }

    private static Task Show(Asked asked, CapacityContract contract)
    {
        asked.Screen.Facts(
            ("contract", contract.ContractId), ("state", EnumText.Format(contract.State)), ("supplier", contract.ParticipantId),
            ("accelerators", $"{Number(contract.AcceleratorCount)} x {contract.AcceleratorId}, rating {contract.RatingVersion}: {Number(contract.RatedWatts)} W"),
            ("zone", contract.Zone), ("delivery", $"{TimeText.Format(contract.StartTime)} to {TimeText.Format(contract.EndTime)}"), ("site", contract.Site), ("notes", contract.Notes),
            ("offered", QuantityText.Format(contract.OfferedKwh)), ("attested", QuantityText.Format(contract.AttestedKwh) + AttestedBy(contract.Attestation)),
            ("outstanding", QuantityText.Format(contract.OutstandingKwh)), ("withdrawn", QuantityText.Format(contract.WithdrawnKwh)));
        if (contract.IssuedTokens.Count > 0)
        {
            asked.Screen.Table(["instrument", ">issued", ">withdrawn"], contract.IssuedTokens.Select(tokens => new[]
            {
                tokens.InstrumentId, QuantityText.Format(tokens.IssuedKwh), QuantityText.Format(tokens.WithdrawnKwh),
            }));
        }

        return Task.CompletedTask;
    }

    private static string AttestedBy(Attestation? attestation) =>
        attestation is null ? "" : $" ({Number(attestation.AcceleratorCount)} accelerators, {Number(attestation.AttestedKw)} kW, by {attestation.AttestorParticipantId})";

    private static string Number(long number) => number.ToString("N0", CultureInfo.InvariantCulture);
}
