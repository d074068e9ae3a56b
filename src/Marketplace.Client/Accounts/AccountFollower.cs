using Gwh.Marketplace.V1;
using Marketplace.Client.Streams;

namespace Marketplace.Client.Accounts;

/// <summary>The rules of StreamAccount: a snapshot, then updates chained by prev_version; start over when told to or when a rule is broken.</summary>
internal sealed class AccountFollower(string participantId) : IFollower<StreamAccountRequest, StreamAccountResponse, AccountChange>
{
    private readonly AccountReplica _account = new();
    private HealCause? _cause;
    private bool _seen;
    private bool _live;

    public StreamAccountRequest Begin()
    {
        _live = false;
        _cause = _seen ? _cause ?? HealCause.Reconnected : null;
        return new() { ParticipantId = participantId };
    }

    public bool Take(StreamAccountResponse message, List<AccountChange> updates)
    {
        switch (message.MessageCase)
        {
            case StreamAccountResponse.MessageOneofCase.Snapshot when !_live:
                TakeSnapshot(message.Snapshot, updates);
                return true;
            case StreamAccountResponse.MessageOneofCase.Update when _live && message.Update.PrevVersion == _account.Version && message.Update.Version > _account.Version:
                _account.Apply(message.Update);
                updates.Add(new(_account, message.Update, null));
                return true;
            case StreamAccountResponse.MessageOneofCase.Heartbeat when _live && message.Heartbeat.LastVersion == _account.Version:
            case StreamAccountResponse.MessageOneofCase.None:
                return true;
            case StreamAccountResponse.MessageOneofCase.Resync when _live:
                _live = false;
                _cause = message.Resync.Reason == ResyncReason.SlowReader ? HealCause.SlowReader : HealCause.Discontinuity;
                return true;
            default:
                _cause = HealCause.ChainBroken;
                return false;
        }
    }

    private void TakeSnapshot(AccountSnapshot snapshot, List<AccountChange> updates)
    {
        var last = _account.Version;
        _account.Load(snapshot);
        var cause = _seen && _account.Version < last ? HealCause.WentBack : _cause;
        (_live, _seen, _cause) = (true, true, null);
        updates.Add(new(_account, null, cause is { } why ? new(why, last, _account.Version) : null));
    }
}
