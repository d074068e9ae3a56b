using System.Security.Cryptography;

namespace Marketplace.Cli.Commands;

/// <summary>Evidence as it is typed: a file, or the hash of one.</summary>
internal static class Evidence
{
    private const int HexDigits = 64;

    /// <summary>The SHA-256 of a file, or the one typed: 64 lower-case hexadecimal digits.</summary>
    public static string Sha256Of(string fileOrHash)
    {
        if (fileOrHash.Length == HexDigits && fileOrHash.All(char.IsAsciiHexDigit))
        {
            return fileOrHash.ToLowerInvariant();
        }

        if (!File.Exists(fileOrHash))
        {
            throw new UsageException($"'{fileOrHash}' is neither a file nor 64 hexadecimal digits.");
        }

        using var file = File.OpenRead(fileOrHash);
        return Convert.ToHexStringLower(SHA256.HashData(file));
    }
}
