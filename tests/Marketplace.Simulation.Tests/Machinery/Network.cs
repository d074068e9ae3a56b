using Marketplace.Simulation.Tests.Checks;

namespace Marketplace.Simulation.Tests.Machinery;

/// <summary>
/// What is under way between machines. Calls of different pairs overtake each other; any may be late, be lost on the way there or back, or arrive once more.
/// </summary>
internal sealed class Network(Venue venue)
{
    private const int TogetherPerMille = 300;

    private readonly List<Flight> _flights = [];

    /// <summary>Calls under way.</summary>
    public int Count => _flights.Count;

    /// <summary>A parcel leaves.</summary>
    public void Send(HostedMachine sender, Outbox.Channel channel, Parcel parcel) => _flights.Add(new(sender, channel, parcel, venue.Machine(channel.Target)));

    /// <summary>Moves one call on, if any can; with faults, it may go wrong.</summary>
    public bool Step(Prng random, bool faults)
    {
        var start = _flights.Count == 0 ? 0 : random.Below(_flights.Count);
        for (var tried = 0; tried < _flights.Count; tried++)
        {
            var at = (start + tried) % _flights.Count;
            if (_flights[at].CanMove || (_flights[at].Stage == FlightStage.NotYet && !_flights[at].IsHeard))
            {
                var flight = _flights[at];
                _flights[at] = _flights[^1];
                _flights.RemoveAt(_flights.Count - 1);
                Move(flight, random, faults);
                return true;
            }
        }

        return false;
    }

    /// <summary>One turn of a machine that takes in all that has come for it, and then does a work.</summary>
    public TResult TakeInAll<TResult>(HostedMachine target, Prng random, Func<Machine, TResult> command)
    {
        List<Flight> taken = [];
        AdmitAll(target, taken, random, faults: true);
        return TakeIn(target, taken, command);
    }

    /// <summary>A process is gone: what was inside it is lost, what left it or was bound for it is not.</summary>
    public void Crashed(Process process, Prng random)
    {
        foreach (var flight in _flights.ToArray())
        {
            var lost = flight.Stage switch
            {
                FlightStage.Parcel => flight.Sender.Process == process && (flight.IsWithinOneProcess || random.Chance(500)),
                FlightStage.NotYet => flight.Sender.Process == process,
                _ => flight.Sender.Process == process || (flight.Target.Process == process && !flight.CanMove),
            };
            if (lost)
            {
                _flights.Remove(flight);
                if (flight.Sender.Process != process)
                {
                    Fail(flight);
                }
            }
        }
    }

    private void Move(Flight flight, Prng random, bool faults)
    {
        switch (flight.Stage)
        {
            case FlightStage.Parcel:
                Arrive(flight, random, faults);
                break;
            case FlightStage.NotYet when flight.IsHeard:
                flight.Parcel = flight.Parcel with { Durable = true };
                flight.Stage = FlightStage.Parcel;
                _flights.Add(flight);
                break;
            case FlightStage.Receipt when faults && random.Chance(40):
                venue.Rare.Count(RareEvent.ReceiptLost);
                Fail(flight);
                break;
            case FlightStage.Receipt when flight.IsHeard:
                flight.Sender.Hear(flight.Channel, flight.Receipt, flight.IsWithinOneProcess);
                break;
        }
    }

    private void Arrive(Flight flight, Prng random, bool faults)
    {
        List<Flight> taken = [];
        Admit(flight, taken, random, faults);
        if (random.Chance(TogetherPerMille))
        {
            AdmitAll(flight.Target, taken, random, faults);
        }

        TakeIn(flight.Target, taken, _ => true);
    }

    private void AdmitAll(HostedMachine target, List<Flight> taken, Prng random, bool faults)
    {
        foreach (var flight in _flights.Where(flight => flight.Stage == FlightStage.Parcel && flight.Target == target).ToArray())
        {
            _flights.Remove(flight);
            Admit(flight, taken, random, faults);
        }
    }

    private void Admit(Flight flight, List<Flight> taken, Prng random, bool faults)
    {
        if (faults && random.Chance(30))
        {
            venue.Rare.Count(RareEvent.ParcelLost);
            Fail(flight);
            return;
        }

        if (!flight.Parcel.CanBeTakenBy(flight.Target.Process.Log.Number))
        {
            venue.Rare.Count(RareEvent.NotYet);
            flight.Stage = FlightStage.NotYet;
            _flights.Add(flight);
            return;
        }

        if (faults && random.Chance(30))
        {
            _flights.Add(new(flight.Sender, flight.Channel, flight.Parcel, flight.Target) { IsEcho = true });
        }

        taken.Add(flight);
    }

    private TResult TakeIn<TResult>(HostedMachine target, List<Flight> taken, Func<Machine, TResult> command)
    {
        venue.Rare.CountIf(taken.Count > 1, RareEvent.ParcelsTakenTogether);
        var (receipts, result) = target.Receive([.. taken.Select(flight => flight.Parcel)], command);
        for (var at = 0; at < taken.Count; at++)
        {
            var flight = taken[at];
            flight.Receipt = receipts[at];
            if (!flight.IsEcho)
            {
                flight.Stage = FlightStage.Receipt;
                _flights.Add(flight);
            }
        }

        return result;
    }

    private static void Fail(Flight flight)
    {
        if (flight.IsHeard)
        {
            flight.Sender.Ended(flight.Channel);
        }
    }
}
