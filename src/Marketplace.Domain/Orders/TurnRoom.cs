namespace Marketplace.Domain.Orders;

/// <summary>
/// Room that a turn needs and an idle book does not, so that a venue of many books does not keep it once for each. A turn is one thread's from its begin to its end, so
/// what was given back waits at the thread for the next turn, of whichever book; what is taken is nobody else's. Very much room is not kept.
/// </summary>
internal static class TurnRoom
{
    private const int FirstEvents = 8;
    private const int MostEvents = 1_024;
    private const int FirstBytes = 256;
    private const int MostBytes = 64 * 1_024;

    [ThreadStatic]
    private static OrderEvent[]? t_events;

    [ThreadStatic]
    private static byte[]? t_bytes;

    /// <summary>Room for a few events at least.</summary>
    public static OrderEvent[] TakeEvents()
    {
        var taken = t_events ?? new OrderEvent[FirstEvents];
        t_events = null;
        return taken;
    }

    /// <summary>Takes room for events back.</summary>
    public static void Give(OrderEvent[] events)
    {
        if (events.Length is > 0 and <= MostEvents)
        {
            t_events = events;
        }
    }

    /// <summary>Room for some packed events at least.</summary>
    public static byte[] TakeBytes()
    {
        var taken = t_bytes ?? new byte[FirstBytes];
        t_bytes = null;
        return taken;
    }

    /// <summary>Takes room for packed events back.</summary>
    public static void Give(byte[] bytes)
    {
        if (bytes.Length is > 0 and <= MostBytes)
        {
            t_bytes = bytes;
        }
    }
}
