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
        foreach (var (instrument, tokens) in _tokens.OrderBy(tokens => tokens.Key, StringComparer.Ordinal))
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
        foreach (var order in _orders)
        {
            order.Write(writer);
        }

        var waiting = _lines.Values.Where(line => line.Unanswered.Count > 0).OrderBy(line => line.Instrument, StringComparer.Ordinal).ToArray();
        writer.Count(waiting.Length);
        foreach (var line in waiting)
        {
            writer.Text(line.Instrument);
            writer.Count(line.Unanswered.Count);
            foreach (var asked in line.Unanswered)
            {
                writer.Long(asked.Order);
                writer.Wide(unchecked((Int128)asked.Key.Value));
                writer.Long(asked.ExtraHold);
                writer.Long(asked.StopPrice);
                writer.Long(asked.MassCancel);
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
            OpenOrder.Read(reader, _orders);
        }

        var asked = new List<(BookLine Line, Unanswered Command)>();
        for (var queues = reader.Count(); queues > 0; queues--)
        {
            var line = LineOf(reader.Text());
            for (var commands = reader.Count(); commands > 0; commands--)
            {
                asked.Add((line, new(reader.Long(), new(unchecked((UInt128)reader.Wide())), -1, reader.Long(), reader.Long(), reader.Long())));
            }
        }

        ReadMassCancels(reader);
        ReadSessions(reader);
        _ids.Read(reader);
        FindIds(asked);
    }

    /// <summary>The places of ids are not part of the state: they are looked up again.</summary>
    private void FindIds(List<(BookLine Line, Unanswered Command)> asked)
    {
        foreach (var order in _orders)
        {
            ref var row = ref _orders.At(_orders.Find(order.Number));
            row.IdPlace = _ids.Attach(row.Key, _orders.Find(order.Number));
        }

        foreach (var (line, command) in asked)
        {
            line.Unanswered.Enqueue(command with { IdPlace = _ids.PlaceOf(command.Key) });
        }
    }
}
