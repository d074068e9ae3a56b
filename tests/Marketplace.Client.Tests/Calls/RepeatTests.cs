using Google.Protobuf.WellKnownTypes;
using Grpc.Core;
using Gwh.Marketplace.V1;
using Marketplace.Client.Errors;
using Marketplace.Client.Tests.Venue;

namespace Marketplace.Client.Tests.Calls;

public sealed class RepeatTests
{
    private static readonly PlaceOrderRequest Bid = new()
    {
        InstrumentId = "H100-USEAST-2027Q1",
        Side = Side.Bid,
        Type = OrderType.Limit,
        QuantityKwh = 1_000,
        PriceUsdPerGwh = 1_500_000,
    };

    [Fact]
    public async Task Write_without_an_id_gets_one_and_a_valid_until_within_the_window()
    {
        await using var venue = await ScriptedVenue.Start();
        using var client = venue.Client();
        venue.Script.Answers.Enqueue(asked => new PlaceOrderResponse { Order = new() { ClientOrderId = ((PlaceOrderRequest)asked).ClientOrderId } });

        var order = await client.PlaceAsync(Bid, TestContext.Current.CancellationToken);

        var sent = Assert.IsType<PlaceOrderRequest>(Assert.Single(venue.Script.Asked));
        Assert.Matches("^[A-Za-z0-9_.-]{1,64}$", sent.ClientOrderId);
        Assert.Equal(sent.ClientOrderId, order.ClientOrderId);
        Assert.InRange(sent.ValidUntil.ToDateTime(), venue.Script.Venue.Now.ToDateTime(), venue.Script.Venue.Now.ToDateTime().AddHours(24));
        Assert.Equal("", Bid.ClientOrderId);
        Assert.Null(Bid.ValidUntil);
    }

    [Fact]
    public async Task Valid_until_is_whole_microseconds_under_a_clock_that_runs()
    {
        await using var venue = await ScriptedVenue.Start();
        using var client = venue.Client(Script.Hasty with { ValidFor = TimeSpan.FromTicks(10_000_000_007) });
        venue.Script.Venue.ClockMode = ClockMode.Wall;
        for (var i = 0; i < 20; i++)
        {
            venue.Script.Answers.Enqueue(_ => new PlaceOrderResponse());
            await client.PlaceAsync(Bid, TestContext.Current.CancellationToken);
        }

        Assert.All(venue.Script.Asked.Cast<PlaceOrderRequest>(), sent => Assert.Equal(0, sent.ValidUntil.Nanos % 1000));
    }

    [Fact]
    public async Task Id_and_valid_until_of_the_caller_are_sent_as_they_are()
    {
        await using var venue = await ScriptedVenue.Start();
        using var client = venue.Client();
        venue.Script.Answers.Enqueue(_ => new CancelOrderResponse());
        var validUntil = Timestamp.FromDateTime(new DateTime(2027, 1, 1, 0, 5, 0, DateTimeKind.Utc));

        var cancel = new CancelOrderRequest { RequestId = "mine", ClientOrderId = "o", ValidUntil = validUntil };
        await client.Trading.CancelOrderAsync(cancel, cancellationToken: TestContext.Current.CancellationToken);

        var sent = Assert.IsType<CancelOrderRequest>(Assert.Single(venue.Script.Asked));
        Assert.Equal(("mine", validUntil), (sent.RequestId, sent.ValidUntil));
    }

    [Theory]
    [InlineData(StatusCode.Unavailable)]
    [InlineData(StatusCode.DeadlineExceeded)]
    public async Task Unknown_outcome_is_repeated_with_the_same_id_and_payload(StatusCode code)
    {
        await using var venue = await ScriptedVenue.Start();
        using var client = venue.Client();
        venue.Script.Answers.Enqueue(_ => Script.Refusal(code, "OUTCOME_UNKNOWN"));
        venue.Script.Answers.Enqueue(_ => new RpcException(new(code, "gone")));
        venue.Script.Answers.Enqueue(_ => new PlaceOrderResponse { Order = new() { Status = OrderStatus.Open } });

        var order = await client.PlaceAsync(Bid, TestContext.Current.CancellationToken);

        Assert.Equal(OrderStatus.Open, order.Status);
        Assert.Equal(3, venue.Script.Asked.Count);
        Assert.Single(venue.Script.Asked.Distinct());
    }

    [Fact]
    public async Task Repeats_are_bounded_and_end_as_outcome_unknown_with_the_id_that_was_sent()
    {
        await using var venue = await ScriptedVenue.Start();
        using var client = venue.Client(Script.Hasty with { Attempts = 3 });
        for (var i = 0; i < 4; i++)
        {
            venue.Script.Answers.Enqueue(_ => Script.Refusal(StatusCode.Unavailable, "OUTCOME_UNKNOWN"));
        }

        var error = await Assert.ThrowsAsync<MarketplaceException>(() => client.PlaceAsync(Bid, TestContext.Current.CancellationToken));

        Assert.Equal(3, venue.Script.Asked.Count);
        Assert.True(error.IsOutcomeUnknown);
        Assert.Equal(RejectReason.OutcomeUnknown, error.Reason);
        Assert.Equal(((PlaceOrderRequest)venue.Script.Asked.First()).ClientOrderId, error.RequestId);
    }

