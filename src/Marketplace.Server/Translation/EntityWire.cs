using Gwh.Marketplace.V1;
using Marketplace.Grains.Accounts;
using Marketplace.Grains.Settlement;

namespace Marketplace.Server.Translation;

/// <summary>The domain's entities as the wire spells them. Enums have the same numbers on both sides; a test holds them together.</summary>
internal static class EntityWire
{
    public static Accelerator ToWire(this Domain.Catalog.Accelerator accelerator) => new()
    {
        AcceleratorId = accelerator.Id,
        Vendor = accelerator.Vendor,
        Model = accelerator.Model,
        Generation = accelerator.Generation,
        DenseGflops = accelerator.DenseGflops,
        Precision = accelerator.Precision,
        Source = accelerator.Source,
        Ratings =
        {
            accelerator.Ratings.Select(rating => new AcceleratorRating { Version = rating.Version, RatedWatts = rating.Watts, Source = rating.Source, Attested = rating.Attested }),
        },
    };

    public static Instrument ToWire(this Domain.Instruments.Instrument instrument) => new()
    {
        InstrumentId = instrument.Id,
        AcceleratorId = instrument.Accelerator,
        RatingVersion = instrument.RatingVersion,
        RatedWatts = instrument.RatedWatts,
        Firmness = (Firmness)instrument.Firmness,
        Zone = instrument.Zone,
        DeliveryPeriod = instrument.Period.ToString(),
        DeliveryStartTime = Wire.ToTimestamp(instrument.Period.Start),
        DeliveryEndTime = Wire.ToTimestamp(instrument.Period.End),
        CloseTime = Wire.ToTimestamp(instrument.ClosesAt),
        TickUsdPerGwh = instrument.TickUsdPerGwh,
        LotKwh = instrument.LotKwh,
        CollarLowUsdPerGwh = instrument.CollarLow,
        CollarHighUsdPerGwh = instrument.CollarHigh,
        MakerFeeBps = instrument.MakerBps,
        TakerFeeBps = instrument.TakerBps,
        SettlementMode = (SettlementMode)instrument.Settlement,
        DefaultSelfTradePrevention = (SelfTradePrevention)instrument.DefaultSelfTrade,
        AllowSelfTrade = instrument.AllowSelfTrade,
        State = (InstrumentState)instrument.State,
        Revision = instrument.Revision,
    };

    public static CapacityContract ToWire(this Domain.Capacity.CapacityContract contract) => new()
    {
        ContractId = contract.Id,
        ParticipantId = contract.Supplier,
        AcceleratorId = contract.Accelerator,
        RatingVersion = contract.RatingVersion,
        RatedWatts = contract.RatedWatts,
        AcceleratorCount = contract.Count,
        Zone = contract.Zone,
        Firmness = (Firmness)contract.Firmness,
        StartTime = Wire.ToTimestamp(contract.Start),
        EndTime = Wire.ToTimestamp(contract.End),
        Site = contract.Site,
        Notes = contract.Notes,
        State = (CapacityContractState)contract.State,
        Attestation = contract.Attestation is not { } attestation ? null : new Attestation
        {
            AttestorParticipantId = attestation.Attestor,
            AcceleratorCount = attestation.Count,
            AttestedKw = attestation.Kilowatts,
            Site = attestation.Site,
            EvidenceSha256 = attestation.EvidenceSha256,
            AttestTime = Wire.ToTimestamp(attestation.Time),
        },
        IssuedTokens = { contract.Issued.Select(line => new IssuedTokens { InstrumentId = line.Instrument, IssuedKwh = line.IssuedKwh, WithdrawnKwh = line.WithdrawnKwh }) },
        OfferedKwh = contract.OfferedKwh,
        AttestedKwh = contract.AttestedKwh,
        OutstandingKwh = contract.OutstandingKwh,
        WithdrawnKwh = contract.WithdrawnKwh,
        OfferTime = Wire.ToTimestamp(contract.OfferedAt),
    };

    public static Order ToWire(this Domain.Accounts.OrderView order) => ToWire(order, order.ClientOrderId);

