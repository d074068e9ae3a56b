using Marketplace.Domain.Messages;
using Marketplace.Domain.Units;

namespace Marketplace.Domain.Tests.Support;

/// <summary>One machine under watch, asked directly: for the desks, whose fellows the test plays.</summary>
internal sealed class WatchedDesk<TMachine>(Func<TMachine> make)
    where TMachine : Machine
{
    private readonly Dictionary<string, long> _told = [];

    /// <summary>The time of the next turn.</summary>
    public Timestamp Now { get; set; } = TestInstruments.Start;

    public Watched Watched { get; } = new(make);

    public TMachine Machine => (TMachine)Watched.Live;

    /// <summary>One turn.</summary>
    public TResult Ask<TResult>(Func<TMachine, TResult> command) => Watched.Turn(Now, machine => command((TMachine)machine));

    /// <summary>A message of a machine the test plays.</summary>
    public void Tell(string sender, Message message)
    {
        var number = _told[sender] = _told.GetValueOrDefault(sender) + 1;
        Ask(machine => machine.Receive(new Parcel(sender, number, [message], 1, number, Now, false)));
    }

    /// <summary>All that was said to a target and not acknowledged.</summary>
    public Message[] SaidTo(string target) => Machine.Outbox.To(target).After(0, int.MaxValue);
}
