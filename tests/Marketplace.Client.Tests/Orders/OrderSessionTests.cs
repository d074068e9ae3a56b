using System.Threading.Channels;
using Google.Protobuf.WellKnownTypes;
using Grpc.Core;
using Gwh.Marketplace.V1;
using Marketplace.Client.Calls;
using Marketplace.Client.Errors;
using Marketplace.Client.Orders;
using Marketplace.Client.Tests.Venue;

namespace Marketplace.Client.Tests.Orders;

public sealed class OrderSessionTests
{
    private readonly ScriptedLine _line = new();

    [Fact]
    public async Task Batch_gets_ids_and_valid_until_and_its_own_result()
    {
        await using var session = await Open();
        var result = session.SubmitAsync(Bids(2), TestContext.Current.CancellationToken);
        var sent = (await _line.Current.Sent()).Batch;

        Assert.Equal(1, sent.BatchNumber);
        Assert.NotNull(sent.ValidUntil);
        Assert.Equal(2, sent.Commands.Select(command => command.Place.ClientOrderId).Where(id => id.Length > 0).Distinct().Count());
        _line.Current.Say(new() { BatchResult = Result(1, 2) });
        Assert.Equal(2, (await result).Results.Count);
    }

    [Fact]
    public async Task Lost_session_is_opened_again_and_sends_what_had_no_result_with_the_same_ids()
    {
        await using var session = await Open();
        var result = session.SubmitAsync(Bids(1), TestContext.Current.CancellationToken);
        var first = (await _line.Current.Sent()).Batch.Commands[0].Place.ClientOrderId;
        _line.Current.Break();

        await _line.Opened(2);
        var second = (await _line.Current.Sent()).Batch;
        Assert.Equal((1L, first), (second.BatchNumber, second.Commands[0].Place.ClientOrderId));
        _line.Current.Say(new() { BatchResult = Result(1, 1) });
        await result;
        Assert.Equal(1, session.Reopened);
    }

    [Fact]
    public async Task News_tells_reports_and_that_the_session_was_opened_again()
    {
        await using var session = await Open();
        _line.Current.Say(new() { ExecutionReports = new() { Reports = { new ExecutionReport { ClientOrderId = "mine", Kind = ExecutionKind.Fill } } } });
        await using var news = session.ReadNewsAsync(TestContext.Current.CancellationToken).GetAsyncEnumerator(TestContext.Current.CancellationToken);
        await news.MoveNextAsync();
        Assert.Equal("mine", news.Current.Report!.ClientOrderId);

        _line.Current.Break();
        await news.MoveNextAsync();
        Assert.Equal(new SessionNews(null, 1), news.Current);
    }

    [Fact]
    public async Task Result_for_a_batch_that_was_not_sent_breaks_the_connection()
    {
        await using var session = await Open();
        _line.Current.Say(new() { BatchResult = Result(1, 1) });
        await _line.Opened(2);
        Assert.Equal(2, _line.Connections);
    }

    [Fact]
    public async Task Session_that_is_not_allowed_is_not_tried_again()
    {
        _line.Refusal = Script.Refusal(StatusCode.PermissionDenied, "PERMISSION_DENIED");
        var error = await Assert.ThrowsAsync<MarketplaceException>(() => Open());
        Assert.Equal(RejectReason.PermissionDenied, error.Reason);
        Assert.Equal(1, _line.Connections);
    }

    [Fact]
    public async Task Session_that_cannot_be_had_again_leaves_its_batches_unknown()
    {
        await using var session = await Open();
        var result = session.SubmitAsync(Bids(1), TestContext.Current.CancellationToken);
        await _line.Current.Sent();
        _line.Refusal = new RpcException(new(StatusCode.Unavailable, "gone"));
        _line.Current.Break();

        Assert.True((await Assert.ThrowsAsync<MarketplaceException>(() => result)).IsOutcomeUnknown);
        await Assert.ThrowsAsync<MarketplaceException>(() => session.SubmitAsync(Bids(1), TestContext.Current.CancellationToken));
    }

    [Fact]
    public async Task Closing_leaves_open_batches_unknown()
    {
        var session = await Open();
        var result = session.SubmitAsync(Bids(1), TestContext.Current.CancellationToken);
        await _line.Current.Sent();
        await session.DisposeAsync();
        Assert.True((await Assert.ThrowsAsync<MarketplaceException>(() => result)).IsOutcomeUnknown);
    }

    [Fact]
    public async Task Session_that_is_opened_again_keeps_its_id_and_what_was_asked_of_it()
    {
        await using var session = await Open(new() { SessionId = "known", CancelOnDisconnect = true, Grace = TimeSpan.FromSeconds(5) });
        var first = _line.Current.Open;
        _line.Current.Break();
        await _line.Opened(2);

        Assert.Equal(("known", true, 5L, null), (first!.SessionId, first.CancelOnDisconnect, first.Grace.Seconds, first.DeadManTimeout));
        Assert.Equal(first, _line.Current.Open);
        Assert.Equal(("known", true), (session.SessionId, session.Resumed));
    }

