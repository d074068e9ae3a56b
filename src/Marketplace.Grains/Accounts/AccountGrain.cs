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
    private readonly Dictionary<RequestKey, List<(Batch Batch, int Index)>> _waiting = [];

    /// <inheritdoc/>
    public ValueTask<OrderOutcome[]> Submit(OrderRequest[] requests) => SubmitThrough("", 0, requests);

    /// <inheritdoc/>
    public async ValueTask<OrderOutcome[]> SubmitThrough(string session, long holder, OrderRequest[] requests)
    {
        var batch = new Batch(requests.Length);
        List<(int Index, RememberedRequest Remembered)>? repeated = null;
        Turn(account =>
        {
            if (session.Length > 0)
            {
                account.EnterThrough(session, holder);
            }

            account.Expect(requests);
            for (var i = 0; i < requests.Length; i++)
            {
                var entered = account.Submit(requests[i], batch, i);
                switch (entered.Entry)
                {
                    case Entry.Entered:
                        batch.Missing++;
                        break;
                    case Entry.Refused:
                        batch.Outcomes[i] = new(entered.Refusal, null);
                        break;
                    case Entry.Repeated when entered.Remembered.OutcomeVersion > 0:
                        (repeated ??= []).Add((i, entered.Remembered));
                        break;
                    default:
                        Wait(entered.Key, batch, i);
                        break;
                }
            }

            return true;
        });
        await batch.Done();
        await Durable();
        if (repeated is not null)
        {
            foreach (var (index, remembered) in repeated)
            {
                batch.Outcomes[index] = await FromLog(requests[index].Id, requests[index].Kind == CommandKind.Place, remembered);
            }
        }

        if (batch.OfEndedOrders is { } ended)
        {
            foreach (var index in ended)
            {
                batch.Outcomes[index] = await FromLog(requests[index].Id, requests[index].Kind == CommandKind.Place);
            }
        }

        return batch.Outcomes;
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
            var batch = new Batch(1);
            Wait(key, batch, 0);
            await batch.Done();
            await Durable();
            return new(true, batch.OfEndedOrders is null ? batch.Outcomes[0] : await FromLog(id, placed));
        }

        await Durable();
        return new(true, await FromLog(id, placed, remembered));
    }

    /// <inheritdoc/>
    protected override void TurnBegins() => Machine.Changes.Watched = feeds.WatchOf(Machine.ParticipantId);

    /// <inheritdoc/>
    protected override void TurnEnded(bool recorded)
    {
        foreach (var answer in Machine.Answers)
        {
            List<(Batch Batch, int Index)>? repeats = null;
            if (_waiting.Count > 0)
            {
                _waiting.Remove(answer.Key, out repeats);
            }

            if (answer.Waiter is null && repeats is null)
            {
                continue;
            }

            var outcome = new OrderOutcome(answer.Refused, answer.View());
            ((Batch?)answer.Waiter)?.Set(answer.Place, outcome);
            foreach (var (batch, index) in repeats ?? Enumerable.Empty<(Batch, int)>())
            {
                batch.Set(index, outcome);
            }
        }

        if (recorded)
        {
            feeds.Publish(Machine, Position);
        }

        TellMassCancels();
    }

    /// <summary>Waits for the book's answer to a request that another call has entered.</summary>
    private void Wait(RequestKey key, Batch batch, int index)
    {
        batch.Missing++;
        if (!_waiting.TryGetValue(key, out var waiting))
        {
            waiting = new(1);
            _waiting.Add(key, waiting);
        }

        waiting.Add((batch, index));
    }

    /// <summary>The answer to a request about an order that had ended: only the log still has the order.</summary>
    private Task<OrderOutcome> FromLog(string id, bool placed)
    {
        Check.That(Machine.Remembers(RequestKey.Of(placed ? 'o' : 'r', id), out var remembered) && remembered.OutcomeVersion > 0);
        return FromLog(id, placed, remembered);
    }

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

    /// <summary>Requests that came together and are answered together.</summary>
    private sealed class Batch(int count)
    {
        private readonly TaskCompletionSource _done = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public OrderOutcome[] Outcomes { get; } = new OrderOutcome[count];

        public int Missing { get; set; }

        /// <summary>Requests a book answered when their order was not open any more; null where there are none.</summary>
        public List<int>? OfEndedOrders { get; set; }

        public void Set(int index, in OrderOutcome outcome)
        {
            Outcomes[index] = outcome;
            if (outcome.Order is null)
            {
                (OfEndedOrders ??= []).Add(index);
            }

            if (--Missing == 0)
            {
                _done.TrySetResult();
            }
        }

        public Task Done() => Missing == 0 ? Task.CompletedTask : _done.Task;
    }
}
