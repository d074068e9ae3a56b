using Grpc.Core;
using Marketplace.Domain.Accounts;
using Marketplace.Journal;

namespace Marketplace.Server.Services;

/// <summary>
/// The connection of a session that its account watches over: says that it is alive, ends it when its client is silent for too long or another connection has it, and
/// tells the account how it ended.
/// </summary>
internal sealed class WatchedConnection(Doors doors, string participant, SessionHeld held)
{
    private static readonly TimeSpan LookAgain = TimeSpan.FromMilliseconds(500);
    private long _heardMicros = doors.Venue.Clock.Now.Micros;
    private bool _isLost;

    /// <summary>The number of the connection.</summary>
    public long Holder => held.Holder;

    /// <summary>The client has sent something.</summary>
    public void Heard()
    {
        if (held.Terms.DeadManMicros > 0)
        {
            Volatile.Write(ref _heardMicros, doors.Venue.Clock.Now.Micros);
        }
    }

    /// <summary>Reads while the session is this connection's; refused with SESSION_LOST when it is not any more.</summary>
    public async Task WhileHeld(Func<CancellationToken, Task> read, CancellationToken cancellation)
    {
        using var lost = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        using var over = new CancellationTokenSource();
        var keeping = Keep(lost, over.Token);
        try
        {
            await read(lost.Token);
        }
        catch (Exception ended) when (_isLost && ended is OperationCanceledException or RpcException or IOException)
        {
            // Told below.
        }
        finally
        {
            await over.CancelAsync();
            await keeping;
        }

        if (_isLost)
        {
            throw Reason.SessionLost.ToException("session_id");
        }
    }

    /// <summary>The connection is at its end: the client ended the session, or it broke. Where the venue itself ends, the lease says the same.</summary>
    public async Task Close(bool isEnded)
    {
        try
        {
            var account = doors.Account(participant);
            await (isEnded ? account.EndSession(held.Session, Holder, isSilent: false) : account.BreakSession(held.Session, Holder));
        }
        catch (Exception ending) when (ending is JournalException or TimeoutException or InvalidOperationException or ObjectDisposedException or Orleans.Runtime.OrleansException)
        {
        }
    }

    private async Task Keep(CancellationTokenSource lost, CancellationToken over)
    {
        try
        {
            while (!over.IsCancellationRequested)
            {
                var moved = doors.Venue.Clock.Moved;
                var account = doors.Account(participant);
                var left = held.Terms.DeadManMicros == 0 ? long.MaxValue
                    : Volatile.Read(ref _heardMicros) + held.Terms.DeadManMicros - doors.Venue.Clock.Now.Micros;
                if (left <= 0)
                {
                    _isLost = true;
                    await account.EndSession(held.Session, Holder, isSilent: true);
                }
                else
                {
                    _isLost = !await account.KeepSession(held.Session, Holder);
                }

                if (_isLost)
                {
                    await lost.CancelAsync();
                    return;
                }

                var wait = left < LookAgain.TotalMicroseconds ? TimeSpan.FromMicroseconds(left) + TimeSpan.FromMilliseconds(1) : LookAgain;
                await Task.WhenAny(moved, Task.Delay(wait, over));
            }
        }
        catch (Exception ending) when (ending is JournalException or TimeoutException or InvalidOperationException or OperationCanceledException or Orleans.Runtime.OrleansException)
        {
            // The venue is ending, or the session is.
        }
    }
}
