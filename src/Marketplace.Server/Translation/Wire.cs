using System.Globalization;
using Google.Protobuf.WellKnownTypes;
using Gwh.Marketplace.V1;
using Request = Marketplace.Domain.Messages.Request;

namespace Marketplace.Server.Translation;

/// <summary>Times, wide numbers, pages and request ids between the wire and the domain.</summary>
internal static class Wire
{
    /// <summary>The longest page.</summary>
    public const int MaxPage = 1_000;

    private const int DefaultPage = 100;

    /// <summary>A time on the wire; null for none (0).</summary>
    public static Timestamp? ToOptional(long micros) => micros == 0 ? null : ToTimestamp(new VenueTime(micros));

    /// <summary>A time on the wire.</summary>
    public static Timestamp ToTimestamp(VenueTime time) => new()
    {
        Seconds = time.Micros / VenueTime.MicrosPerSecond,
        Nanos = (int)(time.Micros % VenueTime.MicrosPerSecond) * 1000,
    };

    /// <summary>A time from the wire, microseconds; 0 for none. What is finer than a microsecond is cut off.</summary>
    public static long ToMicros(Timestamp? time, string field)
    {
        var micros = ToMicrosOrInvalid(time);
        return micros < 0 ? throw Reason.TimeOutOfRange.ToException(field) : micros;
    }

    /// <summary>A time from the wire, microseconds; 0 for none, -1 for one the venue does not know: not after the start of 1970, after 9999, or with nanoseconds that are none.</summary>
    public static long ToMicrosOrInvalid(Timestamp? time) => time is null ? 0 : ToMicrosOrInvalid(time.Seconds, time.Nanos);

    /// <summary>The same of a time that is there, by its parts.</summary>
    public static long ToMicrosOrInvalid(long seconds, int nanos)
    {
        if (seconds < 0 || seconds > VenueTime.Max.Micros / VenueTime.MicrosPerSecond || nanos is < 0 or > 999_999_999)
        {
            return -1;
        }

        var micros = (seconds * VenueTime.MicrosPerSecond) + (nanos / 1000);
        return micros == 0 ? -1 : micros;
    }

    /// <summary>A length of time from the wire, microseconds; 0 for none, -1 for one that is negative, longer than a year, or not well-formed. What is finer than a microsecond is cut off.</summary>
    public static long ToMicrosOrInvalid(Duration? duration) =>
        duration is null ? 0
        : duration.Seconds is < 0 or > 366 * 86_400 || duration.Nanos is < 0 or > 999_999_999 ? -1
        : (duration.Seconds * VenueTime.MicrosPerSecond) + (duration.Nanos / 1000);

    /// <summary>A sum on the wire: decimal digits.</summary>
    public static string ToText(Int128 value) => value.ToString(CultureInfo.InvariantCulture);

    /// <summary>How many entries of a page are asked for; more than the longest page is read as the longest page.</summary>
    public static int PageSize(int asked) => asked switch
    {
        0 => DefaultPage,
        < 0 => throw Reason.InvalidArgument.ToException("page_size"),
        _ => Math.Min(asked, MaxPage),
    };

    /// <summary>Cuts a page out of entries that are in order of their key, and names the next.</summary>
    public static (List<T> Page, string Next) Page<T>(IEnumerable<T> entries, int asked, string token, Func<T, string> keyOf)
    {
        var size = PageSize(asked);
        var behind = PageToken.Decode(token);
        var page = entries.Where(entry => string.CompareOrdinal(keyOf(entry), behind) > 0).Take(size + 1).ToList();
        if (page.Count <= size)
        {
            return (page, "");
        }

        page.RemoveAt(size);
        return (page, PageToken.Encode(keyOf(page[^1])));
    }

    /// <summary>A write's id, by its caller.</summary>
    public static Request ToRequest(Caller caller, string requestId, Timestamp? validUntil) => new(caller.Id, requestId, ToMicros(validUntil, "valid_until"));

    /// <summary>The part of a whole that netting saved, parts per million, rounded down; 0 of nothing.</summary>
    public static int NettingPpm(Int128 gross, Int128 net) => gross == 0 ? 0 : (int)((gross - net) * 1_000_000 / gross);
}
