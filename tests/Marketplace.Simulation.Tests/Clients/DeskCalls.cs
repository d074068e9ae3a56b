using Marketplace.Domain.Accounts;
using Marketplace.Domain.Capacity;
using Marketplace.Domain.Catalog;
using Marketplace.Domain.Instruments;
using Marketplace.Domain.Orders;
using Marketplace.Domain.Participants;
using Marketplace.Domain.Settlement;
using Marketplace.Domain.Treasury;

namespace Marketplace.Simulation.Tests.Clients;

/// <summary>The requests of operator, suppliers, attestor and participants that are not orders.</summary>
internal static class DeskCalls
{
    private const string Operator = Participant.Operator;
    private const string Evidence = "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef";

    public static Call Begin() => new DeskCall(Operator, "begin", Streams.Directory, machine =>
    {
        var directory = (ParticipantDirectory)machine;
        if (directory.Participants.Count == 0)
        {
            directory.Begin("00");
        }

        return default;
    });

    public static Call Seed() => new DeskCall(Operator, "seed", Streams.Catalog, machine =>
    {
        ((InstrumentCatalog)machine).Seed();
        return default;
    });

    public static Call CreateFirm(string id, string firm) =>
        Desk<ParticipantDirectory, FirmEntered>(Operator, id, Streams.Directory, (directory, request) => directory.CreateFirm(request, firm, "name of " + firm).Refusal);

    public static Call CreateParticipant(string id, string participant, int maxOpenOrders) => Desk<ParticipantDirectory, ParticipantEntered>(
        Operator, id, Streams.Directory,
        (directory, request) => directory.CreateParticipant(request, participant, Population.FirmOf(participant), ParticipantLimits.Default with { MaxOpenOrders = maxOpenOrders }).Refusal);

    public static Call Suspend(string id, string participant, bool suspended) =>
        Desk<ParticipantDirectory, ParticipantEntered>(Operator, id, Streams.Directory, (directory, request) => directory.SetSuspended(request, participant, suspended).Refusal);

    public static Call Deposit(string id, string participant, long micros) =>
        Desk<BankDesk, DepositRecorded>(Operator, id, Streams.Treasury, (bank, request) => bank.RecordDeposit(request, participant, micros, "bank-" + request.Id).Refusal);

    public static Call CloseWithdrawal(string id, string withdrawal, bool paid) =>
        Desk<BankDesk, WithdrawalEntered>(Operator, id, Streams.Treasury, (bank, request) => bank.Close(request, withdrawal, paid, paid ? "bank-" + request.Id : "").Refusal);

    public static Call List(string id, InstrumentRequest asked) =>
        Desk<InstrumentCatalog, InstrumentEntered>(Operator, id, Streams.Catalog, (catalog, request) => catalog.List(request, asked).Refusal);

    public static Call SetState(string id, string instrument, InstrumentState state) =>
        Desk<InstrumentCatalog, InstrumentEntered>(Operator, id, Streams.Catalog, (catalog, request) => catalog.SetState(request, instrument, state, "so it is").Refusal);

    public static Call SetFees(string id, string instrument, int makerBps, int takerBps) =>
        Desk<InstrumentCatalog, InstrumentEntered>(Operator, id, Streams.Catalog, (catalog, request) => catalog.SetFees(request, instrument, makerBps, takerBps).Refusal);

    public static Call Offer(string supplier, string id, Accelerator accelerator, CapacityOffer offer) =>
        Desk<ContractDesk, ContractChanged>(supplier, id, Streams.Contract($"{supplier}:{id}"), (contract, request) => contract.Offer(request, accelerator, offer).Refusal);

    public static Call Attest(string id, string contract, long count) => Desk<ContractDesk, ContractChanged>(
        "attestor", id, Streams.Contract(contract), (desk, request) => desk.Attest(request, count, count * 2, "as seen", Evidence).Refusal);

    public static Call WithdrawAttestation(string id, string contract, long remaining) => Desk<ContractDesk, ContractChanged>(
        "attestor", id, Streams.Contract(contract), (desk, request) => desk.WithdrawAttestation(request, remaining).Refusal);

    public static Call Issue(string id, string contract, Instrument instrument, long kwh) => Desk<ContractDesk, ContractChanged>(
        contract.Split(':')[0], id, Streams.Contract(contract), (desk, request) => desk.Issue(request, instrument, kwh).Refusal);

    public static Call Reclaim(string id, string contract, string instrument, long kwh) => Desk<ContractDesk, ContractChanged>(
        contract.Split(':')[0], id, Streams.Contract(contract), (desk, request) => desk.WithdrawTokens(request, instrument, kwh).Refusal);

    public static Call WithdrawCapacity(string id, string contract, long kwh) => Desk<ContractDesk, ContractChanged>(
        contract.Split(':')[0], id, Streams.Contract(contract), (desk, request) => desk.WithdrawCapacity(request, kwh).Refusal);

    public static Call RunCycle(string id, string instrument) => Book<CycleDecided>(id, instrument, (book, request) => book.RunCycle(request));

    public static Call SweepFees(string id, string instrument) => Book<FeesSwept>(id, instrument, (book, request) => book.SweepFees(request));

    public static Call SettleEarly(string id, string instrument, long trade, string account) =>
        new DeskCall(account, id, Streams.Book(instrument), book => ((OrderBook)book).SettleEarly(new Request(account, id), trade, account),
            book => ((OrderBook)book).VersionOf(new Request(account, id)), record => record.Events.Single(happened => happened is TradeDecided or SettlementAsked));

    public static Call Withdraw(string participant, string id, long micros) => Own<WithdrawalRequested>(
        participant, id, account => account.RequestWithdrawal(id, micros, "iban of its own", 0).Refusal);

    public static Call Transfer(string participant, string id, string to, Instrument instrument, long kwh) => Own<TokensSent>(
        participant, id, account => account.TransferTokens(id, to, instrument, kwh, 0).Refusal);

    /// <summary>A read: it says what the machine knows, so it waits like any other answer.</summary>
    public static Call Read(string id, string stream) => new DeskCall("reader", id, stream, _ => default);

    private static DeskCall Desk<TDesk, TEvent>(string caller, string id, string stream, Func<TDesk, Request, Refusal> run)
        where TDesk : Desk
        where TEvent : EntityEvent =>
        new(caller, id, stream, desk => run((TDesk)desk, new Request(caller, id)), desk => ((TDesk)desk).VersionOf(caller, id),
            record => record.Events.OfType<TEvent>().Single(happened => happened.Request == id && happened.Caller == caller));

    private static DeskCall Book<TEvent>(string id, string instrument, Func<OrderBook, Request, Refusal> run)
        where TEvent : Event =>
        new(Operator, id, Streams.Book(instrument), book => run((OrderBook)book, new Request(Operator, id)), book => ((OrderBook)book).VersionOf(new Request(Operator, id)),
            record => record.Events.OfType<TEvent>().Last());

    private static DeskCall Own<TEvent>(string participant, string id, Func<Account, Refusal> run)
        where TEvent : Event =>
        new(participant, id, Streams.Account(participant), account => run((Account)account), account => ((Account)account).VersionOf(id), record => record.Events.OfType<TEvent>().Single());
}