    public static Order ToWire<TOrder>(in TOrder order, string clientOrderId)
        where TOrder : Domain.Accounts.IOrderState
    {
        var terms = order.Terms;
        return new()
        {
            ClientOrderId = clientOrderId,
            InstrumentId = order.Instrument,
            Side = (Side)terms.Side,
            Type = (OrderType)terms.Type,
            TimeInForce = (TimeInForce)terms.TimeInForce,
            PostOnly = terms.PostOnly,
            SelfTradePrevention = (SelfTradePrevention)terms.SelfTrade,
            PriceUsdPerGwh = terms.Price,
            QuantityKwh = terms.Quantity,
            ExpireTime = Wire.ToOptional(terms.ExpiresAtMicros),
            MakerFeeBps = terms.MakerBps,
            TakerFeeBps = terms.TakerBps,
            Status = (OrderStatus)order.Status,
            Reason = (RejectReason)order.Reason,
            FilledKwh = order.Filled,
            OpenKwh = order.Open,
            FilledNotionalMicros = order.FilledMicros,
            FeeMicros = order.FeeMicros,
            HoldMicros = terms.Side == Domain.Orders.Side.Bid ? order.HoldAmount : 0,
            HoldKwh = terms.Side == Domain.Orders.Side.Ask ? order.HoldAmount : 0,
            OrderId = order.BookOrder,
            BookSequence = order.Sequence,
            EventTime = Wire.ToTimestamp(order.Time),
            StopPriceUsdPerGwh = terms.StopPrice,
            DisplayKwh = terms.DisplayKwh,
            SessionId = order.Session,
        };
    }

    public static Account ToWire(this AccountView account) => new()
    {
        ParticipantId = account.Participant.Id,
        CashAvailableMicros = (long)account.CashAvailable,
        CashHeldMicros = (long)account.CashHeld,
        TradeHeldMicros = (long)account.TradeHeldMicros,
        Tokens = { account.Tokens.Select(ToWire) },
        OpenOrderCount = account.OpenOrders,
        PendingWithdrawals = { account.Withdrawals.Select(withdrawal => new PendingWithdrawal { WithdrawalId = withdrawal.Key, AmountMicros = withdrawal.Value }) },
        Version = account.Version,
        EventTime = Wire.ToTimestamp(account.Time),
    };

    public static TokenBalance ToWire(this KeyValuePair<string, Domain.Accounts.TokenBalance> tokens) => new()
    {
        InstrumentId = tokens.Key,
        AvailableKwh = tokens.Value.Available,
        HeldKwh = tokens.Value.Held,
        TradeHeldKwh = tokens.Value.TradeHeld,
    };

    public static Firm ToWire(this Domain.Participants.Firm firm) => new() { FirmId = firm.Id, Name = firm.Name };

    public static Participant ToWire(this Domain.Participants.Participant participant) => new()
    {
        ParticipantId = participant.Id,
        FirmId = participant.Firm,
        Limits = new ParticipantLimits
        {
            OrdersPerSecond = participant.Limits.OrdersPerSecond,
            MaxOpenOrders = participant.Limits.MaxOpenOrders,
            MaxStreams = participant.Limits.MaxStreams,
        },
        Suspended = participant.Suspended,
        Revision = participant.Revision,
    };

    public static ApiKey ToWire(this Domain.Participants.ApiKey key) => new()
    {
        KeyId = key.Id,
        ParticipantId = key.Participant,
        Role = (Role)key.Role,
        CreateTime = Wire.ToTimestamp(key.CreatedAt),
        ExpireTime = Wire.ToTimestamp(key.ExpiresAt),
        Revoked = key.Revoked,
    };

    public static Deposit ToWire(this Domain.Treasury.Deposit deposit) => new()
    {
        BankReference = deposit.BankReference,
        ParticipantId = deposit.Participant,
        AmountMicros = deposit.Micros,
        EventTime = Wire.ToTimestamp(deposit.Time),
    };

    public static Withdrawal ToWire(this Domain.Treasury.Withdrawal withdrawal) => new()
    {
        WithdrawalId = withdrawal.Id,
        ParticipantId = withdrawal.Participant,
        AmountMicros = withdrawal.Micros,
        Destination = withdrawal.Destination,
        State = (WithdrawalState)withdrawal.State,
        EventTime = Wire.ToTimestamp(withdrawal.Time),
        BankReference = withdrawal.BankReference,
    };

