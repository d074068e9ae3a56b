using Gwh.Marketplace.V1;
using Marketplace.Client.Streams;

namespace Marketplace.Client.Accounts;

/// <summary>
/// An account as it changes, for as long as one reads. After a lost connection it starts over with a snapshot and says so in the update that carries it: fills
/// in between are in the statement and not in the stream. Each enumeration is a stream of its own, for one thread.
/// </summary>
public sealed class AccountStream : IAsyncEnumerable<AccountChange>
{
    private readonly StreamConnector<StreamAccountRequest, StreamAccountResponse> _connect;
    private readonly string _participantId;
    private readonly MarketplaceClientOptions _options;

    internal AccountStream(
        StreamConnector<StreamAccountRequest, StreamAccountResponse> connect, string participantId, MarketplaceClientOptions options) =>
        (_connect, _participantId, _options) = (connect, participantId, options);

    /// <summary>Starts to read. Ends by cancellation, or with a <see cref="Errors.MarketplaceException"/>.</summary>
    public IAsyncEnumerator<AccountChange> GetAsyncEnumerator(CancellationToken cancellationToken = default) =>
        HealingReader.Read(new AccountFollower(_participantId), _connect, _options, cancellationToken).GetAsyncEnumerator(cancellationToken);
}

/// <summary>One step of an account's stream.</summary>
/// <param name="Account">The account after it. It changes with the next step.</param>
/// <param name="Update">What changed; null where the whole account is new.</param>
/// <param name="Healed">How the stream healed itself just before; null where it did not have to.</param>
public sealed record AccountChange(AccountReplica Account, AccountUpdate? Update, Healed? Healed);
