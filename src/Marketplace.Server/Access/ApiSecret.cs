using System.Numerics;
using System.Security.Cryptography;
using System.Text;

namespace Marketplace.Server.Access;

/// <summary>
/// The form of a key's secret: "gwh_", 64 hexadecimal digits of 256 random bits, and 8 of their CRC-32C, so that a mistyped or damaged key is told from a wrong one.
/// </summary>
internal static class ApiSecret
{
    private const string Prefix = "gwh_";
    private const int Digits = 64;

    /// <summary>A new secret.</summary>
    public static string New()
    {
        var digits = Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(Digits / 2));
        return Prefix + digits + Check(digits);
    }

    /// <summary>Whether a text has the form, checksum included.</summary>
    public static bool IsWellFormed(string secret) =>
        secret.Length == Prefix.Length + Digits + 8
        && secret.StartsWith(Prefix, StringComparison.Ordinal)
        && secret[Prefix.Length..].All(char.IsAsciiHexDigitLower)
        && secret.EndsWith(Check(secret.Substring(Prefix.Length, Digits)), StringComparison.Ordinal);

    /// <summary>What the venue keeps of it: SHA-256, upper-case hexadecimal.</summary>
    public static string Hash(string secret) => Convert.ToHexString(SHA256.HashData(Encoding.ASCII.GetBytes(secret)));

    private static string Check(string digits)
    {
        uint crc = 0xFFFFFFFF;
        foreach (var digit in digits)
        {
            crc = BitOperations.Crc32C(crc, (byte)digit);
        }

        return (~crc).ToString("x8", System.Globalization.CultureInfo.InvariantCulture);
    }
}
