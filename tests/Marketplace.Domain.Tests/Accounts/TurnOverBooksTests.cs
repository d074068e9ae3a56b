using CsCheck;
using Marketplace.Domain.Accounts;
using Marketplace.Domain.Instruments;
using Marketplace.Domain.Messages;
using Marketplace.Domain.Refusals;
using Marketplace.Domain.Tests.Support;

namespace Marketplace.Domain.Tests.Accounts;

/// <summary>
/// Many requests for several books in one turn of an account: its record has them book by book, so that they are read again in another order than they came in.
/// The venue under watch compares the live account with the one read from the records after every turn.
/// </summary>
public sealed class TurnOverBooksTests
{
    private static readonly Instrument[] Books = [TestInstruments.Hour, TestInstruments.Quarter];

    private readonly TestVenue _venue = TestVenue.With(1_000_000_000, "ann");

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    public void Orders_entered_first_for_one_book_and_then_for_another_are_read_again_from_the_records(int first)
    {
        const int Many = 300;
        Turn(account =>
        {
            for (var order = 0; order < Many; order++)
            {
                Place(account, $"a{order}", first + (order / 100));
            }
        });

        Assert.Equal(Many, _venue.Account("ann").Orders.Count);
        Watched.RestartFromGenesis();
        _venue.DeliverAll();
        Assert.Equal(Many, Books.Sum(book => _venue.Book(book).RestingOrders));
        Watched.RestartFromGenesis();
        Watched.RestartFromSnapshot();
        Assert.Equal(Many, _venue.Account("ann").Orders.Count);
    }

    [Fact]
    public void Whatever_a_turn_over_two_books_has_is_read_again_from_the_records() =>
        Gen.Select(Gen.Int[0, 1], Gen.Select(Gen.Int[0, 9].Array[1, 200], Gen.Bool).Array[1, 6]).Sample((first, turns) => new TurnOverBooksTests().Play(first, turns), iter: 40);

    private Watched Watched => _venue.Watched(Streams.Account("ann"));

    private void Play(int first, (int[] Draws, bool Delivers)[] turns)
    {
        var orders = 0;
        foreach (var (draws, delivers) in turns)
        {
            Turn(account =>
            {
                foreach (var draw in draws)
                {
                    if (draw > 3 || orders == 0)
                    {
                        Place(account, $"a{orders}", first + (orders / 80));
                        orders++;
                    }
                    else
                    {
                        var id = $"a{orders * draw / 4}";
                        account.Submit(draw % 2 == 0 ? Requests.Cancel(id, $"c{orders}-{draw}") : Requests.Reduce(id, $"r{orders}-{draw}", 1));
                    }
                }
            });
            if (delivers)
            {
                _venue.DeliverAll();
            }
        }

        Watched.RestartFromGenesis();
        _venue.DeliverAll();
        Watched.RestartFromSnapshot();
        Assert.Equal(_venue.Account("ann").Orders.Count, Books.Sum(book => _venue.Book(book).RestingOrders));
    }

    private static void Place(Account account, string id, int book) =>
        Assert.Equal(RejectReason.None, account.Submit(Requests.Bid(id, 2, 100, Books[book % 2])).Refusal.Reason);

    private void Turn(Action<Account> requests) => _venue.Turn(Streams.Account("ann"), machine =>
    {
        requests((Account)machine);
        return true;
    });
}
