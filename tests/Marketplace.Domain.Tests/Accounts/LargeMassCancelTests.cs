using Marketplace.Domain.Accounts;
using Marketplace.Domain.Instruments;
using Marketplace.Domain.Messages;
using Marketplace.Domain.Orders;
using Marketplace.Domain.Participants;
using Marketplace.Domain.Refusals;
using Marketplace.Domain.Tests.Support;

namespace Marketplace.Domain.Tests.Accounts;

/// <summary>A mass cancel of a hundred thousand orders in two books. The machines run bare, because being watched costs the whole state at each turn.</summary>
public sealed class LargeMassCancelTests
{
    private const int Many = 100_000;
    private const int Entered = 5_000;

    // As much as a parcel carries between grains.
    private const int MostWeight = 1_000;

    private readonly Account _account = new("ann");
    private readonly Dictionary<string, OrderBook> _books = new(StringComparer.Ordinal);
    private readonly List<Record> _records = [];
    private readonly Dictionary<string, int> _largest = new(StringComparer.Ordinal);

    [Fact]
    public void A_hundred_thousand_orders_are_cancelled_in_slices_and_the_report_counts_each_once()
    {
        Instrument[] instruments = [TestInstruments.Hour, TestInstruments.Quarter];
        foreach (var instrument in instruments)
        {
            var book = new OrderBook(instrument.Id);
            _books.Add(book.Stream, book);
            Take(book, Streams.Catalog, new InstrumentListed(instrument));
        }

        Take(_account, Streams.Directory, new AccountStanding(new Participant
        {
            Id = "ann",
            Firm = "ann",
            Limits = ParticipantLimits.Default with { MaxOpenOrders = Many },
            Suspended = false,
            Revision = 1,
        }));
        Take(_account, Streams.Treasury, new DepositPosted("wire-1", 100L * Many));
        for (var first = 0; first < Many; first += Entered)
        {
            Turn(_account, account =>
            {
                for (var order = first; order < first + Entered; order++)
                {
                    Assert.Equal(RejectReason.None, account.Submit(Requests.Bid($"a{order}", 1, 1 + (order % 50), instruments[order % 2])).Refusal.Reason);
                }
            });
            Deliver();
        }

        Assert.Equal((Many, Many), (_account.Orders.Count, _books.Values.Sum(book => book.RestingOrders)));

        _largest.Clear();
        Turn(_account, account => Assert.True(account.RequestMassCancel("r1", new CancelScope(), "", ["ann"], 0).Ok));
        for (var turn = 0; turn < 20; turn++)
        {
            // The account is due at once, whatever it waits for from its books.
            Assert.Equal(_account.LastEventTime, _account.NextWake);
            Turn(_account, _ => { });
        }

        // The rest with what its books answer meanwhile: each turn goes on with a slice.
        Deliver();

        Assert.False(_account.HasMoreToCancel);
        Assert.Equal(Enumerable.Repeat(Account.MaxSlice, Many / Account.MaxSlice), _records.SelectMany(record => record.Events).OfType<MassCancelSliced>().Select(sliced => sliced.Cancels));
        Assert.Equal((0, 0), (_account.Orders.Count, _books.Values.Sum(book => book.RestingOrders)));
        Assert.Equal((100L * Many, 0), ((long)_account.CashAvailable, (long)_account.CashHeld));
        Assert.All(_largest.Values, weight => Assert.InRange(weight, 1, MostWeight));
        Assert.True(_account.Remembers(Account.KeyOfMassCancel("ann", _account.VersionOf("r1")), out var remembered));
        var report = MassCancelReport.Fold(
            "ann", _account.VersionOf("r1"), _records.Skip((int)remembered.Version - 1).Take((int)(remembered.OutcomeVersion - remembered.Version + 1)));
        Assert.Equal((Many, 0, Many, MassCancelReport.MostOrders), (report.Cancelled, report.Ended, (int)report.CancelledKwh, report.Orders.Length));
    }

    private void Turn(Account account, Action<Account> command)
    {
        account.BeginTurn(TestInstruments.Start);
        command(account);
        Ended(account);
    }

    private void Take(Machine machine, string sender, Message message)
    {
        machine.BeginTurn(TestInstruments.Start);
        machine.Receive(new Parcel(sender, 1, [message], 1, 1, TestInstruments.Start, false));
        Ended(machine);
    }

    private void Ended(Machine machine)
    {
        if (machine.EndTurn() is { } record && machine == _account)
        {
            _records.Add(record);
        }
    }

    /// <summary>Until nothing is on its way, one parcel of bounded weight at a time.</summary>
    private void Deliver()
    {
        Machine[] machines = [_account, .. _books.Values];
        while (machines.Count(machine => machine.Outbox.Unacknowledged.ToArray().Count(channel => Deliver(machine, channel)) > 0) > 0)
        {
        }
    }

    private bool Deliver(Machine sender, Outbox.Channel channel)
    {
        if (sender.NextParcel(channel, 1, 1, durable: false, MostWeight) is not { } parcel)
        {
            return false;
        }

        Machine target = channel.Target == _account.Stream ? _account : _books[channel.Target];
        _largest[channel.Target] = Math.Max(_largest.GetValueOrDefault(channel.Target), parcel.Messages.Sum(message => message.Weight));
        target.BeginTurn(TestInstruments.Start);
        var upTo = target.Receive(parcel);
        Ended(target);
        channel.InFlight = false;
        sender.BeginTurn(TestInstruments.Start);
        sender.Acknowledge(channel.Target, upTo);
        Ended(sender);
        return true;
    }
}
