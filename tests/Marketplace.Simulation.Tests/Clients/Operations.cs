using Marketplace.Domain.Catalog;
using Marketplace.Domain.Instruments;
using Marketplace.Domain.Orders;
using Marketplace.Domain.Settlement;
using Marketplace.Domain.Treasury;
using Marketplace.Simulation.Tests.Machinery;

namespace Marketplace.Simulation.Tests.Clients;

/// <summary>What happens at a venue: first it is set up, one request behind the other, then everybody does what he may, all at once.</summary>
internal sealed class Operations
{
    private const int LargestBatch = 80;

    private readonly Venue _venue;
    private readonly Prng _random;
    private readonly Queue<Func<Call>> _setup = new();
    private Call? _underWay;
    private long _lastId;

    public Operations(Venue venue, Prng random)
    {
        _venue = venue;
        _random = random;
        Orders = new(venue, random);
        SetUp();
    }

    /// <summary>Orders.</summary>
    public OrderOperations Orders { get; }

    /// <summary>Whether the venue is set up.</summary>
    public bool IsSetUp => _setup.Count == 0 && _underWay is not { Heard: null };

    /// <summary>The next thing somebody asks; null when nobody does now.</summary>
    public Call? Next()
    {
        if (_underWay is { Heard: null })
        {
            return null;
        }

        if (_setup.TryDequeue(out var next))
        {
            return _underWay = next();
        }

        var participant = _random.Pick(Population.Everyone);
        return _random.Below(1000) switch
        {
            < 505 => Orders.Place(participant),
            < 515 => Orders.Session(participant),
            < 520 => Orders.MassCancel(participant),
            < 630 => Orders.Cancel(participant),
            < 670 => Orders.Reduce(participant),
            < 770 => Orders.Replace(participant),
            < 800 => Orders.Again(),
            < 820 => Orders.AnotherPayload(),
            < 860 => DeskCalls.Read(Id(), _random.Pick(Population.Streams)),
            < 890 => SettleEarly(),
            < 910 => DeskCalls.Transfer(participant, Id(), _random.Pick(Population.Traders), Entry(), _random.Between(1, 20)),
            < 930 => DeskCalls.Withdraw(participant, Id(), _random.Between(1, 3_000)),
            < 945 => CloseWithdrawal(),
            < 965 => OfContract(_random.Pick(Population.Contracts)),
            < 975 => DeskCalls.RunCycle(Id(), _random.Pick(Population.Instruments)),
            < 982 => DeskCalls.SweepFees(Id(), _random.Pick(Population.Instruments)),
            < 987 => ChangeState(),
            < 993 => Suspend(),
            < 996 => DeskCalls.SetFees(Id(), _random.Pick(Population.Instruments), _random.Below(200), _random.Below(200)),
            _ => DeskCalls.Deposit(Id(), participant, _random.Between(1, 5_000)),
        };
    }

    /// <summary>Orders of one participant that come together.</summary>
    public IReadOnlyList<OrderCall> NextBatch()
    {
        var participant = _random.Pick(Population.Everyone);
        var calls = Enumerable.Range(0, 2 + _random.Below(_random.Chance(100) ? LargestBatch : 7)).Select(_ => _random.Below(10) switch
        {
            < 6 => Orders.Place(participant),
            < 8 => Orders.Cancel(participant),
            _ => Orders.Replace(participant),
        });
        return [.. calls.OfType<OrderCall>()];
    }

    private string Id() => $"q{++_lastId}";

    private Instrument Entry() => EntryOf(_random.Pick(Population.Instruments));

    private Instrument EntryOf(string instrument) => _venue.Now<InstrumentCatalog>(Streams.Catalog).Instruments[instrument];

