namespace Marketplace.Domain.Refusals;

/// <summary>The form of every id a participant or the operator chooses.</summary>
public static class Ids
{
    /// <summary>Longest id, in characters.</summary>
    public const int MaxLength = 64;

    /// <summary>1 to 64 characters of [A-Za-z0-9_.-].</summary>
    public static bool IsWellFormed(string? id)
    {
        if (id is null || id.Length is 0 or > MaxLength)
        {
            return false;
        }

        foreach (var c in id)
        {
            if (!char.IsAsciiLetterOrDigit(c) && c is not ('_' or '.' or '-'))
            {
                return false;
            }
        }

        return true;
    }

    /// <summary>A zone: 2 to 12 characters of [A-Z0-9].</summary>
    public static bool IsZone(string? zone)
    {
        if (zone is null || zone.Length is < 2 or > 12)
        {
            return false;
        }

        foreach (var c in zone)
        {
            if (!char.IsAsciiLetterUpper(c) && !char.IsAsciiDigit(c))
            {
                return false;
            }
        }

        return true;
    }
}
