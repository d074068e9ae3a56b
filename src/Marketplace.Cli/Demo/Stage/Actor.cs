using Marketplace.Cli.Demo.Scenarios;
using Marketplace.Client;
using Marketplace.Client.Orders;

namespace Marketplace.Cli.Demo.Stage;

/// <summary>One simulated participant as the venue knows it: its key, its connection and its session.</summary>
internal sealed class Actor(Participant participant, string key, MarketplaceClient client) : IAsyncDisposable
{
    // A killed server is back within some seconds: nobody gives up sooner than that.
    private static readonly MarketplaceClientOptions Patient = new()
    {
        ValidFor = TimeSpan.Zero,
        AttemptTimeout = TimeSpan.FromSeconds(60),
        Attempts = 100,
        FirstDelay = TimeSpan.FromMilliseconds(50),
        LongestDelay = TimeSpan.FromMilliseconds(500),
        StreamSilence = TimeSpan.FromSeconds(60),
        StreamAttempts = 300,
    };

    private OrderSession? session;

    public Participant Participant => participant;

    public string Key => key;

    public MarketplaceClient Client => client;

    /// <summary>How often its session was opened again.</summary>
    public int Reopened => session?.Reopened ?? 0;

    /// <summary>A client that waits out a restart of the venue.</summary>
    public static MarketplaceClient Connect(string address, string key) => new(address, key, Patient);

    /// <summary>Opens its session.</summary>
    public async Task Open(CancellationToken cancellation) => session = await client.OpenSessionAsync(cancellationToken: cancellation);

    /// <summary>Sends commands and waits for their durable results.</summary>
    public Task<Gwh.Marketplace.V1.SessionBatchResult> Submit(Gwh.Marketplace.V1.SessionBatch batch, CancellationToken cancellation) =>
        session!.SubmitAsync(batch, cancellation);

    public async ValueTask DisposeAsync()
    {
        if (session is not null) await session.DisposeAsync();
        client.Dispose();
    }
}
