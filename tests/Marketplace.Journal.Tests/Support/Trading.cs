namespace Marketplace.Journal.Tests;

/// <summary>Records as a small venue would write them: some accounts and a book, with wakes.</summary>
internal static class Trading
{
    public static async Task Run(Log log, int flushes, int seed, Action<long>? acknowledged = null)
    {
        var random = new Random(seed);
        StreamClaim[] claims = [.. Enumerable.Range(1, 6).Select(i => log.Claim($"account/{i}")), log.Claim("book/H100-USEAST-2027")];
        for (int flush = 0; flush < flushes; flush++)
        {
            long position = 0;
            for (int i = random.Next(1, 6); i > 0; i--)
            {
                byte[] payload = new byte[random.Next(0, 200)];
                random.NextBytes(payload);
                Wake wake = random.Next(6) switch
                {
                    0 => Wake.At(random.Next(1_000_000)),
                    1 => Wake.None,
                    2 => Wake.Awaiting(random.Next(2) == 0 ? null : random.Next(1_000_000)),
                    _ => Wake.Unchanged,
                };
                position = claims[random.Next(claims.Length)].Append(payload, wake);
            }
            await log.WhenDurable(position);
            acknowledged?.Invoke(position);
        }
        foreach (StreamClaim claim in claims) await claim.DisposeAsync();
    }
}
