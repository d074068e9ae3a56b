using Marketplace.Domain.Accounts;
using Marketplace.Domain.Capacity;
using Marketplace.Domain.Instruments;
using Marketplace.Domain.Orders;
using Marketplace.Simulation.Tests.Clients;
using Marketplace.Simulation.Tests.Machinery;

namespace Marketplace.Simulation.Tests.Checks;

/// <summary>Reads what becomes durable, in the order it does, and believes nobody.</summary>
internal sealed class Auditor(CallRegistry calls, RareEvents rare)
{
    private readonly SortedDictionary<string, AuditedBook> _books = new(StringComparer.Ordinal);
    private readonly Dictionary<string, AuditedAccount> _accounts = new(StringComparer.Ordinal);
    private readonly HashSet<(string Stream, string Request)> _requests = [];

    /// <summary>A hash of all durable records, in order.</summary>
    public ulong Hash { get; private set; }

    /// <summary>Trades of all books.</summary>
    public int Trades => _books.Values.Sum(book => book.Trades.Count);

    /// <summary>Follows one record that has become durable.</summary>
    public void Take(LogEntry entry)
    {
        Hash = JournalForm.Hash(Hash, entry.Bytes);
        var record = entry.Stream.BecomeDurable();
        switch (entry.Stream.Replica)
        {
            case OrderBook book:
                var audited = BookOf(book.InstrumentId);
                audited.Take(record);
                if (record.Events.Any(happened => happened is MessagesAcknowledged))
                {
                    audited.Trades.CheckSettled(book.Settlement);
                }

                if (record.Events.Any(IsClose) && !record.Events.Any(happened => happened is MessagesReceived { Sender: Streams.Catalog }))
                {
                    rare.Count(RareEvent.ClosedByItself);
                }

                break;
            case Account account:
                AccountOf(account.ParticipantId).Take(record, account);
                break;
        }

        foreach (var happened in record.Events)
        {
            if (happened is EntityEvent { Request.Length: > 0 } entity)
            {
                Violation.Unless(_requests.Add((entry.Stream.Name, $"{entity.Caller}/{entity.Request}")), "O3", $"{entity.Caller}'s {entity.Request} took effect twice");
            }

            if (happened is ContractChanged changed)
            {
                NoteContract(changed);
            }
        }
    }

    /// <summary>When all is quiet: nothing is stuck.</summary>
    public void CheckAllSettled()
    {
        foreach (var book in _books.Values)
        {
            book.Trades.CheckAllSettled();
        }
    }

    private static bool IsClose(Event happened) => happened is InstrumentAdopted { Instrument.State: InstrumentState.Closed };

    private AuditedBook BookOf(string instrument)
    {
        if (!_books.TryGetValue(instrument, out var book))
        {
            _books.Add(instrument, book = new(instrument, rare));
        }

        return book;
    }

    private AuditedAccount AccountOf(string participant)
    {
        if (!_accounts.TryGetValue(participant, out var account))
        {
            _accounts.Add(participant, account = new(participant, calls, instrument => BookOf(instrument).Trades, rare));
        }

        return account;
    }

    private void NoteContract(ContractChanged changed)
    {
        switch (changed.Change)
        {
            case ContractChange.Reclaimed:
                rare.Count(RareEvent.TokensReclaimed);
                break;
            case ContractChange.ReclaimRefused:
                rare.Count(RareEvent.ReclaimRefused);
                break;
            case ContractChange.AttestationWithdrawn:
                rare.Count(RareEvent.AttestationWithdrawn);
                break;
        }
    }
}
