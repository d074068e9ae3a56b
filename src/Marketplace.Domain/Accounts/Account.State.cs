using Marketplace.Domain.Participants;

namespace Marketplace.Domain.Accounts;

/// <summary>The account's state in canonical form.</summary>
public sealed partial class Account
{
    /// <inheritdoc/>
    protected override void WriteState(StateWriter writer)
    {
        writer.Bool(Participant is not null);
        if (Participant is not null)
        {
            writer.Whole(Participant);
        }

        writer.Wide(CashAvailable);
        writer.Wide(CashHeld);
        writer.Wide(TradeHeldMicros);
        writer.Long(_lastOrderNumber);
        writer.Long(_lastWithdrawal);
        writer.Count(_tokens.Count);
        foreach (var (instrument, tokens) in _tokens)
        {
            writer.Text(instrument);
            writer.Long(tokens.Available);
            writer.Long(tokens.Held);
            writer.Long(tokens.TradeHeld);
        }

        writer.Count(_withdrawals.Count);
        foreach (var (id, micros) in _withdrawals)
        {
            writer.Text(id);
            writer.Long(micros);
        }

        writer.Count(_orders.Count);
        foreach (var order in _orders.Values.OrderBy(order => order.Terms.Order))
        {
            order.Write(writer);
        }

        var waiting = _unanswered.Where(queue => queue.Value.Count > 0).ToArray();
        writer.Count(waiting.Length);
        foreach (var (instrument, queue) in waiting)
        {
            writer.Text(instrument);
            writer.Count(queue.Count);
            foreach (var (order, key, extraHold, massCancel) in queue)
            {
                writer.Long(order);
                writer.Wide(unchecked((Int128)(key?.Value ?? 0)));
                writer.Long(extraHold);
                writer.Long(massCancel);
            }
        }

        WriteMassCancels(writer);
        WriteSessions(writer);
        _ids.Write(writer);
    }

    /// <inheritdoc/>
    protected override void ReadState(StateReader reader)
    {
        Participant = reader.Bool() ? reader.Whole<Participant>() : null;
        CashAvailable = reader.Wide();
        CashHeld = reader.Wide();
        TradeHeldMicros = reader.Wide();
        _lastOrderNumber = reader.Long();
        _lastWithdrawal = reader.Long();
        for (var tokens = reader.Count(); tokens > 0; tokens--)
        {
            _tokens.Add(reader.Text(), new(reader.Long(), reader.Long(), reader.Long()));
        }

        for (var withdrawals = reader.Count(); withdrawals > 0; withdrawals--)
        {
            _withdrawals.Add(reader.Text(), reader.Long());
        }

        for (var orders = reader.Count(); orders > 0; orders--)
        {
            var order = OpenOrder.Read(reader);
            _orders.Add(order.Terms.Order, order);
            _orderOf.Add(order.Id, order);
        }

        for (var queues = reader.Count(); queues > 0; queues--)
        {
            var queue = new Queue<Unanswered>();
            _unanswered.Add(reader.Text(), queue);
            for (var commands = reader.Count(); commands > 0; commands--)
            {
                var order = reader.Long();
                var key = unchecked((UInt128)reader.Wide());
                queue.Enqueue(new(order, key == 0 ? null : new RequestKey(key), reader.Long(), reader.Long()));
            }
        }

        ReadMassCancels(reader);
        ReadSessions(reader);
        _ids.Read(reader);
    }
}
