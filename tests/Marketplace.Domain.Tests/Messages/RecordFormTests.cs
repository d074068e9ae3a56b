using Marketplace.Domain.Accounts;
using Marketplace.Domain.Instruments;
using Marketplace.Domain.Messages;
using Marketplace.Domain.Orders;
using Marketplace.Domain.Participants;
using Marketplace.Domain.Refusals;
using Marketplace.Domain.Tests.Support;

namespace Marketplace.Domain.Tests.Messages;

/// <summary>The form of records: every kind there is comes back as it was, and what is not well formed is not read as something else.</summary>
public sealed class RecordFormTests
{
    private static readonly string Ann = Streams.Account("ann");
    private static readonly RecordCodec Codec = new(Journal.Serializer);

    [Fact]
    public void Replay_equals_live_with_every_kind_of_event_of_accounts_and_books()
    {
        // The venue compares the state of the live and of the replayed machine after each turn; here it is made sure that every kind was among them.
        var venue = Played();

        var seen = venue.Machines.SelectMany(machine => machine.Records).SelectMany(record => record.Events).Select(happened => happened.GetType()).ToHashSet();
        var missing = typeof(Event).Assembly.GetTypes()
            .Where(type => type.IsSubclassOf(typeof(Event)) && !type.IsAbstract && !type.IsSubclassOf(typeof(EntityEvent)) && !seen.Contains(type));
        Assert.Empty(missing);
        foreach (var machine in venue.Machines)
        {
            machine.RestartFromGenesis();
            machine.RestartFromSnapshot();
        }
    }

    [Fact]
    public void A_record_cut_anywhere_is_no_record()
    {
        foreach (var record in Played().Watched(Ann).Records)
        {
            var bytes = Write(record);
            for (var length = 0; length < bytes.Length; length++)
            {
                Assert.ThrowsAny<Exception>(() => Codec.Read(bytes.AsSpan(0, length)));
            }
        }
    }

    [Fact]
    public void A_form_that_is_not_known_and_bytes_left_over_are_no_record()
    {
        // Time 0, one event: acknowledged, "book/x", up to 7.
        byte[] bytes = [0, 1, 3, 6, .. "book/x"u8, 14];
        Assert.Equal(bytes, Write(new Record(0, [new MessagesAcknowledged("book/x", 7)])));
        Assert.IsType<MessagesAcknowledged>(Codec.Read(bytes).Events.Single());

        Assert.Throws<InvariantBrokenException>(() => Codec.Read([0, 1, 99, 6, .. "book/x"u8, 14]));
        Assert.Throws<InvariantBrokenException>(() => Codec.Read([.. bytes, 0]));
        Assert.Throws<InvariantBrokenException>(() => Codec.Read([0, 0, .. bytes[2..]]));
        Assert.Throws<InvariantBrokenException>(() => Codec.Read([0, 200, 1, .. bytes[2..]]));
    }

    [Fact]
    public void Reports_of_another_instrument_than_the_senders_keep_it()
    {
        var record = new Record(1, [new MessagesReceived("book/x", 1, [new OrderReports("x", [new(ReportKind.Accepted, 1, 2, 3)]), new OrderReports("y", [new(ReportKind.Accepted, 4, 5, 6)])])]);

        var read = (MessagesReceived)Journal.RoundTrip(record).Events.Single();

        Assert.Equal(["x", "y"], read.Messages.Cast<OrderReports>().Select(reports => reports.Instrument));
        Assert.Equal([1, 4], read.Messages.Cast<OrderReports>().Select(reports => reports.Reports.Single().Order));
    }

    private static byte[] Write(Record record)
    {
        var writer = new PackedWriter(16);
        Codec.Write(ref writer, record);
        return writer.Finish();
    }

    private static TestVenue Played()
    {
        var venue = TestVenue.With(1_000_000, "ann", "bob").Open(Participant.Operator, "venue", 0).Credit("bob", TestInstruments.Hour, 100).Credit("bob", TestInstruments.Quarter, 100);
        venue.List(TestInstruments.Quarter with { Id = "fees", TakerBps = 100 }).Credit("bob", TestInstruments.Quarter with { Id = "fees" }, 100);
        foreach (var instrument in new[] { TestInstruments.Hour, TestInstruments.Quarter, TestInstruments.Quarter with { Id = "fees", TakerBps = 100 } })
        {
            venue.Submit("bob", Requests.Ask("b-" + instrument.Id, 6, 100, instrument));
            venue.Submit("ann", Requests.Bid("a-" + instrument.Id, 4, 101, instrument));
            venue.Submit("bob", Requests.Ask("an-order-with-a-longer-id-" + instrument.Id, 1, 300, instrument) with { TimeInForce = TimeInForce.GoodTillDate, ExpiresAtMicros = venue.Now.Plus(9_000_000).Micros });
        }

        venue.Submit("ann", Requests.Bid("s1", 1, 400) with { Type = OrderType.StopLimit, StopPrice = 350 });
        venue.Submit("ann", Requests.Replace("s1", "r0", 2, 401) with { StopPrice = 360 });
        venue.Submit("ann", Requests.Bid("s2", 1, 50));
        venue.Turn(Ann, account => ((Account)account).RequestMassCancel("m1", new CancelScope(), "", ["ann"], 0));
        venue.DeliverAll();
        venue.Turn(Ann, account => ((Account)account).RequestWithdrawal("w1", 10, "bank", 0));
        venue.Turn(Streams.Account("bob"), account => ((Account)account).TransferTokens("t1", "ann", TestInstruments.Hour, 1, 0));
        venue.Tell(Streams.Contract("sup:c"), Ann, new TokensReclaim("x1", TestInstruments.Hour.Id, 1));
        PlaySessions(venue);

        var quarter = Streams.Book(TestInstruments.Quarter.Id);
        var trade = venue.Book(TestInstruments.Quarter).Settlement.Open().First().Sequence;
        venue.Turn(quarter, book => ((OrderBook)book).SettleEarly(new("ann", "e1"), trade, Ann));
        venue.Turn(quarter, book => ((OrderBook)book).SettleEarly(new("ann", "e2"), trade, Ann));
        venue.Turn(Streams.Book("fees"), book => ((OrderBook)book).RunCycle(new("op", "c1")));
        venue.Turn(Streams.Book("fees"), book => ((OrderBook)book).SweepFees(new("op", "f1")));
        return venue.DeliverAll();
    }

    private static void PlaySessions(TestVenue venue)
    {
        var terms = new SessionTerms(true, 3_000_000, 0);
        var held = venue.Turn(Ann, account => ((Account)account).OpenSession("desk-1", terms)).Value!;
        venue.Now = venue.Now.Plus(2_000_000);
        venue.Turn(Ann, account => ((Account)account).KeepSession("desk-1", held.Holder));
        venue.Turn(Ann, account =>
        {
            ((Account)account).EnterThrough("desk-1", held.Holder);
            return ((Account)account).Submit(Requests.Bid("through-the-desk", 1, 10));
        });
        venue.Turn(Ann, account =>
        {
            ((Account)account).BreakSession("desk-1", held.Holder);
            return true;
        });
        venue.Now = venue.Now.Plus(60_000_000);
        venue.Turn(Ann, _ => true);
        venue.DeliverAll();
    }
}