    private void SetUp()
    {
        _setup.Enqueue(DeskCalls.Begin);
        _setup.Enqueue(DeskCalls.Seed);
        var members = Population.Everyone.Where(participant => participant != Domain.Participants.Participant.Operator).ToArray();
        foreach (var firm in members.Select(Population.FirmOf).Distinct())
        {
            _setup.Enqueue(() => DeskCalls.CreateFirm(Id(), firm));
        }

        foreach (var member in members)
        {
            _setup.Enqueue(() => DeskCalls.CreateParticipant(Id(), member, _random.Chance(200) ? 6 : 60));
            _setup.Enqueue(() => DeskCalls.Deposit(Id(), member, 50_000));
        }

        foreach (var asked in Population.Listed)
        {
            _setup.Enqueue(() => DeskCalls.List(Id(), asked));
        }

        foreach (var instrument in Population.Instruments)
        {
            _setup.Enqueue(() => DeskCalls.SetState(Id(), instrument, InstrumentState.Open));
        }

        foreach (var (supplier, contract) in Population.Suppliers.Zip(Population.Contracts))
        {
            _setup.Enqueue(() => Offer(supplier));
            _setup.Enqueue(() => DeskCalls.Attest(Id(), contract, 300));
            foreach (var instrument in Population.Instruments)
            {
                _setup.Enqueue(() => DeskCalls.Issue(Id(), contract, EntryOf(instrument), 400));
            }
        }

        foreach (var (supplier, instrument, trader) in Population.Suppliers.SelectMany(_ => Population.Instruments, (supplier, instrument) => (supplier, instrument))
            .SelectMany(_ => Population.Traders, (pair, trader) => (pair.supplier, pair.instrument, trader)))
        {
            _setup.Enqueue(() => DeskCalls.Transfer(supplier, Id(), trader, EntryOf(instrument), 30));
        }
    }

    private Call Offer(string supplier) => DeskCalls.Offer(
        supplier, "o1", _venue.Now<InstrumentCatalog>(Streams.Catalog).Accelerators["H100"],
        new(400, "USEAST", Firmness.Firm, Population.Start, Timestamp.FromUtc(new DateTime(2027, 7, 1, 0, 0, 0, DateTimeKind.Utc)), "a site", "notes"));

    private Call? SettleEarly()
    {
        var instrument = _random.Pick(Population.Instruments);
        var matched = _venue.Now<OrderBook>(Streams.Book(instrument)).Settlement.Open().FirstOrDefault(trade => trade.State == TradeState.Matched);
        var account = matched is null || _random.Chance(100) ? Streams.Account(_random.Pick(Population.Traders)) : _random.Chance(500) ? matched.Buyer : matched.Seller;
        return matched is null ? null : DeskCalls.SettleEarly(Id(), instrument, matched.Sequence, account);
    }

    private Call? CloseWithdrawal()
    {
        var pending = _venue.Now<BankDesk>(Streams.Treasury).Pending.Keys.FirstOrDefault();
        return pending is null ? null : DeskCalls.CloseWithdrawal(Id(), pending, _random.Chance(600));
    }

    private Call OfContract(string contract) => _random.Below(6) switch
    {
        0 => DeskCalls.Attest(Id(), contract, _random.Between(100, 400)),
        1 => DeskCalls.WithdrawAttestation(Id(), contract, _random.Between(0, 300)),
        2 => DeskCalls.WithdrawCapacity(Id(), contract, _random.Between(1, 20_000)),
        3 or 4 => DeskCalls.Reclaim(Id(), contract, _random.Pick(Population.Instruments), _random.Between(1, 400)),
        _ => DeskCalls.Issue(Id(), contract, Entry(), _random.Chance(300) ? _random.Between(5_000, 200_000) : _random.Between(1, 900)),
    };

    private Call ChangeState()
    {
        var halted = _venue.Now<InstrumentCatalog>(Streams.Catalog).Instruments.Values.FirstOrDefault(instrument => instrument.State == InstrumentState.Halted);
        return halted is null
            ? DeskCalls.SetState(Id(), _random.Pick(Population.Instruments), InstrumentState.Halted)
            : DeskCalls.SetState(Id(), halted.Id, InstrumentState.Open);
    }

    private Call Suspend()
    {
        var suspended = _venue.Now<Domain.Participants.ParticipantDirectory>(Streams.Directory).Participants.Values.FirstOrDefault(participant => participant.Suspended);
        return suspended is null ? DeskCalls.Suspend(Id(), _random.Pick(Population.Traders), true) : DeskCalls.Suspend(Id(), suspended.Id, false);
    }
}
