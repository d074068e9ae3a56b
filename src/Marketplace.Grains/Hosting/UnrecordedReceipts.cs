using System.Collections.Concurrent;

namespace Marketplace.Grains.Hosting;

/// <summary>
/// The grains to which receipts have come which none of their records holds yet. The next record takes them along; a grain that makes none for a while is asked to record them.
/// Late, because each such record costs what one of an order does, and a grain that is used now and then has a better one to come. Each grain is in it once.
/// </summary>
internal sealed class UnrecordedReceipts
{
    /// <summary>How long a receipt waits for a record that takes it along, at least; at most twice as long.</summary>
    public static readonly TimeSpan Rest = TimeSpan.FromSeconds(5);

    private readonly ConcurrentQueue<(Mailbox Mailbox, long Since)> _watched = new();

    /// <summary>A grain's mailbox has been told of a receipt at this time. Any thread.</summary>
    public void Watch(Mailbox mailbox, long nowMillis)
    {
        if (mailbox.TryWatch())
        {
            _watched.Enqueue((mailbox, nowMillis));
        }
    }

    /// <summary>Asks the grains to record what has waited long enough. One caller at a time; the time is that of <see cref="Watch"/>, and never goes back.</summary>
    public void Sweep(long nowMillis)
    {
        var late = nowMillis - (long)Rest.TotalMilliseconds;
        while (_watched.TryPeek(out var first) && first.Since <= late && _watched.TryDequeue(out first))
        {
            first.Mailbox.EndWatch();
            var heard = first.Mailbox.ReceiptHeardAt;
            if (heard != 0 && heard <= late)
            {
                first.Mailbox.TryPostSweep();
            }
            else if (heard != 0 && first.Mailbox.TryWatch())
            {
                _watched.Enqueue((first.Mailbox, nowMillis));
            }
        }
    }
}
