using System.Collections;
using Marketplace.Domain.Instruments;
using Marketplace.Domain.Orders;

namespace Marketplace.Domain.Accounts;

/// <summary>
/// The open orders of an account: rows in chunks that never move, once there is more than one, found by the account's number and by the place that whoever knows them keeps.
/// An order that ends is not found any more, but its row is read until the turn is over.
/// </summary>
internal sealed partial class OpenOrders : IReadOnlyCollection<OpenOrder>
{
    private const int ChunkBits = 9;
    private const int ChunkRows = 1 << ChunkBits;
    private const int FirstRows = 4;

    private readonly List<OrderRow[]> _chunks = [];
    private readonly OrderNumbers _numbers = new();
    private readonly SharedNames _names = new();
    private readonly List<int> _ended = [];
    private readonly Stack<int> _free = new();
    private List<string?[]?>? _longIds;
    private Dictionary<int, RareOrderTerms>? _rare;
    private int _used;

    /// <inheritdoc/>
    public int Count => _numbers.Count;

    /// <summary>The place of the open order with a number; -1 where there is none.</summary>
    public int Find(long number) => _numbers.Find(number);

    /// <summary>The row at a place.</summary>
    public ref OrderRow At(int place) => ref _chunks[place >> ChunkBits][place & (ChunkRows - 1)];

    /// <summary>Asks for the memory of the row at a place. Changes nothing.</summary>
    public void Prefetch(int place)
    {
        ref readonly var row = ref At(place);
        CacheLine.Prefetch(in row.Key);
        CacheLine.Prefetch(in row.Quantity);
        CacheLine.Prefetch(in row.Reason);
    }

    /// <summary>The order at a place, to be read.</summary>
    public OpenOrder Read(int place) => new(this, place);

    /// <summary>Enters a new order that holds so much; its place. An id that is not in its key comes along.</summary>
    public int Enter(string instrument, RequestKey key, string? longId, in OrderCommand placed, long hold, string session, long version, Timestamp now) =>
        Enter(OrderRow.Enter(key, placed, hold, version, now), instrument, longId, session, RareOrderTerms.Of(placed));

    /// <summary>Takes in a report about the order at a place, and what the change it answers held on top and named as the stop price.</summary>
    public void Apply(int place, in OrderReport report, Timestamp now, long extraHold, long stopPrice)
    {
        ref var row = ref At(place);
        if (report.Kind is ReportKind.Reduced or ReportKind.Replaced && row.Status == OrderStatus.Untriggered && stopPrice != 0)
        {
            _rare![place] = _rare[place] with { StopPrice = stopPrice };
        }

        row.Apply(report, now, extraHold);
    }

    /// <summary>The order at a place has ended: it is not found any more.</summary>
    public void End(int place)
    {
        _numbers.Remove(At(place).Number);
        _ended.Add(place);
    }

    /// <summary>A new turn begins: nobody reads any more what ended in the one before.</summary>
    public void Forget()
    {
        foreach (var place in _ended)
        {
            ref var row = ref At(place);
            _names.Release(row.Instrument);
            _names.Release(row.Session);
            if (row.IsRare)
            {
                _rare!.Remove(place);
            }

            if (row.Key.IsHashed)
            {
                _longIds![place >> ChunkBits]![place & (ChunkRows - 1)] = null;
            }

            _free.Push(place);
        }

        _ended.Clear();
        if (Count == 0 && _chunks.Count > 1)
        {
            // What a great many orders took is not kept for none.
            _chunks.Clear();
            _free.Clear();
            _free.TrimExcess();
            _longIds = null;
            _used = 0;
        }
    }

    /// <summary>The id of the order at a place.</summary>
    public string IdOf(int place)
    {
        ref var row = ref At(place);
        return row.Key.IsHashed ? _longIds![place >> ChunkBits]![place & (ChunkRows - 1)]! : row.Key.Id;
    }

    /// <summary>A name an order has.</summary>
    public string NameAt(int place) => _names[place];

    /// <summary>The terms of the order at a place: price, stop price and whole quantity as they are now.</summary>
    public OrderCommand TermsOf(int place)
    {
        ref var row = ref At(place);
        var rare = row.IsRare ? _rare![place] : default;
        return new(
            CommandKind.Place, row.Number, row.Side, row.Type, row.TimeInForce, row.PostOnly, (SelfTradeMode)row.SelfTrade, row.Price, row.Quantity, rare.ExpiresAtMicros,
            row.MakerBps, row.TakerBps, DisplayKwh: rare.DisplayKwh, StopPrice: rare.StopPrice, IfSequence: rare.IfSequence);
    }

    /// <summary>The places of the open orders, by number.</summary>
    public IEnumerable<int> GetPlaces() => _numbers.PlacesBehind(0);

    /// <summary>The open orders above a number, by number.</summary>
    public IEnumerable<OpenOrder> Behind(long number) => _numbers.PlacesBehind(number).Select(Read);

    /// <inheritdoc/>
    public IEnumerator<OpenOrder> GetEnumerator() => Behind(0).GetEnumerator();

    /// <inheritdoc/>
    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();

    private int Enter(in OrderRow order, string instrument, string? longId, string session, RareOrderTerms rare)
    {
        var place = NewPlace();
        ref var row = ref At(place);
        row = order;
        row.Instrument = _names.Take(instrument);
        row.Session = _names.Take(session);
        _numbers.Add(row.Number, place);
        if (row.IsRare)
        {
            (_rare ??= []).Add(place, rare);
        }

        Check.That(row.Key.IsHashed == longId is not null);
        if (longId is not null)
        {
            KeepLongId(place, longId);
        }

        return place;
    }

    private int NewPlace()
    {
        if (_free.TryPop(out var place))
        {
            return place;
        }

        place = _used++;
        if (place >> ChunkBits == _chunks.Count)
        {
            // Nothing of a row is read before all of it is written.
            _chunks.Add(GC.AllocateUninitializedArray<OrderRow>(_chunks.Count == 0 ? FirstRows : ChunkRows));
        }
        else if (place == _chunks[0].Length)
        {
            // Most accounts have few orders: the first chunk alone begins small.
            var first = _chunks[0];
            Array.Resize(ref first, first.Length * 2);
            _chunks[0] = first;
        }

        return place;
    }

    private void KeepLongId(int place, string id)
    {
        var ids = _longIds ??= [];
        while (ids.Count <= place >> ChunkBits)
        {
            ids.Add(null);
        }

        (ids[place >> ChunkBits] ??= new string?[ChunkRows])[place & (ChunkRows - 1)] = id;
    }
}
