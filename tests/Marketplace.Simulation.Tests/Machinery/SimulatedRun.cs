using Marketplace.Domain.Accounts;
using Marketplace.Domain.Orders;
using Marketplace.Domain.Treasury;
using Marketplace.Simulation.Tests.Checks;
using Marketplace.Simulation.Tests.Clients;
using Marketplace.Simulation.Tests.Tampering;

namespace Marketplace.Simulation.Tests.Machinery;

/// <summary>What came of a run.</summary>
internal readonly record struct RunOutcome(ulong Hash, int Steps, long Records, int Trades, RareEvents Rare);

/// <summary>One seed: a venue under a scheduler that may do anything next, until so many operations were asked for; then all faults end, and everything must come to rest.</summary>
internal sealed class SimulatedRun
{
    private const int MostOutstanding = 30;
    private const int MostStepsToRest = 200_000;

    private readonly Prng _random;
    private readonly Venue _venue;
    private readonly Operations _operations;
    private readonly int _crashes;
    private readonly int _flushes;
    private int _steps;

    private SimulatedRun(ulong seed, Tamper tamper)
    {
        _random = new(seed);
        var processes = 1 + (int)(seed % 2);
        _venue = new(processes, _random.Between(-500_000, 500_000), _random.Pick([1, 3, 1_000]), tamper);
        _operations = new(_venue, _random);
        _crashes = _random.Pick([0, 1, 2, 3]);
        _flushes = _random.Pick([30, 80, 200]);
    }

    /// <summary>Runs a seed; throws a <see cref="Violation"/>, or the machine's own <see cref="InvariantBrokenException"/>, where the venue is not what it must be.</summary>
    public static RunOutcome Of(ulong seed, int operations, Tamper? tamper = null)
    {
        var run = new SimulatedRun(seed, tamper ?? new Tamper());
        run.Work(operations);
        run.Rest();
        return run.Outcome();
    }

    private void Work(int operations)
    {
        while (operations > 0 || !_operations.IsSetUp)
        {
            var asks = _venue.Clients.Outstanding < MostOutstanding;
            if (asks && _operations.IsSetUp && _random.Chance(15) && _operations.NextBatch() is { Count: > 0 } batch)
            {
                operations -= batch.Count;
                _venue.Clients.SendTogether(batch, _random);
            }
            else if (asks && _random.Chance(220) && _operations.Next() is { } call)
            {
                operations -= _operations.IsSetUp ? 1 : 0;
                _venue.Clients.Send(call);
            }
            else
            {
                Step();
            }

            _steps++;
            _venue.CheckStep();
        }
    }

    private void Step()
    {
        var choice = _random.Below(1000);
        if ((choice -= _crashes) < 0)
        {
            _venue.Crash(_random.Pick(_venue.Processes), _random);
        }
        else if ((choice -= 5) < 0)
        {
            _venue.Reactivate(_random.Pick(_venue.All), _random);
        }
        else if ((choice -= _flushes) < 0)
        {
            Flush(_random.Pick(_venue.Processes));
        }
        else if ((choice -= 30) < 0)
        {
            _venue.Advance(_random.Chance(20) ? 900 * Timestamp.MicrosPerSecond : _random.Between(0, 150) * Timestamp.MicrosPerSecond);
        }
        else if ((choice -= 30) < 0)
        {
            Wake();
        }
        else if ((choice -= 30) < 0)
        {
            _random.Pick(_venue.All).Sweep();
        }
        else if ((choice -= 60) < 0)
        {
            _venue.Clients.SendAgain(_random);
        }
        else if ((choice -= 200) < 0)
        {
            _venue.Clients.Step(_random, faults: true);
        }
        else
        {
            _venue.Network.Step(_random, faults: true);
        }
    }

    private void Flush(Process process)
    {
        var log = process.Log;
        _venue.Flush(process, _random.Chance(700) ? log.Queued : _random.Between(log.Durable, log.Queued));
        if (_random.Chance(400))
        {
            _random.Pick(_venue.All).History.TakeSnapshot();
        }
    }

