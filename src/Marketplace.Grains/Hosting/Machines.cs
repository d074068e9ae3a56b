using Marketplace.Domain.Accounts;
using Marketplace.Domain.Capacity;
using Marketplace.Domain.Catalog;
using Marketplace.Domain.Clock;
using Marketplace.Domain.Orders;
using Marketplace.Domain.Participants;
using Marketplace.Domain.Treasury;

namespace Marketplace.Grains.Hosting;

/// <summary>Which machine a stream records.</summary>
public static class Machines
{
    /// <summary>A new machine for a stream.</summary>
    public static Machine New(string stream)
    {
        var key = Streams.KeyOf(stream);
        return stream switch
        {
            Streams.Catalog => new InstrumentCatalog(),
            Streams.Directory => new ParticipantDirectory(),
            Streams.Treasury => new BankDesk(),
            Streams.Clock => new ClockDesk(),
            _ when stream.StartsWith(Streams.AccountPrefix, StringComparison.Ordinal) => new Account(key),
            _ when stream.StartsWith(Streams.BookPrefix, StringComparison.Ordinal) => new OrderBook(key),
            _ when stream.StartsWith(Streams.ContractPrefix, StringComparison.Ordinal) => new ContractDesk(key),
            _ => throw new InvalidOperationException($"No machine is recorded in {stream}."),
        };
    }

    /// <summary>When a machine's stream is to be woken: at its own next time; and while a message is unacknowledged it is awaiting receipts.</summary>
    public static Wake WakeOf(Machine machine)
    {
        var due = machine.NextWake?.Micros;
        return machine.Outbox.Count > 0 ? Wake.Awaiting(due) : Wake.AtOrNone(due);
    }
}
