namespace Marketplace.Cli.Connections;

/// <summary>Where the venue is, and the secret of the key to call it with.</summary>
internal sealed record Connection(string Address, string Key)
{
    /// <summary>Where a venue listens unless it is told otherwise.</summary>
    public const string DefaultAddress = "http://127.0.0.1:5080";

    /// <summary>Environment variable of the address.</summary>
    public const string AddressVariable = "GWH_ADDRESS";

    /// <summary>Environment variable of the key.</summary>
    public const string KeyVariable = "GWH_KEY";

    /// <summary>From options, else the environment, else a profile; each of the two on its own. Null when there is no key.</summary>
    public static Connection? Resolve(string? address, string? key, Func<string, string?> variable, Profile? profile)
    {
        var resolved = First(key, variable(KeyVariable), profile?.Key);
        return resolved is null ? null : new(First(address, variable(AddressVariable), profile?.Address) ?? DefaultAddress, resolved);
    }

    private static string? First(params ReadOnlySpan<string?> candidates)
    {
        foreach (var candidate in candidates)
        {
            if (!string.IsNullOrEmpty(candidate))
            {
                return candidate;
            }
        }

        return null;
    }
}
