using System.CommandLine;

namespace Marketplace.Cli.Commands;

/// <summary>When a view that goes on by itself ends: by the user, after so many updates, or after so long.</summary>
internal sealed class StopOptions
{
    private readonly Option<long> _updates = new("--updates") { Description = "End after so many updates; not given: no such end", HelpName = "NUMBER" };
    private readonly Option<int> _seconds = new("--for") { Description = "End after so many seconds; not given: no such end", HelpName = "SECONDS" };

    public IEnumerable<Symbol> All => [_updates, _seconds];

    /// <summary>Reads a stream until it is to end. Ending it on purpose is success.</summary>
    public async Task<int> Read<TUpdate>(Asked asked, IAsyncEnumerable<TUpdate> stream, Action<TUpdate> show)
    {
        using var ending = CancellationTokenSource.CreateLinkedTokenSource(asked.Cancellation);
        if (asked.Get(_seconds) > 0)
        {
            ending.CancelAfter(TimeSpan.FromSeconds(asked.Get(_seconds)));
        }

        var left = asked.Get(_updates);
        try
        {
            await foreach (var update in stream.WithCancellation(ending.Token))
            {
                show(update);
                if (--left == 0)
                {
                    return 0;
                }
            }
        }
        catch (OperationCanceledException) when (ending.IsCancellationRequested)
        {
            // Ended on purpose.
        }

        return 0;
    }
}
