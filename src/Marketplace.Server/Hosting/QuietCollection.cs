namespace Marketplace.Server.Hosting;

/// <summary>
/// Collects the young generations while the process is quiet and something has been allocated, so that the next burst does not begin with what the last one, and the work put off
/// until it was over, have left (docs/decisions/0053-garbage-is-collected-in-quiet-time.md).
/// </summary>
/// <param name="allocated">Bytes allocated so far.</param>
/// <param name="collect">Collects the young generations: what survives is one generation older.</param>
internal sealed class QuietCollection(Func<long> allocated, Action collect)
{
    /// <summary>How long the process has to be quiet before.</summary>
    public static readonly TimeSpan After = TimeSpan.FromSeconds(1);

    /// <summary>How many bytes have to be allocated since the last time.</summary>
    public const long Least = 64L << 20;

    private long _before;
    private bool _again;

    /// <summary>The process has been quiet for so long.</summary>
    public void Look(TimeSpan quiet)
    {
        if (quiet < After)
        {
            return;
        }

        if (allocated() - _before >= Least)
        {
            collect();
            (_before, _again) = (allocated(), true);
        }
        else if (_again)
        {
            // What survived the first time is in the middle generation; now it is in the old one.
            collect();
            _again = false;
        }
    }
}
