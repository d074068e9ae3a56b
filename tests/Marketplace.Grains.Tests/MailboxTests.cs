using System.Collections.Concurrent;
using System.Runtime.CompilerServices;
using Marketplace.Domain.Messages;
using Marketplace.Grains.Hosting;

namespace Marketplace.Grains.Tests;

/// <summary>What comes to a busy grain is taken together, in order, and never after the grain has left.</summary>
public sealed class MailboxTests
{
    private readonly Steps _steps = new();
    private readonly List<object?[]> _taken = [];
    private readonly List<long> _heard = [];
    private readonly Outbox.Channel _channel = new Outbox().To("account/a");
    private Mailbox _mailbox = null!;

    [Fact]
    public void All_that_comes_before_the_grain_takes_is_taken_together_in_the_order_posted()
    {
        Open();
        Assert.All(["a", "b", "c"], letter => Assert.True(_mailbox.TryPost(letter)));

        Assert.Equal(1, _steps.Run());
        Assert.Equal([["a", "b", "c"]], _taken);
    }

    [Fact]
    public void A_turn_begins_behind_what_waits_for_a_thread_and_takes_in_what_that_posts()
    {
        Open();
        _steps.Enqueue(new Request(() => _mailbox.TryPost("b")));
        _mailbox.TryPost("a");

        Assert.Equal(1, _steps.Run());
        Assert.Equal([["a", "b"]], _taken);
    }

    [Fact]
    public void What_comes_while_the_grain_takes_is_taken_behind_whatever_else_waits_for_it()
    {
        Open(taking: () =>
        {
            if (_taken.Count == 0)
            {
                _mailbox.TryPost("b");
                _ = Task.Factory.StartNew(() => _taken.Add(["a call"]), default, TaskCreationOptions.None, _steps);
            }
        });
        _mailbox.TryPost("a");

        Assert.Equal(3, _steps.Run());
        Assert.Equal([["a"], ["a call"], ["b"]], _taken);
    }

    [Fact]
    public void A_grain_that_has_left_takes_nothing_in_but_still_what_had_come()
    {
        Open();
        _mailbox.TryPost("a");
        _mailbox.Close();

        Assert.False(_mailbox.TryPost("b"));
        _steps.Run();
        Assert.Equal([["a"]], _taken);
    }

    [Fact]
    public void A_receipt_lies_until_the_grain_takes_something_else()
    {
        Open();
        Assert.True(_mailbox.TryPostReceipt(_channel, new(1, 1), 1));
        Assert.True(_mailbox.TryPostReceipt(new Outbox().To("account/b"), new(2, 1), 1));
        Assert.Equal(0, _steps.Run());

        _mailbox.TryPost("a");
        Assert.Equal(1, _steps.Run());
        Assert.Equal([2, 1], _heard);
    }

    [Fact]
    public void A_receipt_that_is_wanted_begins_a_turn_and_only_one_of_that_channel_does()
    {
        Open();
        _mailbox.WantReceipt(_channel);
        _mailbox.TryPostReceipt(new Outbox().To("account/b"), new(7, 1), 1);
        Assert.Equal(0, _steps.Run());

        _mailbox.TryPostReceipt(_channel, new(1, 1), 1);
        Assert.Equal(1, _steps.Run());
        Assert.Equal([1, 7], _heard);
    }

    [Fact]
    public void A_receipt_that_lies_begins_a_turn_when_it_is_wanted_afterwards()
    {
        Open();
        _mailbox.TryPostReceipt(_channel, new(1, 1), 1);
        _mailbox.WantReceipt(_channel);

        Assert.Equal(1, _steps.Run());
        Assert.Equal([1], _heard);
    }

    [Fact]
    public void Whoever_wants_any_receipt_gets_the_next_and_wants_no_more_then()
    {
        Open();
        _mailbox.WantReceipt(null);
        _mailbox.TryPost("a");
        Assert.Equal(1, _steps.Run());
        Assert.Empty(_heard);

        _mailbox.TryPostReceipt(_channel, new(1, 1), 1);
        Assert.Equal(1, _steps.Run());
        _mailbox.TryPostReceipt(_channel, new(2, 1), 1);
        Assert.Equal(0, _steps.Run());
        Assert.Equal([1], _heard);
    }

    [Fact]
    public void Receipts_that_come_while_the_grain_takes_and_many_that_lie_begin_a_turn()
    {
        Open(taking: () =>
        {
            if (_taken.Count == 0)
            {
                _mailbox.TryPostReceipt(_channel, new(1, 1), 1);
            }
        });
        _mailbox.TryPost("a");
        Assert.Equal(2, _steps.Run());

        var outbox = new Outbox();
        for (var number = 1; number < Mailbox.MostLying; number++)
        {
            _mailbox.TryPostReceipt(outbox.To($"account/{number}"), new(1, 1), 1);
        }

        Assert.Equal(0, _steps.Run());
        _mailbox.TryPostReceipt(_channel, new(2, 1), 1);
        Assert.Equal(1, _steps.Run());
        Assert.Equal(1 + Mailbox.MostLying, _heard.Count);
    }