    [Fact]
    public async Task Refusal_is_not_repeated_and_carries_reason_field_and_metadata()
    {
        await using var venue = await ScriptedVenue.Start();
        using var client = venue.Client();
        venue.Script.Answers.Enqueue(_ => Script.Refusal(StatusCode.ResourceExhausted, "RATE_LIMIT", ("field", "side"), ("retry_after_ms", "250")));

        var error = await Assert.ThrowsAsync<MarketplaceException>(() => client.PlaceAsync(Bid, TestContext.Current.CancellationToken));

        Assert.Single(venue.Script.Asked);
        Assert.Equal((RejectReason.RateLimit, StatusCode.ResourceExhausted), (error.Reason, error.StatusCode));
        Assert.Equal(("side", TimeSpan.FromMilliseconds(250)), (error.Field, error.RetryAfter));
        Assert.False(error.IsOutcomeUnknown);
    }

    [Fact]
    public async Task Moved_clock_costs_one_more_attempt_under_the_same_id()
    {
        await using var venue = await ScriptedVenue.Start();
        using var client = venue.Client();
        venue.Script.Answers.Enqueue(_ =>
        {
            venue.Script.Venue = venue.Script.Venue.Clone();
            venue.Script.Venue.Now = Timestamp.FromDateTime(new DateTime(2027, 2, 1, 0, 0, 0, DateTimeKind.Utc));
            return Script.Refusal(StatusCode.FailedPrecondition, "VALIDITY_PASSED", ("field", "valid_until"));
        });
        venue.Script.Answers.Enqueue(_ => new PlaceOrderResponse { Order = new() { Status = OrderStatus.Open } });

        await client.PlaceAsync(Bid, TestContext.Current.CancellationToken);

        var sent = venue.Script.Asked.Cast<PlaceOrderRequest>().ToArray();
        Assert.Equal(2, sent.Length);
        Assert.Equal(sent[0].ClientOrderId, sent[1].ClientOrderId);
        Assert.True(sent[1].ValidUntil.ToDateTime() >= new DateTime(2027, 2, 1, 0, 0, 0, DateTimeKind.Utc));
    }

    [Fact]
    public async Task Every_order_of_a_batch_gets_an_id_of_its_own_and_keeps_it_in_a_repeat()
    {
        await using var venue = await ScriptedVenue.Start();
        using var client = venue.Client();
        var refused = new PlaceOrderResult { Refusal = new() { Reason = RejectReason.ValidityPassed } };
        var passed = new PlaceOrdersResponse { Results = { new PlaceOrderResult { Order = new() }, refused } };
        venue.Script.Answers.Enqueue(_ => Script.Refusal(StatusCode.Unavailable, "OUTCOME_UNKNOWN"));
        venue.Script.Answers.Enqueue(_ => passed);
        var done = new PlaceOrdersResponse { Results = { new PlaceOrderResult { Order = new() }, new PlaceOrderResult { Order = new() } } };
        venue.Script.Answers.Enqueue(_ => done);

        var answer = await client.Trading.PlaceOrdersAsync(new() { Orders = { Bid, Bid } }, cancellationToken: TestContext.Current.CancellationToken);

        Assert.All(answer.Results, result => Assert.NotNull(result.Order));
        var ids = venue.Script.Asked.Cast<PlaceOrdersRequest>().Select(batch => (batch.Orders[0].ClientOrderId, batch.Orders[1].ClientOrderId)).ToArray();
        Assert.Equal(3, ids.Length);
        Assert.Single(ids.Distinct());
        Assert.NotEqual(ids[0].Item1, ids[0].Item2);
    }

    [Fact]
    public async Task Key_goes_with_every_call()
    {
        await using var venue = await ScriptedVenue.Start();
        using var client = venue.Client();
        venue.Script.Answers.Enqueue(_ => new CreateFirmResponse());

        await client.Admin.CreateFirmAsync(new() { FirmId = "f" }, cancellationToken: TestContext.Current.CancellationToken);

        Assert.Equal("Bearer secret", Assert.Single(venue.Script.Keys));
    }

    [Fact]
    public async Task Cancelled_call_is_cancelled_and_no_refusal()
    {
        await using var venue = await ScriptedVenue.Start();
        using var client = venue.Client();
        using var cancelled = new CancellationTokenSource();
        venue.Script.Answers.Enqueue(_ =>
        {
            cancelled.Cancel();
            return Script.Refusal(StatusCode.Unavailable, "OUTCOME_UNKNOWN");
        });

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => client.PlaceAsync(Bid, cancelled.Token));
    }

    [Fact]
    public async Task Error_of_another_domain_has_no_reason()
    {
        await using var venue = await ScriptedVenue.Start();
        using var client = venue.Client();
        venue.Script.Answers.Enqueue(_ => new RpcException(new(StatusCode.ResourceExhausted, "a proxy's words")));

        var error = await Assert.ThrowsAsync<MarketplaceException>(() => client.PlaceAsync(Bid, TestContext.Current.CancellationToken));

        Assert.Equal((RejectReason.Unspecified, StatusCode.ResourceExhausted), (error.Reason, error.StatusCode));
        Assert.Contains("a proxy's words", error.Message, StringComparison.Ordinal);
    }
}
