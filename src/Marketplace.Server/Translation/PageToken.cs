using System.Text;

namespace Marketplace.Server.Translation;

/// <summary>Where a page ended: opaque to callers, checked when it comes back.</summary>
internal static class PageToken
{
    private const string Mark = "p1:";
    private const int MaxLength = 300;

    /// <summary>The token of a place.</summary>
    public static string Encode(string place) => Convert.ToBase64String(Encoding.UTF8.GetBytes(Mark + place)).TrimEnd('=').Replace('+', '-').Replace('/', '_');

    /// <summary>The place of a token; empty for no token.</summary>
    public static string Decode(string token)
    {
        if (token.Length == 0)
        {
            return "";
        }

        var bytes = new byte[MaxLength];
        var padded = token.Replace('-', '+').Replace('_', '/').PadRight((token.Length + 3) / 4 * 4, '=');
        if (token.Length > MaxLength || !Convert.TryFromBase64String(padded, bytes, out var length))
        {
            throw Reason.InvalidArgument.ToException("page_token");
        }

        var text = Encoding.UTF8.GetString(bytes, 0, length);
        return text.StartsWith(Mark, StringComparison.Ordinal) ? text[Mark.Length..] : throw Reason.InvalidArgument.ToException("page_token");
    }

    /// <summary>Two numbers of a token's place; zeros for no token.</summary>
    public static (long First, long Second) DecodePair(string token)
    {
        var place = Decode(token);
        if (place.Length == 0)
        {
            return (0, 0);
        }

        var parts = place.Split('.');
        return parts.Length == 2 && long.TryParse(parts[0], out var first) && long.TryParse(parts[1], out var second) && first >= 0 && second >= -1
            ? (first, second)
            : throw Reason.InvalidArgument.ToException("page_token");
    }
}