    public static SettlementCycle ToWire(this Domain.Settlement.CycleDecided cycle, string instrument, VenueTime time) => new()
    {
        InstrumentId = instrument,
        Cycle = cycle.Cycle,
        EventTime = Wire.ToTimestamp(time),
        UpToSequence = cycle.UpToTrade,
        TradeCount = cycle.Trades,
        GrossNotionalMicros = Wire.ToText(cycle.GrossMicros),
        NetNotionalMicros = Wire.ToText(cycle.NetMicros),
        GrossKwh = Wire.ToText(cycle.GrossKwh),
        NetKwh = Wire.ToText(cycle.NetKwh),
        NotionalNettingPpm = Wire.NettingPpm(cycle.GrossMicros, cycle.NetMicros),
        KwhNettingPpm = Wire.NettingPpm(cycle.GrossKwh, cycle.NetKwh),
    };

    public static SettlementSummary ToWire(this Grains.Orders.SettlementSummary summary) => new()
    {
        InstrumentId = summary.Instrument.Id,
        TradeCount = summary.Trades,
        UndecidedTradeCount = summary.Undecided,
        UnsettledTradeCount = summary.Unsettled,
        VolumeKwh = Wire.ToText(summary.VolumeKwh),
        NotionalMicros = Wire.ToText(summary.NotionalMicros),
        AccruedFeeMicros = Wire.ToText(summary.FeesMicros),
        SweptFeeMicros = Wire.ToText(summary.FeesSweptMicros),
        CycleCount = summary.Cycles,
        GrossNotionalMicros = Wire.ToText(summary.GrossMicros),
        NetNotionalMicros = Wire.ToText(summary.NetMicros),
        GrossKwh = Wire.ToText(summary.GrossKwh),
        NetKwh = Wire.ToText(summary.NetKwh),
        NotionalNettingPpm = Wire.NettingPpm(summary.GrossMicros, summary.NetMicros),
        KwhNettingPpm = Wire.NettingPpm(summary.GrossKwh, summary.NetKwh),
        NextCycleTime = summary.NextCycle is { } next ? Wire.ToTimestamp(next) : null,
    };

    /// <summary>A trade for one who may see it: a party sees its own side's name and fee only, unless it is on both; others are not named.</summary>
    public static Trade ToWire(this Domain.Settlement.Trade trade, Domain.Instruments.Instrument instrument, Caller caller)
    {
        var buyer = Domain.Messages.Streams.KeyOf(trade.Buyer);
        var seller = Domain.Messages.Streams.KeyOf(trade.Seller);
        var buys = caller.ReadsAll || buyer == caller.Id;
        var sells = caller.ReadsAll || seller == caller.Id;
        return new()
        {
            TradeId = TradeId.Of(instrument.Id, trade.Sequence),
            InstrumentId = instrument.Id,
            Sequence = trade.Sequence,
            PriceUsdPerGwh = trade.Price,
            QuantityKwh = trade.Quantity,
            NotionalMicros = Domain.Units.Price.NotionalMicros(trade.Price, trade.Quantity),
            TakerSide = (Side)trade.TakerSide,
            State = (TradeState)trade.State,
            BuyerParticipantId = buys ? buyer : "",
            SellerParticipantId = sells ? seller : "",
            BuyerFeeMicros = buys ? trade.BuyerFeeMicros : 0,
            SellerFeeMicros = sells ? trade.SellerFeeMicros : 0,
            EventTime = Wire.ToTimestamp(trade.Time),
            SettlementMode = (SettlementMode)instrument.Settlement,
        };
    }

    public static Fill ToFill(this Domain.Accounts.AccountReport report, VenueTime time) => new()
    {
        TradeId = TradeId.Of(report.Instrument, report.Report.Sequence),
        InstrumentId = report.Instrument,
        Sequence = report.Report.Sequence,
        ClientOrderId = report.ClientOrderId,
        OrderId = report.Report.BookOrder,
        Side = (Side)report.Report.Side,
        PriceUsdPerGwh = report.Report.Price,
        QuantityKwh = report.Report.Quantity,
        FeeMicros = report.Report.FeeMicros,
        Maker = report.Report.Maker,
        Settled = report.Report.Settled,
        EventTime = Wire.ToTimestamp(time),
    };
}
