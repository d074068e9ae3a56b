using Marketplace.Domain.Accounts;
using Marketplace.Domain.Orders;

namespace Marketplace.Grains.Accounts;

/// <summary>Mass cancels, sessions and previews of an account.</summary>
internal sealed partial class AccountGrain
{
    private readonly Dictionary<RequestKey, TaskCompletionSource> _cancelling = [];
    private bool _isGoingOn;

    /// <inheritdoc/>
    public async Task<OrderPreview> Preview(OrderRequest request)
    {
        var preview = Turn(account => new OrderPreview(account.Preview(request, out var command), command));
        await Durable();
        return preview;
    }

    /// <inheritdoc/>
    public async Task<Result<MassCancelAccepted>> RequestMassCancel(string request, CancelScope scope, string named, string[] participants, long validUntilMicros)
    {
        var result = Turn(account => account.RequestMassCancel(request, scope, named, participants, validUntilMicros));
        var version = result.Ok ? Machine.VersionOf(request) : 0;
        if (result.Ok)
        {
            await Delivered();
        }

        await Durable();
        return !result.Ok ? result.Refusal : await Task.Run<Result<MassCancelAccepted>>(() =>
            new MassCancelAccepted(version, RecordAt(version).Events.OfType<MassCancelRequested>().Single(requested => requested.Request == request).Participants));
    }

    /// <inheritdoc/>
    public async Task<MassCancelReport?> MassCancelReport(string caller, long requested)
    {
        var key = Account.KeyOfMassCancel(caller, requested);
        if (Machine.Remembers(key, out var remembered) && remembered.OutcomeVersion == 0)
        {
            if (!_cancelling.TryGetValue(key, out var ended))
            {
                ended = new(TaskCreationOptions.RunContinuationsAsynchronously);
                _cancelling.Add(key, ended);
            }

            await ended.Task;
        }

        var isKnown = Machine.Remembers(key, out remembered);
        await Durable();
        return isKnown
            ? await Task.Run(() => Domain.Accounts.MassCancelReport.Fold(
                caller, requested, Venue.Log.ReadStream(Machine.Stream, remembered.Version, remembered.OutcomeVersion, long.MaxValue).Select(Decode)))
            : null;
    }

    /// <inheritdoc/>
    public async Task<Result<SessionHeld>> OpenSession(string session, SessionTerms terms)
    {
        var result = Turn(account => account.OpenSession(session, terms));
        await Durable();
        return result;
    }

    /// <inheritdoc/>
    public async ValueTask<bool> KeepSession(string session, long holder)
    {
        // First the word that it is alive, then whatever is due.
        var isKept = Machine.KeepSession(session, holder);
        Turn(static _ => true);
        await Durable();
        return isKept;
    }

    /// <inheritdoc/>
    public ValueTask BreakSession(string session, long holder)
    {
        Turn(account =>
        {
            account.BreakSession(session, holder);
            return true;
        });
        return Durable();
    }

    /// <inheritdoc/>
    public ValueTask EndSession(string session, long holder, bool isSilent)
    {
        Turn(account =>
        {
            account.EndSession(session, holder, isSilent);
            return true;
        });
        return Durable();
    }

    /// <summary>Tells whoever waits for a mass cancel that it has ended, and goes on with one that has not entered all its commands.</summary>
    private void TellMassCancels()
    {
        foreach (var key in Machine.EndedMassCancels)
        {
            if (_cancelling.Remove(key, out var ended))
            {
                ended.SetResult();
            }
        }

        if (Machine.HasMoreToCancel && !_isGoingOn)
        {
            _isGoingOn = true;
            _ = GoOn();
        }
    }

    /// <summary>Slice by slice, each when the one before is durable, so that others are let in between.</summary>
    private async Task GoOn()
    {
        try
        {
            while (Machine.HasMoreToCancel)
            {
                await Durable();
                Turn(static _ => true);
            }
        }
        catch (Exception failed) when (failed is JournalException or InvalidOperationException)
        {
            // The log has failed, or the account is between two activations: the waker goes on.
        }
        finally
        {
            _isGoingOn = false;
        }
    }
}
