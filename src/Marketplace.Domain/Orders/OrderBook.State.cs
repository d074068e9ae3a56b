using Marketplace.Domain.Instruments;

namespace Marketplace.Domain.Orders;

/// <summary>The book's state in canonical form.</summary>
public sealed partial class OrderBook
{
    /// <inheritdoc/>
    protected override void WriteState(StateWriter writer)
    {
        writer.Bool(Instrument is not null);
        if (Instrument is not null)
        {
            writer.Whole(Instrument);
        }

        writer.Long((long)State);
        writer.Long(Sequence);
        writer.Count(_parties.Count);
        foreach (var party in _parties)
        {
            writer.Text(party.Account);
            writer.Text(party.Firm);
        }

        _engine.Write(writer);
        (_requests ?? new()).Write(writer);
        Settlement.Write(writer);
    }

    /// <inheritdoc/>
    protected override void ReadState(StateReader reader)
    {
        if (reader.Bool())
        {
            TakeTerms(reader.Whole<Instrument>());
        }

        State = (InstrumentState)reader.Long();
        _engine.State = State;
        _engine.Sequence = reader.Long();
        for (var parties = reader.Count(); parties > 0; parties--)
        {
            Meet(reader.Text(), reader.Text());
        }

        _engine.Read(reader);
        var requests = new IdWindow();
        requests.Read(reader);
        _requests = requests.Count > 0 ? requests : null;
        Settlement.Read(reader);
        _engine.LastPrice = Settlement.LastPrice;
    }
}
