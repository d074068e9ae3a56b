using Grpc.Core;
using Gwh.Marketplace.V1;
using Marketplace.Grains.Accounts;
using Marketplace.Grains.Hosting;

namespace Marketplace.Server.Services;

/// <summary>Accounts: balances, statements, withdrawals, transfers, and the stream of all that changes.</summary>
internal sealed class AccountGrpc(Doors doors, AccountFeeds feeds, AccountStatement statement) : AccountService.AccountServiceBase
{
    private const int QueuedChanges = 10_000;
    private const int MostOrders = 1_000_000;

    public override async Task<GetAccountResponse> GetAccount(GetAccountRequest request, ServerCallContext context) =>
        new() { Account = (await Read(Doors.Whose(context, request.ParticipantId))).ToWire() };

    public override async Task<ListStatementEntriesResponse> ListStatementEntries(ListStatementEntriesRequest request, ServerCallContext context)
    {
        var size = Wire.PageSize(request.PageSize);
        var newestFirst = request.Order switch
        {
            StatementOrder.Unspecified or StatementOrder.NewestFirst => true,
            StatementOrder.OldestFirst => false,
            _ => throw Reason.InvalidArgument.ToException("order"),
        };
        var (version, index) = PageToken.DecodePair(request.PageToken);
        var whose = Doors.Whose(context, request.ParticipantId);
        await Read(whose);
        var entries = await Task.Run(() => statement.Read(whose, newestFirst, version, (int)index).Take(size + 1).ToList());
        var next = "";
        if (entries.Count > size)
        {
            entries.RemoveAt(size);
            next = PageToken.Encode($"{entries[^1].Version}.{entries[^1].Index}");
        }

        return new() { Entries = { entries.Select(ToWire) }, NextPageToken = next };
    }

    public override async Task<RequestWithdrawalResponse> RequestWithdrawal(RequestWithdrawalRequest request, ServerCallContext context)
    {
        doors.EnterWrite();
        var caller = Caller.Of(context);
        if (request.Destination.Length == 0)
        {
            throw Reason.InvalidArgument.ToException("destination");
        }

        var destination = AdminGrpc.Text(request.Destination, 200, "destination");
        var requested = (await doors.Account(caller.Id).RequestWithdrawal(request.RequestId, request.AmountMicros, destination, Wire.ToMicros(request.ValidUntil, "valid_until"))).OrThrow();
        return new()
        {
            Withdrawal = new()
            {
                WithdrawalId = requested.Event.Id,
                ParticipantId = caller.Id,
                AmountMicros = requested.Event.Micros,
                Destination = requested.Event.Destination,
                State = WithdrawalState.Pending,
                EventTime = Wire.ToTimestamp(requested.Time),
            },
        };
    }

    public override async Task<TransferTokensResponse> TransferTokens(TransferTokensRequest request, ServerCallContext context)
    {
        doors.EnterWrite();
        var instrument = doors.Instrument(request.InstrumentId);
        var to = doors.Existing(request.ToParticipantId, "to_participant_id");
        var sent = (await doors.Account(Caller.Of(context).Id).TransferTokens(request.RequestId, to, instrument, request.QuantityKwh, Wire.ToMicros(request.ValidUntil, "valid_until"))).OrThrow();
        return new() { ToParticipantId = sent.Event.To, InstrumentId = sent.Event.Instrument, QuantityKwh = sent.Event.Kwh, EventTime = Wire.ToTimestamp(sent.Time) };
    }

    public override async Task StreamAccount(StreamAccountRequest request, IServerStreamWriter<StreamAccountResponse> responseStream, ServerCallContext context)
    {
        var whose = Doors.Whose(context, request.ParticipantId);
        var cancellation = StreamWatch.Live.TokenOf(context);
        using var reader = feeds.Of(whose).Subscribe(QueuedChanges);
        var version = await Snapshot(whose, responseStream, cancellation);
        while (true)
        {
            using var silence = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
            silence.CancelAfter(CatalogGrpc.Heartbeat);
            try
            {
                await reader.Changes.WaitToReadAsync(silence.Token);
            }
            catch (OperationCanceledException) when (!cancellation.IsCancellationRequested)
            {
                await responseStream.WriteAsync(new() { Heartbeat = new() { LastVersion = version } }, cancellation);
                continue;
            }

            version = await Follow(reader, version, responseStream, cancellation);
            if (reader.Overrun)
            {
                reader.Restart();
                await responseStream.WriteAsync(new() { Resync = new() { Reason = ResyncReason.SlowReader } }, cancellation);
                version = await Snapshot(whose, responseStream, cancellation);
            }
        }
    }

    private async Task<AccountView> Read(string participant) =>
        (doors.Directory.Participants.ContainsKey(participant) ? await doors.Account(participant).Read() : null) ?? throw Reason.NotFound.ToException("participant_id");

    private async Task<long> Snapshot(string participant, IServerStreamWriter<StreamAccountResponse> responses, CancellationToken cancellation)
    {
        // Read in one turn of the account: balances and orders are of the same version.
        if (!doors.Directory.Participants.ContainsKey(participant) || await doors.Account(participant).ReadWithOrders(MostOrders) is not { } whole)
        {
            throw Reason.NotFound.ToException("participant_id");
        }

        var snapshot = new AccountSnapshot { Account = whole.Account.ToWire(), OpenOrders = { whole.Orders.Select(order => order.ToWire()) } };
        await responses.WriteAsync(new() { Snapshot = snapshot }, cancellation);
        return whole.Account.Version;
    }

    private static async Task<long> Follow(FeedReader<AccountChange> reader, long version, IServerStreamWriter<StreamAccountResponse> responses, CancellationToken cancellation)
    {
        while (!reader.Overrun && reader.Changes.TryRead(out var change))
        {
            if (change.Version <= version)
            {
                continue;
            }

            var update = new AccountUpdate
            {
                Version = change.Version,
                PrevVersion = version,
                EventTime = Wire.ToTimestamp(change.Time),
                CashAvailableMicros = (long)change.CashAvailable,
                CashHeldMicros = (long)change.CashHeld,
                TradeHeldMicros = (long)change.TradeHeld,
                Tokens = { change.Tokens.Select(tokens => tokens.ToWire()) },
                Orders = { change.Orders.Select(order => order.ToWire()) },
                Fills = { change.Reports.Where(report => report.Report.Kind == Domain.Orders.ReportKind.Filled).Select(report => report.ToFill(change.Time)) },
            };
            await responses.WriteAsync(new() { Update = update }, cancellation);
            version = change.Version;
        }

        return version;
    }

    private static StatementEntry ToWire(StatementLine line) => new()
    {
        EntryId = $"{line.Version}.{line.Index}",
        EventTime = Wire.ToTimestamp(line.Time),
        Cause = (StatementCause)line.Movement.Cause,
        Reference = line.Movement.Reference,
        ClientOrderId = line.ClientOrderId,
        Legs = { line.Movement.Legs().Select(leg => new StatementLeg { Ledger = leg.Ledger, Asset = leg.Asset, Amount = Wire.ToText(leg.Amount) }) },
    };
}
