using System.Buffers;
using System.Security.Cryptography;
using Marketplace.Domain.Accounts;
using Marketplace.Domain.Instruments;
using Marketplace.Domain.Messages;
using Marketplace.Domain.Orders;
using Marketplace.Domain.Participants;
using Marketplace.Domain.Tests.Support;
using Marketplace.Domain.Units;
using Orleans.Serialization;

namespace Marketplace.Benchmarks;

/// <summary>
/// Accounts and books that hand each other their parcels as the grains do, on one thread: each turn's record is written with the venue's serializer and kept, each parcel is
/// taken in and its receipt heard, and an answer's order is looked at. No runtime, no network, no disk.
/// </summary>
internal sealed class PathMarket
{
    public const int Traders = 4;

    private const int MaxParcelMessages = 1_000;

    private readonly Serializer _serializer;
    private readonly Machine[] _machines;
    private readonly Dictionary<string, int> _at = new(StringComparer.Ordinal);
    private readonly Queue<(int Sender, Outbox.Channel Channel, Parcel Parcel)> _flights = new();
    private readonly ArrayBufferWriter<byte> _record = new(64 * 1024);
    private readonly byte[] _store;
    private readonly List<(int Machine, int From, int Length)> _records;
    private long _now = Timestamp.FromUtc(new DateTime(2027, 3, 1, 12, 0, 0, DateTimeKind.Utc)).Micros;
    private int _stored;

    /// <summary>A market with room to keep the records of so many orders.</summary>
    public PathMarket(Serializer serializer, int orders)
    {
        _serializer = serializer;
        _store = GC.AllocateUninitializedArray<byte>((orders * 100) + (1024 * 1024));
        _records = new(orders / 4);
        _machines = NewMachines();
        for (var at = 0; at < _machines.Length; at++)
        {
            _at.Add(_machines[at].Stream, at);
        }

        foreach (var instrument in Instruments)
        {
            Tell(Streams.Catalog, Streams.Book(instrument.Id), 1, new InstrumentListed(instrument));
        }

        for (var trader = 0; trader < Traders; trader++)
        {
            Fund(trader);
        }
    }

    /// <summary>Two instruments that settle by cycles and two that settle at once.</summary>
    public static Instrument[] Instruments { get; } = [.. BenchmarkMarket.Periods.Select(period => TestInstruments.Of(period) with { MakerBps = 1, TakerBps = 2 })];

    /// <summary>Answers that were looked at: accepted, or traded at once, and refused.</summary>
    public (long Open, long Ended, long Refused) Answers { get; private set; }

    /// <summary>Orders open in all accounts.</summary>
    public int OpenOrders => _machines.OfType<Account>().Sum(account => account.Orders.Count);

    /// <summary>Bytes of all records.</summary>
    public int RecordBytes => _stored;

    /// <summary>One batch of a trader, and all that follows from it.</summary>
    public void Submit(int trader, ReadOnlySpan<OrderRequest> batch)
    {
        var account = (Account)_machines[trader];
        Begin(trader, default);
        var keys = new RequestKey[batch.Length];
        for (var at = 0; at < batch.Length; at++)
        {
            keys[at] = batch[at].Key;
        }

        account.Expect(batch, keys);
        for (var at = 0; at < batch.Length; at++)
        {
            if (account.Submit(batch[at], keys[at], this, at) is { Entry: not Entry.Entered } entered)
            {
                throw new InvalidOperationException($"An order was not entered: {entered.Refusal.Reason}.");
            }
        }

        End(trader);
        DeliverAll();
    }

    /// <summary>The records again, from their bytes, into new machines.</summary>
    public Machine[] Replay()
    {
        var machines = NewMachines();
        foreach (var (machine, from, length) in _records)
        {
            machines[machine].Replay(_serializer.Deserialize<Record>(_store.AsMemory(from, length))!);
        }

        return machines;
    }

