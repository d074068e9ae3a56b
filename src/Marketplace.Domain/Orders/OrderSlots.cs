namespace Marketplace.Domain.Orders;

/// <summary>A book's orders by their slots, in chunks: what is there does not move when more come, and growth touches no memory but that of the new ones.</summary>
internal struct OrderSlots
{
    private const int ChunkBits = 10;
    private const int ChunkOrders = 1 << ChunkBits;
    private const int LastInChunk = ChunkOrders - 1;

    private RestingOrder[][] _chunks = [];

    /// <summary>None.</summary>
    public OrderSlots()
    {
    }

    /// <summary>The order in a slot.</summary>
    public readonly ref RestingOrder this[int slot] => ref _chunks[slot >> ChunkBits][slot & LastInChunk];

    /// <summary>Makes room for a slot behind all there were. What is in it is not defined.</summary>
    public void Append(int slot)
    {
        if (slot < ChunkOrders)
        {
            AppendToFirst(slot);
        }
        else if ((slot & LastInChunk) == 0)
        {
            var chunk = slot >> ChunkBits;
            if (chunk == _chunks.Length)
            {
                Array.Resize(ref _chunks, chunk * 2);
            }

            _chunks[chunk] = GC.AllocateUninitializedArray<RestingOrder>(ChunkOrders);
        }
    }

    /// <summary>Most books have few orders: the first chunk alone begins small.</summary>
    private void AppendToFirst(int slot)
    {
        if (slot == 0)
        {
            _chunks = [new RestingOrder[1]];
        }
        else if (slot == _chunks[0].Length)
        {
            Array.Resize(ref _chunks[0], slot * 2);
        }
    }
}
