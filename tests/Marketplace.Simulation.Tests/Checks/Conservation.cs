using Marketplace.Domain.Accounts;
using Marketplace.Domain.Capacity;
using Marketplace.Domain.Orders;
using Marketplace.Domain.Treasury;
using Marketplace.Simulation.Tests.Clients;

namespace Marketplace.Simulation.Tests.Checks;

/// <summary>
/// M1 and T1 at a cut: what accounts, fees and messages under way hold is what came in less what went out. Sums are kept, and made anew only for the machines that were touched.
/// </summary>
/// <param name="cut">What the cut is called.</param>
/// <param name="machineOf">The machine of a stream, by the stream's place, as it is in this cut.</param>
internal sealed class Conservation(string cut, Func<int, Machine> machineOf)
{
    private static readonly int Streams = Population.Streams.Length;
    private static readonly Dictionary<string, int> PlaceOf = Population.Streams.Select((stream, place) => (stream, place)).ToDictionary(pair => pair.stream, pair => pair.place, StringComparer.Ordinal);

    private readonly Amounts[] _own = Enumerable.Range(0, Streams).Select(_ => new Amounts()).ToArray();
    private readonly Underway?[,] _underway = new Underway?[Streams, Streams];
    private readonly HashSet<int> _touched = [.. Enumerable.Range(0, Streams)];
    private readonly Amounts _sum = new();

    /// <summary>Messages with cash that are under way.</summary>
    public int CashInTransit { get; private set; }

    /// <summary>Messages with tokens that are under way.</summary>
    public int TokensInTransit { get; private set; }

    /// <summary>A machine has changed.</summary>
    public void Touch(string stream) => _touched.Add(PlaceOf[stream]);

    /// <summary>Makes the sums of what was touched anew: they must all be zero.</summary>
    public void Check()
    {
        foreach (var place in _touched)
        {
            var machine = machineOf(place);
            _sum.Take(_own[place]);
            _own[place].Clear();
            AddOwn(machine, _own[place]);
            _sum.Add(_own[place]);
            Rechannel(place, machine);
            for (var other = 0; other < Streams; other++)
            {
                Recount(place, other);
                Recount(other, place);
            }
        }

        _touched.Clear();
        Violation.Unless(_sum.Cash == 0, "M1", $"cash is off by {_sum.Cash} micro-dollars in the {cut} cut");
        for (var instrument = 0; instrument < Population.Instruments.Length; instrument++)
        {
            Violation.Unless(_sum.Tokens[instrument] == 0, "T1", $"tokens of {Population.Instruments[instrument]} are off by {_sum.Tokens[instrument]} kWh in the {cut} cut");
        }
    }

    private static void AddOwn(Machine machine, Amounts own)
    {
        switch (machine)
        {
            case Account account:
                own.Cash = account.CashAvailable + account.CashHeld;
                foreach (var (instrument, tokens) in account.Tokens)
                {
                    own.AddTokens(instrument, (Int128)tokens.Available + tokens.Held);
                }

                break;
            case OrderBook book:
                own.Cash = book.Settlement.FeesMicros;
                break;
            case BankDesk bank:
                own.Cash = bank.PaidMicros - bank.DepositsMicros;
                break;
            case ContractDesk { Contract: { } contract }:
                foreach (var line in contract.Issued)
                {
                    own.AddTokens(line.Instrument, -line.OutstandingKwh);
                }

                break;
        }
    }

    /// <summary>Takes up the channels a machine has now: one that lost its last records may have fewer than before.</summary>
    private void Rechannel(int sender, Machine machine)
    {
        for (var target = 0; target < Streams; target++)
        {
            _underway[sender, target]?.Channel = null;
        }

        foreach (var channel in machine.Outbox.Channels)
        {
            (_underway[sender, PlaceOf[channel.Target]] ??= new()).Channel = channel;
        }
    }

    private void Recount(int sender, int target)
    {
        if (_underway[sender, target] is not { } underway)
        {
            return;
        }

        _sum.Take(underway.Amounts);
        CashInTransit -= underway.WithCash;
        TokensInTransit -= underway.WithTokens;
        underway.Count(machineOf(target).Inbox.LastFrom(Population.Streams[sender]));
        _sum.Add(underway.Amounts);
        CashInTransit += underway.WithCash;
        TokensInTransit += underway.WithTokens;
    }

    /// <summary>Cash, and tokens by instrument.</summary>
    private sealed class Amounts
    {
        public Int128 Cash;
        public readonly Int128[] Tokens = new Int128[Population.Instruments.Length];

        public void AddTokens(string instrument, Int128 kwh) => Tokens[Array.IndexOf(Population.Instruments, instrument)] += kwh;

        public void Clear()
        {
            Cash = 0;
            Array.Clear(Tokens);
        }

        public void Add(Amounts other)
        {
            Cash += other.Cash;
            for (var at = 0; at < Tokens.Length; at++)
            {
                Tokens[at] += other.Tokens[at];
            }
        }

        public void Take(Amounts other)
        {
            Cash -= other.Cash;
            for (var at = 0; at < Tokens.Length; at++)
            {
                Tokens[at] -= other.Tokens[at];
            }
        }
    }

    /// <summary>The messages of one pair that are sent and not received.</summary>
    private sealed class Underway
    {
        public Outbox.Channel? Channel;
        public readonly Amounts Amounts = new();
        public int WithCash;
        public int WithTokens;

        public void Count(long received)
        {
            Amounts.Clear();
            WithCash = 0;
            WithTokens = 0;
            if (Channel is null || received >= Channel.LastPosted)
            {
                return;
            }

            foreach (var message in Channel.After(received, int.MaxValue))
            {
                var cash = message.CashInTransitMicros;
                Amounts.Cash += cash;
                WithCash += cash == 0 ? 0 : 1;
                foreach (var (instrument, kwh) in message.TokensInTransit)
                {
                    Amounts.AddTokens(instrument, kwh);
                    WithTokens++;
                }
            }
        }
    }
}
