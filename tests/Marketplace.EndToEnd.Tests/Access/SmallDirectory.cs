using Marketplace.Grains.Participants;
using Marketplace.Server.Access;
using ApiKey = Marketplace.Domain.Participants.ApiKey;
using DomainRole = Marketplace.Domain.Participants.Role;
using Participant = Marketplace.Domain.Participants.Participant;

namespace Marketplace.EndToEnd.Tests.Access;

/// <summary>A directory of some participants with a key each, shown as the directory's grain shows it.</summary>
internal sealed class SmallDirectory
{
    public DirectoryView View { get; } = new();

    /// <summary>Enters participants, each with a key; returns the keys' secrets.</summary>
    public string[] Enter(IEnumerable<string> participants, int ordersPerSecond = 10, int streams = 1)
    {
        var contents = View.Now;
        var secrets = new List<string>();
        foreach (var id in participants)
        {
            var secret = ApiSecret.New();
            secrets.Add(secret);
            contents = With(contents, new Participant { Id = id, Firm = "firm", Limits = new(ordersPerSecond, 100, streams), Revision = 1 });
            contents = With(contents, new ApiKey { Id = "key-" + id, Participant = id, Role = DomainRole.Trader, SecretSha256 = ApiSecret.Hash(secret), CreatedAt = new(1), ExpiresAt = new(long.MaxValue) });
        }

        View.Renew(contents);
        return [.. secrets];
    }

    public void SetLimits(string participant, int ordersPerSecond, int streams = 1) =>
        View.Renew(With(View.Now, View.Now.Participants[participant] with { Limits = new(ordersPerSecond, 100, streams) }));

    public void Revoke(string participant) => View.Renew(With(View.Now, View.Now.Keys["key-" + participant] with { Revoked = true }));

    private static DirectoryContents With(DirectoryContents contents, Participant participant) =>
        contents with { Participants = contents.Participants.SetItem(participant.Id, participant) };

    private static DirectoryContents With(DirectoryContents contents, ApiKey key) =>
        contents with { Keys = contents.Keys.SetItem(key.Id, key), BySecret = contents.BySecret.SetItem(key.SecretSha256, key) };
}
