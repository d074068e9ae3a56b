using Marketplace.Domain.Accounts;
using Marketplace.Domain.Instruments;
using Marketplace.Domain.Messages;
using Marketplace.Domain.Orders;
using Marketplace.Domain.Participants;
using Marketplace.Domain.Refusals;
using Marketplace.Domain.Units;

namespace Marketplace.Domain.Tests.Support;

/// <summary>Accounts and books under watch whose messages arrive when the test says so. Catalog, directory, bank and contracts are played by the test.</summary>
internal sealed class TestVenue
{
    private readonly SortedDictionary<string, Watched> _machines = new(StringComparer.Ordinal);
    private readonly Dictionary<(string Sender, string Target), long> _told = [];

    /// <summary>The time of the next turn.</summary>
    public Timestamp Now { get; set; } = TestInstruments.Start;

    /// <summary>What books answered to requests, as the participant is told.</summary>
    public Dictionary<(string Participant, RequestKey Key), (RejectReason Refused, OrderView? Order)> Answers { get; } = [];

    public Account Account(string participant) => (Account)_machines[Streams.Account(participant)].Live;

    public OrderBook Book(Instrument instrument) => (OrderBook)_machines[Streams.Book(instrument.Id)].Live;

    public Watched Watched(string stream) => _machines[stream];

    /// <summary>All machines, by stream.</summary>
    public IEnumerable<Watched> Machines => _machines.Values;

    /// <summary>Opens accounts with cash, each a firm of its own, and the two instruments.</summary>
    public static TestVenue With(long micros, params string[] participants)
    {
        var venue = new TestVenue();
        foreach (var participant in participants)
        {
            venue.Open(participant, participant, micros);
        }

        venue.List(TestInstruments.Hour);
        venue.List(TestInstruments.Quarter);
        return venue;
    }

    public TestVenue Open(string participant, string firm, long micros, int maxOpenOrders = 10_000)
    {
        _machines.Add(Streams.Account(participant), new(() => new Account(participant)));
        Stand(participant, firm, suspended: false, maxOpenOrders);
        if (micros > 0)
        {
            Tell(Streams.Treasury, Streams.Account(participant), new DepositPosted("bank-" + participant, micros));
        }

        return this;
    }

    public void Stand(string participant, string firm, bool suspended, int maxOpenOrders = 10_000) => Tell(Streams.Directory, Streams.Account(participant), new AccountStanding(new Participant
    {
        Id = participant,
        Firm = firm,
        Limits = ParticipantLimits.Default with { MaxOpenOrders = maxOpenOrders },
        Suspended = suspended,
        Revision = 1,
    }));

    public TestVenue List(Instrument instrument)
    {
        if (!_machines.ContainsKey(Streams.Book(instrument.Id)))
        {
            _machines.Add(Streams.Book(instrument.Id), new(() => new OrderBook(instrument.Id)));
        }

        Tell(Streams.Catalog, Streams.Book(instrument.Id), new InstrumentListed(instrument));
        return this;
    }

    public TestVenue Credit(string participant, Instrument instrument, long kwh)
    {
        Tell(Streams.Contract("sup:c"), Streams.Account(participant), new TokensCredited(instrument.Id, kwh, "sup:c", issued: true));
        return this;
    }

    /// <summary>A message of a machine that the test plays.</summary>
    public void Tell(string sender, string target, Message message)
    {
        var number = _told[(sender, target)] = _told.GetValueOrDefault((sender, target)) + 1;
        Turn(target, machine => machine.Receive(new Parcel(sender, number, [message], 1, number, Now, false)));
    }

    /// <summary>One turn of a machine; what its record answers is noted.</summary>
    public TResult Turn<TResult>(string stream, Func<Machine, TResult> command)
    {
        var watched = _machines[stream];
        var result = watched.Turn(Now, command);
        if (watched.Live is Account account)
        {
            foreach (var answer in account.Answers)
            {
                Answers[(account.ParticipantId, answer.Key)] = (answer.Refused, answer.Order?.View());
            }
        }

        return result;
    }

    /// <summary>A request at the account, which the book has not seen yet.</summary>
    public Entered Enter(string participant, OrderRequest request) => Turn(Streams.Account(participant), account => ((Account)account).Submit(request));

    /// <summary>A request at the account and all that follows from it.</summary>
    public Entered Submit(string participant, OrderRequest request)
    {
        var entered = Enter(participant, request);
        DeliverAll();
        return entered;
    }

    /// <summary>Delivers one parcel from one machine to another: all that waits.</summary>
    public bool Deliver(string sender, string target)
    {
        var from = _machines[sender].Live;
        var channel = from.Outbox.To(target);
        if (channel.Count == 0)
        {
            return false;
        }

        var upTo = channel.LastPosted;
        if (_machines.ContainsKey(target))
        {
            var parcel = Journal.RoundTrip(new Parcel(sender, channel.AcknowledgedUpTo + 1, channel.After(0, int.MaxValue), 1, 1, from.LastEventTime, false));
            upTo = Turn(target, machine => machine.Receive(parcel));
        }

        Turn(sender, machine =>
        {
            machine.Acknowledge(target, upTo);
            return true;
        });
        return true;
    }

    /// <summary>Delivers until nothing is on its way.</summary>
    public TestVenue DeliverAll()
    {
        while (_machines.Values.SelectMany(machine => machine.Live.Outbox.Channels.Select(channel => (machine.Live.Stream, channel.Target))).ToArray()
            .Count(pair => Deliver(pair.Stream, pair.Target)) > 0)
        {
        }

        return this;
    }

    /// <summary>The answer to a request of a participant.</summary>
    public (RejectReason Refused, OrderView? Order) AnswerTo(string participant, OrderRequest request) => Answers[(participant, request.Key)];
}
