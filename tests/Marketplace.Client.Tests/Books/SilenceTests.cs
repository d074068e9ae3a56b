using Grpc.Core;
using Gwh.Marketplace.V1;
using Marketplace.Client.Books;
using Marketplace.Client.Streams;
using Microsoft.Extensions.Time.Testing;
using static Marketplace.Client.Tests.Books.BookMessages;

namespace Marketplace.Client.Tests.Books;

public sealed class SilenceTests
{
    [Fact]
    public async Task Stream_that_says_nothing_not_even_a_heartbeat_is_connected_again()
    {
        var clock = new FakeTimeProvider();
        var options = new MarketplaceClientOptions { Clock = clock, FirstDelay = TimeSpan.Zero, LongestDelay = TimeSpan.Zero };
        var requests = new List<StreamOrderBookRequest>();
        await using var books = new OrderBookStream(Connect, new() { InstrumentIds = [H100] }, options).GetAsyncEnumerator(TestContext.Current.CancellationToken);
        Assert.True(await books.MoveNextAsync());
        Assert.Null(books.Current.Healed);

        var next = books.MoveNextAsync();
        clock.Advance(options.StreamSilence);

        Assert.True(await next);
        Assert.Equal(HealCause.Resumed, books.Current.Healed!.Cause);
        Assert.Equal(100, Assert.Single(requests[1].Resume).Sequence);

        AsyncServerStreamingCall<StreamOrderBookResponse> Connect(StreamOrderBookRequest request, CancellationToken cancellation)
        {
            requests.Add(request);
            var reader = new OneMessage(requests.Count == 1 ? Snapshot(100, "bid 99x5 |") : Resumed(100));
            return new(reader, Task.FromResult(new Metadata()), () => Status.DefaultSuccess, () => [], () => { });
        }
    }

    /// <summary>Says one thing and then nothing.</summary>
    private sealed class OneMessage(StreamOrderBookResponse message) : IAsyncStreamReader<StreamOrderBookResponse>
    {
        private bool _said;

        public StreamOrderBookResponse Current => message;

        public async Task<bool> MoveNext(CancellationToken cancellationToken)
        {
            if (_said)
            {
                await Task.Delay(Timeout.Infinite, cancellationToken);
            }

            return _said = true;
        }
    }
}
