using Marketplace.Server.MarketData;
using Microsoft.Extensions.Time.Testing;

namespace Marketplace.EndToEnd.Tests.MarketData;

/// <summary>How the readers of a book are woken.</summary>
public sealed class FanOutTests : IDisposable
{
    private readonly RestedTime _time = new();
    private readonly FanOut _fanOut;

    public FanOutTests() => _fanOut = new(_time);

    public void Dispose() => _fanOut.Dispose();

    [Fact]
    public async Task What_moves_while_a_round_is_under_way_is_told_in_one_round_behind_a_rest_as_long()
    {
        var rounds = 0;
        var again = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        _fanOut.Add(new Woken(null, () =>
        {
            if (++rounds == 1)
            {
                _time.Advance(TimeSpan.FromMilliseconds(5));
                _fanOut.Moved();
                _fanOut.Moved();
            }
            else
            {
                again.TrySetResult();
            }
        }));
        _fanOut.Moved();
        Assert.Same(_time.Rest, await Task.WhenAny(_time.Rest, again.Task));
        Assert.Equal(TimeSpan.FromMilliseconds(5), await _time.Rest);
        _fanOut.Moved();
        Assert.Equal(1, rounds);
        _time.Advance(TimeSpan.FromMilliseconds(5));
        await again.Task.WaitAsync(TestContext.Current.CancellationToken);
        Assert.Equal(2, rounds);
    }

    [Fact]
    public async Task A_long_round_is_rested_from_no_longer_than_the_longest_rest()
    {
        var (rounds, again) = (0, new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously));
        _fanOut.Add(new Woken(null, () =>
        {
            if (++rounds == 1)
            {
                _time.Advance(TimeSpan.FromSeconds(1));
                _fanOut.Moved();
            }
            else
            {
                again.TrySetResult();
            }
        }));
        _fanOut.Moved();
        Assert.Same(_time.Rest, await Task.WhenAny(_time.Rest, again.Task));
        Assert.Equal(FanOut.LongestRest, await _time.Rest);
    }

    [Fact]
    public async Task Every_reader_is_woken_and_those_of_one_connection_one_behind_the_other()
    {
        var woken = new List<string>();
        var all = new TaskCompletionSource();
        for (var reader = 0; reader < 12; reader++)
        {
            var connection = "connection " + (reader % 3);
            _fanOut.Add(new Woken(connection, () =>
            {
                // Fewer than a thread takes at once: one thread wakes them all, in order.
                woken.Add(connection);
                if (woken.Count == 12)
                {
                    all.SetResult();
                }
            }));
        }

        _fanOut.Moved();
        await all.Task.WaitAsync(TestContext.Current.CancellationToken);
        Assert.Equal(Enumerable.Range(0, 12).Select(at => "connection " + (at / 4)), woken);
    }

    private sealed class Woken(string? connection, Action woken) : IWoken
    {
        public string? Connection => connection;

        public void Wake() => woken();
    }

    /// <summary>Time that tells when a rest begins.</summary>
    private sealed class RestedTime : FakeTimeProvider
    {
        private readonly TaskCompletionSource<TimeSpan> _rest = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public Task<TimeSpan> Rest => _rest.Task;

        public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period) => new Told(base.CreateTimer(callback, state, dueTime, period), _rest);

        private sealed class Told(ITimer timer, TaskCompletionSource<TimeSpan> rest) : ITimer
        {
            public bool Change(TimeSpan dueTime, TimeSpan period)
            {
                var changed = timer.Change(dueTime, period);
                rest.TrySetResult(dueTime);
                return changed;
            }

            public void Dispose() => timer.Dispose();

            public ValueTask DisposeAsync() => timer.DisposeAsync();
        }
    }
}