    [Fact]
    public void A_grain_that_has_left_hears_what_lay_and_no_more()
    {
        Open();
        _mailbox.TryPostReceipt(_channel, new(1, 1), 1);
        _mailbox.Close();

        Assert.False(_mailbox.TryPostReceipt(_channel, new(2, 1), 1));
        Assert.Equal((new Receipt(1, 1), null), _mailbox.TakeReceipts()!.TakeLying());
        Assert.Null(_mailbox.TakeReceipts());
    }

    [Fact]
    public void A_grain_that_has_taken_its_last_takes_nothing_more_though_its_mailbox_was_about_to()
    {
        Open();
        _mailbox.TryPost("a");
        _mailbox.Close();
        _mailbox.Forget();

        Assert.Equal(0, _steps.Run());
        Assert.Empty(_taken);
    }

    [Fact]
    public void Who_has_the_mailbox_of_a_grain_that_has_left_does_not_hold_the_grain()
    {
        var (mailbox, grain) = Left();

        GC.Collect();
        Assert.False(grain.IsAlive);
        Assert.False(mailbox.TryPost("a"));

        // Not inlined, so that nothing here has ever had the grain.
        [MethodImpl(MethodImplOptions.NoInlining)]
        static (Mailbox Mailbox, WeakReference Grain) Left()
        {
            var (steps, grain) = (new Steps(), new List<int>());
            var made = Task.Factory.StartNew(() => new Mailbox(grain.Clear), default, TaskCreationOptions.None, steps);
            steps.Run();
            var mailbox = made.GetAwaiter().GetResult();
            mailbox.Close();
            mailbox.Forget();
            return (mailbox, new(grain));
        }
    }

    [Fact]
    public async Task Of_many_who_post_at_once_each_is_taken_once_and_each_ones_in_its_order()
    {
        Open();
        const int Posters = 4, Each = 20_000;
        using var posted = new CountdownEvent(Posters);
        var posting = Enumerable.Range(0, Posters).Select(poster => Task.Run(() =>
        {
            for (var number = 0; number < Each; number++)
            {
                _mailbox.TryPost((poster, number));
            }

            posted.Signal();
        })).ToArray();
        while (!posted.IsSet)
        {
            _steps.Run();
        }

        await Task.WhenAll(posting);
        _steps.Run();
        var all = _taken.SelectMany(letters => letters).Cast<(int Poster, int Number)>().ToLookup(letter => letter.Poster, letter => letter.Number);
        Assert.All(Enumerable.Range(0, Posters), poster => Assert.Equal(Enumerable.Range(0, Each), all[poster]));
    }

    private void Open(Action? taking = null)
    {
        _ = Task.Factory.StartNew(
            () => _mailbox = new Mailbox(() =>
            {
                for (var channel = _mailbox.TakeReceipts(); channel is not null;)
                {
                    var (receipt, next) = channel.TakeLying();
                    _heard.Add(receipt.ReceivedUpTo);
                    channel = next;
                }

                var letters = _mailbox.Take().Select(letter => letter.Command).ToArray();
                taking?.Invoke();
                _taken.Add(letters);
                _mailbox.Taken();
            }, _steps.Enqueue),
            default,
            TaskCreationOptions.None,
            _steps);
        Assert.Equal(1, _steps.Run());
    }

    private sealed class Request(Action run) : IThreadPoolWorkItem
    {
        public void Execute() => run();
    }

    /// <summary>A grain's scheduler and the pool behind it, which run what is queued when they are told to, in order: as in a venue, the grain's tasks before the pool's items.</summary>
    private sealed class Steps : TaskScheduler
    {
        private readonly Queue<Task> _queued = new();
        private readonly ConcurrentQueue<IThreadPoolWorkItem> _pool = new();

        /// <summary>Puts an item behind what waits for a thread of the pool.</summary>
        public void Enqueue(IThreadPoolWorkItem item) => _pool.Enqueue(item);

        /// <summary>Runs all that is queued; how many of the grain's tasks those were.</summary>
        public int Run()
        {
            var ran = 0;
            do
            {
                for (; Next() is { } task; ran++)
                {
                    TryExecuteTask(task);
                }
            }
            while (Step());
            return ran;
        }

        protected override void QueueTask(Task task)
        {
            lock (_queued)
            {
                _queued.Enqueue(task);
            }
        }

        protected override bool TryExecuteTaskInline(Task task, bool taskWasPreviouslyQueued) => false;

        protected override IEnumerable<Task> GetScheduledTasks() => _queued;

        private bool Step()
        {
            if (!_pool.TryDequeue(out var item))
            {
                return false;
            }

            item.Execute();
            return true;
        }

        private Task? Next()
        {
            lock (_queued)
            {
                return _queued.TryDequeue(out var task) ? task : null;
            }
        }
    }
}
