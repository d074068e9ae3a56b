using Marketplace.Domain.Accounts;
using Marketplace.Domain.Instruments;
using Marketplace.Domain.Orders;
using Marketplace.Grains.Hosting;

namespace Marketplace.Grains.Accounts;

/// <summary>Hosts an <see cref="Account"/>.</summary>
[GrainType("gwh.account")]
internal sealed partial class AccountGrain(Venue venue, AccountFeeds feeds, IGrainContext context)
    : JournaledGrain<Account>(venue, new Account(context.GrainId.Key.ToString()!)), IAccountGrain
{
    /// <inheritdoc/>
    public async ValueTask<OrderOutcome[]> Submit(string session, long holder, OrderRequest[] requests)
    {
        var submission = new OutcomeSubmission(requests, session, holder);
        Post(submission);
        await submission.Answered;
        return submission.Outcomes;
    }

    /// <inheritdoc/>
    public async Task<Result<Dated<WithdrawalRequested>>> RequestWithdrawal(string request, long micros, string destination, long validUntilMicros)
    {
        var result = Turn(account => account.RequestWithdrawal(request, micros, destination, validUntilMicros));
        return await Settled(result, request);
    }

    /// <inheritdoc/>
    public async Task<Result<Dated<TokensSent>>> TransferTokens(string request, string to, Instrument instrument, long kwh, long validUntilMicros)
    {
        var result = Turn(account => account.TransferTokens(request, to, instrument, kwh, validUntilMicros));
        return await Settled(result, request);
    }

    /// <inheritdoc/>
    public async Task<AccountView?> Read()
    {
        var view = View();
        await Durable();
        return view;
    }

    /// <inheritdoc/>
    public async Task<WholeAccount?> ReadWithOrders(int mostOrders)
    {
        var whole = View() is not { } view ? null
            : new WholeAccount(view, [.. Machine.Orders.Take(mostOrders).Select(order => order.View())]);
        await Durable();
        return whole;
    }

    /// <inheritdoc/>
    public async Task<OrderView?> FindOrder(string clientOrderId)
    {
        if (Machine.FindOpen(clientOrderId) is { } open)
        {
            var view = open.View();
            await Durable();
            return view;
        }

        if (!Machine.Remembers(RequestKey.Of('o', clientOrderId), out var remembered))
        {
            await Durable();
            return null;
        }

        await Durable();
        return await Task.Run(() =>
        {
            var found = OrderHistory.Find(RecordAt(remembered.Version), placed: true, clientOrderId)!.Value;
            return Fold(found.Command.Command.Order, remembered.Version, remembered.EndVersion)!;
        });
    }

    /// <inheritdoc/>
    public async Task<OrderView[]> OpenOrders(long behindNumber, int most, string instrument)
    {
        var views = Machine.OrdersBehind(behindNumber)
            .Where(order => instrument.Length == 0 || order.Instrument == instrument).Take(most).Select(order => order.View()).ToArray();
        await Durable();
        return views;
    }

    /// <inheritdoc/>
    public async Task<RequestOutcome> OutcomeOf(string id, bool placed)
    {
        var key = RequestKey.Of(placed ? 'o' : 'r', id);
        if (!Machine.Remembers(key, out var remembered))
        {
            await Durable();
            return new(false, default);
        }

        if (remembered.OutcomeVersion == 0)
        {
            // Its book has yet to answer.
            var submission = new OutcomeSubmission([new() { Kind = placed ? CommandKind.Place : CommandKind.Cancel, ClientOrderId = id, RequestId = id }]);
            Wait(key, submission, 0);
            _unanswered.Add(submission);
            await submission.Answered;
            return new(true, submission.Outcomes[0]);
        }

        await Durable();
        return new(true, await FromLog(id, placed, remembered));
    }

    /// <inheritdoc/>
    protected override void TurnBegins() => Machine.Changes.Watched = feeds.WatchOf(Machine.ParticipantId);

    /// <summary>The answer once given to a request, from the records it is in: the same for ever.</summary>
    private Task<OrderOutcome> FromLog(string id, bool placed, RememberedRequest remembered) => Task.Run(() =>
    {
        var found = OrderHistory.Find(RecordAt(remembered.Version), placed, id);
        if (found is not { } entered)
        {
            return default;
        }

        var number = entered.Command.Command.Order;
        var from = placed ? remembered.Version : entered.Command.EnteredVersion;
        return new OrderOutcome(remembered.Refused, Fold(number, from, remembered.OutcomeVersion));
    });

    private OrderView? Fold(long number, long from, long to) => OrderHistory.Fold(
        number, Venue.Log.ReadStream(Machine.Stream, from, to, long.MaxValue).Select(record => (record.Version, Decode(record))));

    private Record RecordAt(long version) => Decode(Venue.Log.ReadStream(Machine.Stream, version, version, long.MaxValue).Single());

    private Record Decode(JournalRecord record) => Venue.Serializer.Deserialize<Record>(record.Payload)!;

    private AccountView? View() => Machine.Participant is null ? null : new AccountView
    {
        Participant = Machine.Participant,
        CashAvailable = Machine.CashAvailable,
        CashHeld = Machine.CashHeld,
        TradeHeldMicros = Machine.TradeHeldMicros,
        Tokens = [.. Machine.Tokens.OrderBy(tokens => tokens.Key, StringComparer.Ordinal)],
        OpenOrders = Machine.Orders.Count,
        Version = Machine.Version,
        Time = Machine.LastEventTime,
        Withdrawals = [.. Machine.Withdrawals],
    };

    /// <summary>The answer of a write of the account itself: from its record, new or repeated.</summary>
    private async Task<Result<Dated<T>>> Settled<T>(Result<T> result, string request)
        where T : Event
    {
        var version = result.Ok ? Machine.VersionOf(request) : 0;
        if (result.Ok)
        {
            await Delivered();
        }

        await Durable();
        return !result.Ok ? result.Refusal : await Task.Run(() =>
        {
            var record = RecordAt(version);
            return new Dated<T>(record.Events.OfType<T>().Single(), new(record.TimeMicros));
        });
    }
}
