using System.Collections.Immutable;
using Marketplace.Grains.Participants;
using Marketplace.Server.Access;
using ApiKey = Marketplace.Domain.Participants.ApiKey;
using DomainRole = Marketplace.Domain.Participants.Role;
using Firm = Marketplace.Domain.Participants.Firm;
using Participant = Marketplace.Domain.Participants.Participant;

namespace Marketplace.EndToEnd.Tests.Access;

/// <summary>A directory of some participants with a key each, shown as the directory's grain shows it.</summary>
internal sealed class SmallDirectory
{
    private DirectoryContents _contents = new(
        ImmutableSortedDictionary<string, Firm>.Empty, ImmutableSortedDictionary<string, Participant>.Empty, ImmutableSortedDictionary<string, ApiKey>.Empty, ImmutableDictionary<string, ApiKey>.Empty);

    public DirectoryView View { get; } = new();

    /// <summary>Enters participants, each with a key; returns the keys' secrets.</summary>
    public string[] Enter(IEnumerable<string> participants, int ordersPerSecond = 10, int streams = 1)
    {
        var secrets = new List<string>();
        foreach (var id in participants)
        {
            var secret = ApiSecret.New();
            secrets.Add(secret);
            Put(new Participant { Id = id, Firm = "firm", Limits = new(ordersPerSecond, 100, streams), Revision = 1 });
            Put(new ApiKey { Id = "key-" + id, Participant = id, Role = DomainRole.Trader, SecretSha256 = ApiSecret.Hash(secret), CreatedAt = new(1), ExpiresAt = new(long.MaxValue) });
        }

        View.Renew(_contents);
        return [.. secrets];
    }

    public void SetLimits(string participant, int ordersPerSecond, int streams = 1)
    {
        Put(_contents.Participants[participant] with { Limits = new(ordersPerSecond, 100, streams) });
        View.Renew(_contents);
    }

    public void Revoke(string participant)
    {
        Put(_contents.Keys["key-" + participant] with { Revoked = true });
        View.Renew(_contents);
    }

    private void Put(Participant participant) => _contents = _contents with { Participants = _contents.Participants.SetItem(participant.Id, participant) };

    private void Put(ApiKey key) =>
        _contents = _contents with { Keys = _contents.Keys.SetItem(key.Id, key), BySecret = _contents.BySecret.SetItem(key.SecretSha256, key) };
}