    [Fact]
    public async Task Session_that_promised_to_be_heard_of_says_that_it_is_alive_while_it_has_nothing_to_send()
    {
        await using var session = await Open(new() { SessionId = "s1", DeadManTimeout = TimeSpan.FromMilliseconds(30) });

        Assert.NotNull((await _line.Current.Sent()).KeepAlive);
        Assert.NotNull((await _line.Current.Sent()).KeepAlive);
    }

    [Fact]
    public async Task Session_ends_at_the_venue_when_every_batch_has_its_result()
    {
        await using var session = await Open();
        var result = session.SubmitAsync(Bids(1), TestContext.Current.CancellationToken);
        await _line.Current.Sent();
        var ending = session.EndAsync(TestContext.Current.CancellationToken);
        Assert.False(_line.Current.IsCompleted);

        _line.Current.Say(new() { BatchResult = Result(1, 1) });
        await result;
        await ending;

        Assert.True(_line.Current.IsCompleted);
        Assert.Equal(1, _line.Connections);
        await Assert.ThrowsAsync<MarketplaceException>(() => session.SubmitAsync(Bids(1), TestContext.Current.CancellationToken));
    }

    [Fact]
    public async Task Session_over_the_wire_answers_every_batch_in_order()
    {
        await using var venue = await ScriptedVenue.Start();
        using var client = venue.Client();
        await using var session = await client.OpenSessionAsync(TestContext.Current.CancellationToken);
        Assert.Equal(4, session.Window);

        var results = await Task.WhenAll(Enumerable.Range(1, 50).Select(size => session.SubmitAsync(Bids(size), TestContext.Current.CancellationToken)));

        Assert.Equal(Enumerable.Range(1, 50), results.Select(result => result.Results.Count));
        Assert.Equal(Enumerable.Range(1, 50), results.Select(result => (int)result.BatchNumber));
    }

    private Task<OrderSession> Open(OrderSessionOptions? asked = null)
    {
        var options = Script.Hasty with { StreamAttempts = 4, Attempts = 3 };
        var time = new VenueTime(options, _ => Task.FromResult(new Script().Venue));
        return OrderSession.OpenAsync(_line, time, options, asked ?? new(), TestContext.Current.CancellationToken);
    }

    private static SessionBatch Bids(int count) => new()
    {
        InstrumentId = "H100-USEAST-2027Q1",
        Commands = { Enumerable.Range(0, count).Select(_ => new SessionCommand { Place = new() { Side = Side.Bid, QuantityKwh = 1, PriceUsdPerGwh = 1 } }) },
    };

    private static SessionBatchResult Result(long number, int commands) =>
        new() { BatchNumber = number, Results = { Enumerable.Range(0, commands).Select(_ => new CommandResult()) } };

    private sealed class ScriptedLine : ISessionLine
    {
        private readonly Channel<int> _opened = Channel.CreateUnbounded<int>();
        private volatile ScriptedConnection? _current;
        private int _connections;

        public RpcException? Refusal { get; set; }

        public int Connections => _connections;

        public ScriptedConnection Current => _current!;

        public ISessionConnection Connect(CancellationToken cancellation)
        {
            var number = Interlocked.Increment(ref _connections);
            if (Refusal is { } refusal)
            {
                throw refusal;
            }

            _current = new ScriptedConnection(() => _opened.Writer.TryWrite(number));
            return _current;
        }

        /// <summary>Completes when the connection of this number is open.</summary>
        public async Task Opened(int number)
        {
            while (await _opened.Reader.ReadAsync(TestContext.Current.CancellationToken) < number)
            {
            }
        }
    }

    private sealed class ScriptedConnection(Action opened) : ISessionConnection
    {
        private readonly Channel<OpenSessionRequest> _sent = Channel.CreateUnbounded<OpenSessionRequest>();
        private readonly Channel<OpenSessionResponse?> _said = Channel.CreateUnbounded<OpenSessionResponse?>();

        /// <summary>How it was opened.</summary>
        public SessionOpen? Open { get; private set; }

        /// <summary>Whether the client said that nothing more comes.</summary>
        public bool IsCompleted { get; private set; }

        public Task Send(OpenSessionRequest message, CancellationToken cancellation)
        {
            if (message.Open is not null)
            {
                Open = message.Open;
                Say(new() { Opened = new() { Window = 4, Resumed = message.Open.SessionId == "known" } });
                opened();
            }
            else
            {
                _sent.Writer.TryWrite(message.Clone());
            }

            return Task.CompletedTask;
        }

        public async Task<OpenSessionResponse?> Receive(CancellationToken cancellation) => await _said.Reader.ReadAsync(cancellation);

        public Task Complete()
        {
            IsCompleted = true;
            _said.Writer.TryWrite(null);
            return Task.CompletedTask;
        }

        public void Say(OpenSessionResponse message) => _said.Writer.TryWrite(message);

        public void Break() => _said.Writer.TryComplete(new RpcException(new(StatusCode.Unavailable, "broken")));

        public async Task<OpenSessionRequest> Sent() => await _sent.Reader.ReadAsync(TestContext.Current.CancellationToken);

        public void Dispose()
        {
        }
    }
}