    /// <summary>Throws unless machines are in the same states as the ones that took the turns.</summary>
    public void Check(Machine[] replayed)
    {
        for (var at = 0; at < _machines.Length; at++)
        {
            if (!Hash(_machines[at]).AsSpan().SequenceEqual(Hash(replayed[at])))
            {
                throw new InvalidOperationException($"{_machines[at].Stream} is not what its records say.");
            }
        }
    }

    private static string NameOf(int trader) => $"trader-{trader}";

    private static Machine[] NewMachines() =>
        [.. Enumerable.Range(0, Traders).Select(trader => new Account(NameOf(trader))), .. Instruments.Select(instrument => new OrderBook(instrument.Id) { Watched = false })];

    private void Fund(int trader)
    {
        var stream = Streams.Account(NameOf(trader));
        Tell(Streams.Directory, stream, 1, new AccountStanding(new Participant
        {
            Id = NameOf(trader),
            Firm = "firm-" + NameOf(trader),
            Limits = ParticipantLimits.Default with { MaxOpenOrders = 4_000_000 },
            Suspended = false,
            Revision = 1,
        }));
        Tell(Streams.Treasury, stream, 1, new DepositPosted("wire", 500_000_000_000_000_000));
        for (var at = 0; at < Instruments.Length; at++)
        {
            Tell(Streams.Contract(NameOf(trader)), stream, at + 1, new TokensCredited(Instruments[at].Id, 1_000_000_000, NameOf(trader), issued: true));
        }
    }

    private void Tell(string sender, string target, long number, Message message) =>
        Receive(_at[target], new Parcel(sender, number, [message], 1, number, new(_now), false));

    private long Receive(int at, Parcel parcel)
    {
        Begin(at, parcel.SentAt);
        var upTo = _machines[at].Receive(parcel);
        End(at);
        return upTo;
    }

    private void Begin(int at, Timestamp sentAt)
    {
        if (_machines[at] is Account account)
        {
            account.Changes.Watched = AccountWatch.Reports;
        }

        _machines[at].BeginTurn(Timestamp.Later(new(_now++), sentAt));
    }

    private void End(int at)
    {
        if (_machines[at].EndTurn() is { } record)
        {
            _record.ResetWrittenCount();
            _serializer.Serialize(record, _record);
            _record.WrittenSpan.CopyTo(_store.AsSpan(_stored));
            _records.Add((at, _stored, _record.WrittenCount));
            _stored += _record.WrittenCount;
            foreach (var channel in _machines[at].Outbox.TakeFresh())
            {
                Send(at, channel);
            }
        }

        if (_machines[at] is Account account)
        {
            foreach (var answer in account.Answers)
            {
                Answers = answer.Refused != Domain.Refusals.RejectReason.None ? Answers with { Refused = Answers.Refused + 1 }
                    : answer.Order is { Status: OrderStatus.Open } ? Answers with { Open = Answers.Open + 1 }
                    : Answers with { Ended = Answers.Ended + 1 };
            }
        }
    }

    private void Send(int at, Outbox.Channel channel)
    {
        if (_at.ContainsKey(channel.Target) && _machines[at].NextParcel(channel, 1, 1, durable: false, MaxParcelMessages) is { } parcel)
        {
            _flights.Enqueue((at, channel, parcel));
        }
    }

    private void DeliverAll()
    {
        while (_flights.TryDequeue(out var flight))
        {
            var upTo = Receive(_at[flight.Channel.Target], flight.Parcel);
            _machines[flight.Sender].Outbox.Received(flight.Channel, upTo);
            flight.Channel.InFlight = false;
            Send(flight.Sender, flight.Channel);
        }
    }

    private byte[] Hash(Machine machine)
    {
        var bytes = new ArrayBufferWriter<byte>();
        machine.Write(new StateWriter(bytes, _serializer));
        return SHA256.HashData(bytes.WrittenSpan);
    }
}
