using System.Text;

namespace Marketplace.Journal.Tests;

/// <summary>Payloads one can read.</summary>
internal static class Payloads
{
    public static byte[] Bytes(string text) => Encoding.UTF8.GetBytes(text);

    public static string Text(this JournalRecord record) => Encoding.UTF8.GetString(record.Payload.Span);

    /// <summary>"stream 1 text" for each record.</summary>
    public static string[] Told(this IEnumerable<JournalRecord> records) => [.. records.Select(record => $"{record.Stream} {record.Version} {record.Text()}")];

    /// <summary>Queues a record and waits until it is durable.</summary>
    public static async Task<long> Write(this Log log, StreamClaim claim, string text, Wake wake = default)
    {
        long position = claim.Append(Bytes(text), wake);
        await log.WhenDurable(position);
        return position;
    }
}