    private void Wake()
    {
        foreach (var machine in _venue.All)
        {
            if (machine.Machine.NextWake <= _venue.ClockOf(machine.Process))
            {
                machine.Turn(_ => true);
                return;
            }
        }
    }

    /// <summary>The last fault is over: everything is answered, cancelled, settled and paid, and nothing is stuck.</summary>
    private void Rest()
    {
        Quieten();
        foreach (var account in _venue.All.Select(machine => machine.Machine).OfType<Account>().ToArray())
        {
            foreach (var order in account.Orders.OrderBy(order => order.Terms.Order).ToArray())
            {
                _venue.Clients.Send(_operations.Orders.CancelOf(account.ParticipantId, order.Id));
            }
        }

        foreach (var withdrawal in _venue.Now<BankDesk>(Streams.Treasury).Pending.Keys.ToArray())
        {
            _venue.Clients.Send(DeskCalls.CloseWithdrawal("last-" + withdrawal.Replace('/', '-'), withdrawal, paid: false));
        }

        _venue.Advance(TradeSettlementRest);
        Quieten();
        CheckRest();
    }

    private static long TradeSettlementRest => Domain.Settlement.TradeSettlement.CycleMicros;

    private void Quieten()
    {
        for (var most = _steps + MostStepsToRest; ; _steps++)
        {
            Violation.Unless(_steps < most, "L1", "the venue does not come to rest");
            var moved = _venue.Network.Step(_random, faults: false) || _venue.Clients.Step(_random, faults: false) || _venue.Clients.SendAgain(_random);
            _venue.CheckStep();
            if (!moved && !FlushAndSweep())
            {
                return;
            }
        }
    }

    private bool FlushAndSweep()
    {
        foreach (var machine in _venue.All)
        {
            machine.Sweep();
            machine.Turn(_ => true);
        }

        _venue.CheckStep();
        var moved = false;
        foreach (var process in _venue.Processes)
        {
            moved |= process.Log.Queued > process.Log.Durable;
            _venue.Flush(process, process.Log.Queued);
        }

        return moved;
    }

    private void CheckRest()
    {
        Violation.Unless(_venue.Clients.Outstanding == 0 && _venue.Network.Count == 0, "L1", "a call is stuck");
        foreach (var machine in _venue.All.Select(hosted => hosted.Machine))
        {
            Violation.Unless(machine.Outbox.Count == 0, "L1", $"{machine.Stream} has messages that nobody took");
            switch (machine)
            {
                case Account account:
                    Violation.Unless(account.Orders.Count == 0 && account.CashHeld == 0 && account.Tokens.Values.All(tokens => tokens.Held == 0), "M4", $"{account.ParticipantId} holds something for nothing");
                    Violation.Unless(!account.HasMoreToCancel, "L1", $"{account.ParticipantId} has a mass cancel that does not end");
                    MachineChecks.CheckHolds(account, exactly: true);
                    break;
                case OrderBook book:
                    Violation.Unless(book.RestingOrders == 0 && book.Settlement.Unsettled == 0, "L1", $"{book.InstrumentId} has something stuck");
                    break;
            }
        }

        _venue.Auditor.CheckAllSettled();
    }

    /// <summary>Every stream as its records alone make it, and a hash of it all.</summary>
    private RunOutcome Outcome()
    {
        var hash = _venue.Auditor.Hash;
        foreach (var machine in _venue.All)
        {
            var state = JournalForm.StateOf(machine.Machine);
            Violation.Unless(machine.History.ReplicaState.AsSpan().SequenceEqual(state), "J2", $"{machine.History.Name} replayed is not what it was live");
            hash = JournalForm.Hash(hash, state);
        }

        return new(hash, _steps, _venue.Processes.Sum(process => process.Log.Durable), _venue.Auditor.Trades, _venue.Rare);
    }
}
