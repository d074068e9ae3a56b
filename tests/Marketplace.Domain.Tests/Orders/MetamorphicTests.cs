using CsCheck;
using Marketplace.Domain.Instruments;
using Marketplace.Domain.Orders;

namespace Marketplace.Domain.Tests.Orders;

/// <summary>What must not matter does not: the same commands at other prices, by other parties, or with others' orders far away, come to the same.</summary>
public sealed class MetamorphicTests
{
    /// <summary>One command: who, about which of its orders, and numbers that choose the terms.</summary>
    private readonly record struct Asked(int Party, int Kind, int Order, long Price, long Quantity, int Choice);

    /// <summary>What happened, but for numbers and sequences.</summary>
    private readonly record struct Outcome(
        BookEventKind Kind, Side Side, int Party, long Order, int MakerParty, long MakerOrder, long Price, long Quantity, long Open, long Release, long MakerRelease, Domain.Refusals.RejectReason Reason);

    private static readonly Gen<Asked[]> Commands = Gen.Select(
        Gen.Int[0, 3], Gen.Int[0, 9], Gen.Int[0, 9], Gen.Long[95, 115], Gen.Long[1, 30], Gen.Int[0, 99_999], (a, b, c, d, e, f) => new Asked(a, b, c, d, e, f)).Array[1, 150];

    [Fact]
    public void Scaled_prices_give_scaled_outcomes() => Gen.Select(Commands, Gen.Long[2, 1_000]).Sample((commands, scale) =>
    {
        var outcomes = Play(commands, [0, 1, 2, 3]);
        var scaled = Play(commands, [0, 1, 2, 3], scale);

        Assert.Equal(outcomes.Select(outcome => outcome with
        {
            Price = outcome.Price * scale,
            Release = outcome.Side == Side.Bid ? outcome.Release * scale : outcome.Release,
            MakerRelease = outcome.Side == Side.Ask ? outcome.MakerRelease * scale : outcome.MakerRelease,
        }), scaled);
    }, iter: 150);

    [Fact]
    public void Parties_under_other_names_fare_the_same() => Commands.Sample(commands =>
    {
        int[] renamed = [2, 3, 1, 0];

        Assert.Equal(
            Play(commands, [0, 1, 2, 3]).Select(outcome => outcome with
            {
                Party = renamed[outcome.Party],
                MakerParty = outcome.MakerParty < 0 ? -1 : renamed[outcome.MakerParty],
            }),
            Play(commands, renamed));
    }, iter: 150);

    [Fact]
    public void Orders_far_away_change_nothing_else() => Commands.Sample(commands =>
        Assert.Equal(Play(commands, [0, 1, 2, 3]), Play(commands, [0, 1, 2, 3], farAway: true)), iter: 150);

    private static List<Outcome> Play(Asked[] commands, int[] parties, long scale = 1, bool farAway = false)
    {
        var book = new LimitOrderBook();
        for (var index = 0; index < 4; index++)
        {
            // The first two are one firm, under whatever index they go.
            var who = Array.IndexOf(parties, index);
            book.AddParty(who < 2 ? 0 : who);
        }

        var far = book.AddParty(9);
        var outcomes = new List<Outcome>();
        for (var at = 0; at < commands.Length; at++)
        {
            if (farAway)
            {
                book.Execute(far, new OrderCommand(
                    CommandKind.Place, at + 1, at % 2 == 0 ? Side.Bid : Side.Ask, at % 3 == 0 ? OrderType.StopLimit : OrderType.Limit, TimeInForce.GoodTillCancelled, SelfTrade: SelfTradeMode.None,
                    Price: at % 2 == 0 ? 1 + (at % 50) : 1_000 + at, Quantity: 5, StopPrice: at % 3 != 0 ? 0 : at % 2 == 0 ? 5_000 : 1));
                book.ClearEvents();
            }

            book.SetTime(at / 3);
            while (book.ExpireFirst())
            {
            }

            book.Execute(parties[commands[at].Party], Command(commands[at], at, scale));
            while (book.ActTriggered())
            {
            }

            foreach (ref readonly var happened in book.Events)
            {
                outcomes.Add(OutcomeOf(happened, parties[commands[at].Party]));
            }

            book.ClearEvents();
        }

        return outcomes;
    }

    private static OrderCommand Command(in Asked asked, int at, long scale)
    {
        var side = asked.Choice % 2 == 0 ? Side.Bid : Side.Ask;
        if (asked.Kind < 7)
        {
            var type = (OrderType)(1 + (asked.Choice / 2 % 4));
            var force = (TimeInForce)(1 + (asked.Choice / 8 % 4));
            var plain = type is OrderType.Limit or OrderType.StopLimit && force is TimeInForce.GoodTillCancelled or TimeInForce.GoodTillDate;
            return new(
                CommandKind.Place, 1 + at, side, type, force, plain && asked.Choice / 32 % 4 == 0, (SelfTradeMode)(1 + (asked.Choice / 128 % 6)), asked.Price * scale, asked.Quantity,
                force == TimeInForce.GoodTillDate && type != OrderType.Market ? (at / 3) + 1 + (asked.Choice % 20) : 0,
                DisplayKwh: plain && asked.Choice / 768 % 3 == 0 ? 1 + (asked.Quantity / 3) : 0,
                StopPrice: type is OrderType.Stop or OrderType.StopLimit ? (95 + (asked.Choice / 2304 % 21)) * scale : 0);
        }

        var order = Math.Max(1, at - asked.Order);
        return asked.Kind switch
        {
            7 => new(CommandKind.Cancel, order, side),
            8 => new(CommandKind.Reduce, order, side, Quantity: asked.Quantity / 3),
            _ => new(CommandKind.Replace, order, side, Price: asked.Price * scale, Quantity: asked.Quantity, ExtraHold: 100_000 * scale),
        };
    }

    private static Outcome OutcomeOf(in OrderEvent happened, int party)
    {
        if (happened.Kind == BookEventKind.Refused)
        {
            return new(happened.Kind, Side.Unspecified, party, 0, -1, 0, 0, 0, 0, 0, 0, happened.Reason);
        }

        var hasMaker = happened.Kind is BookEventKind.Traded or BookEventKind.Decremented;
        var releases = happened.Kind is BookEventKind.Traded or BookEventKind.Decremented or BookEventKind.Cancelled;
        return new(
            happened.Kind, happened.Side, OrderEvent.PartyOf(happened.Key), OrderEvent.AccountOrderOf(happened.Key), hasMaker ? OrderEvent.PartyOf(happened.MakerKey) : -1,
            hasMaker ? OrderEvent.AccountOrderOf(happened.MakerKey) : 0, happened.Price, happened.Kind is BookEventKind.Taken or BookEventKind.Triggered ? 0 : happened.Quantity, happened.Open,
            releases ? happened.Release : 0, hasMaker ? happened.MakerRelease : 0, happened.Kind == BookEventKind.Cancelled ? happened.Reason : Domain.Refusals.RejectReason.None);
    }
}
