using Marketplace.Domain.Participants;

namespace Marketplace.Domain.Accounts;

/// <summary>The account's state in canonical form.</summary>
public sealed partial class Account
{
    /// <inheritdoc/>
    public override void Prepare() => _ids.Prepare();

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

        _orders.Write(writer);

        var waiting = _lines.Values.Where(line => line.Unanswered is not null).OrderBy(line => line.Instrument, StringComparer.Ordinal).ToArray();
        writer.Count(waiting.Length);
        foreach (var line in waiting)
        {
            writer.Text(line.Instrument);
            writer.Count(line.Unanswered!.Count);
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
        writer.Count(_ids.Outlived);
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

        _orders.Read(reader);

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
        ReadIds(reader);
        FindIds(asked);
    }

    /// <summary>Reads the ids and finds the open orders for theirs: by number, first those that outlive their ids, then those of the first time of which one is open, and so on.</summary>
    private void ReadIds(StateReader reader)
    {
        using var orders = _orders.GetPlaces().GetEnumerator();
        for (var outlived = reader.Count(); outlived > 0; outlived--)
        {
            Check.That(orders.MoveNext());
            _ids.Outlive(_orders.At(orders.Current).Key, orders.Current);
        }

        var together = new List<(UInt128 Key, int Order)>();
        _ids.Read(reader, places =>
        {
            together.Clear();
            while (together.Count < places.Count)
            {
                Check.That(orders.MoveNext());
                together.Add((_orders.At(orders.Current).Key.Value, orders.Current));
            }

            together.Sort(static (one, other) => one.Key.CompareTo(other.Key));
            for (var at = 0; at < places.Count; at++)
            {
                ref var row = ref _orders.At(together[at].Order);
                row.IdPlace = places[at];
                _ids.Attach(places[at], row.Key, together[at].Order);
            }
        });
        Check.That(!orders.MoveNext());
    }

    /// <summary>The places of the ids of commands and mass cancels under way are not part of the state: they are looked up again.</summary>
    private void FindIds(List<(BookLine Line, Unanswered Command)> asked)
    {
        var places = new Dictionary<RequestKey, long>();
        foreach (var (_, command) in asked)
        {
            places[command.Key] = -1;
        }

        foreach (var cancel in _massCancels.Values)
        {
            places[cancel.Key ?? default] = -1;
        }

        places.Remove(default);
        _ids.FindPlaces(places);
        foreach (var (line, command) in asked)
        {
            line.Ask(command with { IdPlace = places.GetValueOrDefault(command.Key, -1) });
        }

        foreach (var cancel in _massCancels.Values)
        {
            cancel.IdPlace = places.GetValueOrDefault(cancel.Key ?? default, -1);
        }
    }
}
