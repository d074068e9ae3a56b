using Google.Protobuf;
using static Marketplace.EndToEnd.Tests.Hosting.SmallMarket;

namespace Marketplace.EndToEnd.Tests.BadInput;

/// <summary>Good requests of the operator's desk. What they change nobody else here needs.</summary>
internal static class Desk
{
    public static async Task<IMessage> Of(SmallMarket market, string method, Func<string> newPeriod)
    {
        switch (method)
        {
            case "SuspendParticipant":
                return new SuspendParticipantRequest { RequestId = NewId(), ParticipantId = await Newcomer(market), ValidUntil = InAnHour };
            case "ResumeParticipant":
                var suspended = await Newcomer(market);
                await market.Operator.Admin.SuspendParticipantAsync(new() { RequestId = NewId(), ParticipantId = suspended });
                return new ResumeParticipantRequest { RequestId = NewId(), ParticipantId = suspended, ValidUntil = InAnHour };
            case "SetParticipantLimits":
                return new SetParticipantLimitsRequest { RequestId = NewId(), ParticipantId = await Newcomer(market), Limits = Some(), ValidUntil = InAnHour };
            case "CreateKey":
                return new CreateKeyRequest { RequestId = NewId(), ParticipantId = await Newcomer(market), Role = Role.Meter, ExpireTime = At("2028-01-01"), ValidUntil = InAnHour };
            case "RevokeKey":
                return new RevokeKeyRequest { RequestId = NewId(), KeyId = (await market.NewKey("mm", Role.Trader)).Id, ValidUntil = InAnHour };
            case "SetRating":
                var accelerator = Accelerator();
                await market.Operator.Admin.RegisterAcceleratorAsync(accelerator);
                return new SetRatingRequest { RequestId = NewId(), AcceleratorId = accelerator.AcceleratorId, RatedWatts = 1_100, Source = "source", ValidUntil = InAnHour };
            case "ConfirmWithdrawal":
                return new ConfirmWithdrawalRequest { RequestId = NewId(), WithdrawalId = await Withdrawal(market), BankReference = NewId("out"), ValidUntil = InAnHour };
            case "ReturnWithdrawal":
                return new ReturnWithdrawalRequest { RequestId = NewId(), WithdrawalId = await Withdrawal(market), ValidUntil = InAnHour };
            case "AdvanceClock":
                return new AdvanceClockRequest { RequestId = NewId(), AdvanceToTime = (await market.Operator.Catalog.GetVenueAsync(new())).Venue.Now, ValidUntil = InAnHour };
            default:
                return Plain(method, newPeriod);
        }
    }

    private static WireTime InAnHour => At("2027-01-01T01:00:00Z");

    private static IMessage Plain(string method, Func<string> newPeriod) => method switch
    {
        "CreateFirm" => new CreateFirmRequest { RequestId = NewId(), FirmId = NewId("firm"), Name = "A firm", ValidUntil = InAnHour },
        "CreateParticipant" => new CreateParticipantRequest { RequestId = NewId(), ParticipantId = NewId("p"), FirmId = "firm-mm", Limits = Some(), ValidUntil = InAnHour },
        "ListFirms" => new ListFirmsRequest { PageSize = 2 },
        "ListParticipants" => new ListParticipantsRequest { PageSize = 2, FirmId = "firm-mm" },
        "ListKeys" => new ListKeysRequest { PageSize = 2, ParticipantId = "mm" },
        "RegisterAccelerator" => Accelerator(),
        "CreateInstrument" => new CreateInstrumentRequest
        {
            RequestId = NewId(),
            AcceleratorId = "H100",
            RatingVersion = 1,
            Firmness = Firmness.Firm,
            Zone = "USEAST",
            DeliveryPeriod = newPeriod(),
            TickUsdPerGwh = 10,
            LotKwh = 5,
            CollarLowUsdPerGwh = 100,
            CollarHighUsdPerGwh = 10_000_000,
            MakerFeeBps = 1,
            TakerFeeBps = 2,
            SettlementMode = SettlementMode.NetCycle,
            DefaultSelfTradePrevention = SelfTradePrevention.CancelOldest,
            ValidUntil = InAnHour,
        },
        "SetInstrumentState" => new SetInstrumentStateRequest { RequestId = NewId(), InstrumentId = Spare, State = InstrumentState.Open, Note = "note", ValidUntil = InAnHour },
        "SetFees" => new SetFeesRequest { RequestId = NewId(), InstrumentId = Spare, MakerFeeBps = 1, TakerFeeBps = 1, ValidUntil = InAnHour },
        "RecordDeposit" => new RecordDepositRequest { RequestId = NewId(), ParticipantId = "mm", AmountMicros = 1, BankReference = NewId("wire"), ValidUntil = InAnHour },
        "ListWithdrawals" => new ListWithdrawalsRequest { PageSize = 2, ParticipantId = "buy" },
        "RunSettlementCycle" => new RunSettlementCycleRequest { RequestId = NewId(), InstrumentId = Hour, ValidUntil = InAnHour },
        "SweepFees" => new SweepFeesRequest { RequestId = NewId(), InstrumentId = Hour, ValidUntil = InAnHour },
        "ConfirmClock" => new ConfirmClockRequest { RequestId = NewId(), ValidUntil = InAnHour },
        _ => throw GoodRequests.NoGood(method),
    };

    private static ParticipantLimits Some() => new() { OrdersPerSecond = 100, MaxOpenOrders = 100, MaxStreams = 10 };

    private static RegisterAcceleratorRequest Accelerator() => new()
    {
        RequestId = NewId(),
        AcceleratorId = "A" + NewId("X").Split('-')[1],
        Vendor = "vendor",
        Model = "model",
        Generation = "generation",
        DenseGflops = 1,
        Precision = "BF16",
        RatedWatts = 1_000,
        RatingSource = "source",
        Source = "source",
        ValidUntil = InAnHour,
    };

    private static async Task<string> Newcomer(SmallMarket market)
    {
        var id = NewId("newcomer");
        await market.Operator.Admin.CreateParticipantAsync(new() { RequestId = NewId(), ParticipantId = id, FirmId = "firm-mm" });
        return id;
    }

    private static async Task<string> Withdrawal(SmallMarket market) =>
        (await market.Buyer.Accounts.RequestWithdrawalAsync(new() { RequestId = NewId(), AmountMicros = 1, Destination = "bank" })).Withdrawal.WithdrawalId;
}
