namespace Marketplace.Client;

/// <summary>Reads lists that come in pages.</summary>
public static class Paging
{
    /// <summary>Every entry of a list, page after page, as far as one reads.</summary>
    /// <param name="ask">Asks for the page of a token; the first is empty.</param>
    /// <param name="entries">The entries of a page.</param>
    /// <param name="next">The token of the page after it; empty for none.</param>
    public static async IAsyncEnumerable<TEntry> ReadAllAsync<TPage, TEntry>(Func<string, Task<TPage>> ask, Func<TPage, IEnumerable<TEntry>> entries, Func<TPage, string> next)
    {
        var token = "";
        do
        {
            var page = await ask(token).ConfigureAwait(false);
            foreach (var entry in entries(page))
            {
                yield return entry;
            }

            token = next(page);
        }
        while (token.Length > 0);
    }
}
