using CsCheck;
using Gwh.Marketplace.V1;
using Marketplace.Client.Orders;

namespace Marketplace.Client.Tests.Orders;

public sealed class SessionWindowTests
{
    [Fact]
    public void Batches_are_numbered_from_one_and_stop_at_the_window()
    {
        var window = Opened(2, "a", "b", "c");
        Assert.Equal([1, 2], new[] { window.Next()!, window.Next()! }.Select(sent => sent.Batch.BatchNumber));
        Assert.Null(window.Next());
        Assert.Equal("a", window.Answer(Result(1))!.Batch.InstrumentId);
        Assert.Equal(3, window.Next()!.Batch.BatchNumber);
    }

    [Fact]
    public void Result_out_of_order_is_no_result()
    {
        var window = Opened(2, "a", "b");
        window.Next();
        window.Next();
        Assert.Null(window.Answer(Result(2)));
    }

    [Fact]
    public void Result_of_another_length_is_no_result()
    {
        var window = Opened(1, "a");
        window.Next();
        Assert.Null(window.Answer(new() { BatchNumber = 1 }));
    }

    [Fact]
    public void What_has_no_result_is_sent_again_in_its_order_under_new_numbers()
    {
        var window = Opened(2, "a", "b", "c");
        window.Next();
        window.Next();
        window.Answer(Result(1));
        window.Begin(3);
        Assert.Equal([(1L, "b"), (2L, "c")], new[] { window.Next()!, window.Next()! }.Select(sent => (sent.Batch.BatchNumber, sent.Batch.InstrumentId)));
    }

    [Fact]
    public void However_often_the_session_breaks_every_batch_is_answered_once_and_in_order() =>
        Gen.Int[0, 3].Array[1, 200].Sample(steps =>
        {
            var window = new SessionWindow();
            window.Begin(3);
            var added = 0;
            var answered = new List<string>();
            var sent = 0L;
            var last = 0L;
            foreach (var step in steps.Concat(Enumerable.Repeat(2, 400)))
            {
                switch (step)
                {
                    case 0 when added < 50:
                        window.Add(Batch($"{added++}"));
                        break;
                    case 1:
                        window.Begin(3);
                        (sent, last) = (0, 0);
                        break;
                    case 2 when last < sent:
                        answered.Add(window.Answer(Result(++last))!.Batch.InstrumentId);
                        break;
                    default:
                        if (window.Next() is { Batch: var batch })
                        {
                            Assert.Equal(++sent, batch.BatchNumber);
                            Assert.InRange(sent - last, 1, 3);
                        }

                        break;
                }
            }

            Assert.Equal(Enumerable.Range(0, added).Select(i => $"{i}"), answered);
            Assert.Equal(0, window.Count);
        });

    private static SessionWindow Opened(int size, params string[] batches)
    {
        var window = new SessionWindow();
        window.Begin(size);
        foreach (var batch in batches)
        {
            window.Add(Batch(batch));
        }

        return window;
    }

    private static SubmittedBatch Batch(string name) => new(new() { InstrumentId = name, Commands = { new SessionCommand() } });

    private static SessionBatchResult Result(long number) => new() { BatchNumber = number, Results = { new CommandResult() } };
}
