using System.Collections.Immutable;
using Marketplace.Domain.Participants;
using Marketplace.Grains.Hosting;

namespace Marketplace.Grains.Participants;

/// <summary>Who may do what.</summary>
[Alias("gwh.directory-grain")]
[GrainInterfaceType("gwh.directory")]
public interface IParticipantDirectoryGrain : IDeskGrain
{
    /// <summary>Begins a new venue with the operator's key, whose secret has this hash (null: do not begin), and fills this process's view. False when the venue is new and was not begun.</summary>
    [Alias("Load")]
    Task<bool> Load(string? operatorSecretSha256);

    /// <summary>Enters a firm.</summary>
    [Alias("CreateFirm")]
    Task<Result<Firm>> CreateFirm(Request request, string id, string name);

    /// <summary>Enters a participant; answers when its account is open.</summary>
    [Alias("CreateParticipant")]
    Task<Result<Participant>> CreateParticipant(Request request, string id, string firm, ParticipantLimits limits);

    /// <summary>Sets limits.</summary>
    [Alias("SetLimits")]
    Task<Result<Participant>> SetLimits(Request request, string id, ParticipantLimits limits);

    /// <summary>Suspends or resumes.</summary>
    [Alias("SetSuspended")]
    Task<Result<Participant>> SetSuspended(Request request, string id, bool suspended);

    /// <summary>Makes a key.</summary>
    [Alias("CreateKey")]
    Task<Result<ApiKey>> CreateKey(Request request, string participant, Role role, Timestamp expiresAt, string secretSha256);

    /// <summary>Revokes a key: no call with it passes once this has answered.</summary>
    [Alias("RevokeKey")]
    Task<Result<ApiKey>> RevokeKey(Request request, string id);
}

/// <summary>The durable directory as this process sees it: what every call is checked against. Any thread may read.</summary>
public sealed class DirectoryView
{
    private TaskCompletionSource _changed = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private long _changes;

    // Replaced whole: whoever sees one part of a change sees all of it.
    private volatile DirectoryContents _now = new(
        ImmutableSortedDictionary<string, Firm>.Empty, ImmutableSortedDictionary<string, Participant>.Empty, ImmutableSortedDictionary<string, ApiKey>.Empty, ImmutableDictionary<string, ApiKey>.Empty);

    /// <summary>All of it as of one change: what is read here together belongs together, and another object means that something has changed.</summary>
    public DirectoryContents Now => _now;

    /// <summary>Firms by id.</summary>
    public IReadOnlyDictionary<string, Firm> Firms => _now.Firms;

    /// <summary>Participants by id.</summary>
    public IReadOnlyDictionary<string, Participant> Participants => _now.Participants;

    /// <summary>Keys by id.</summary>
    public IReadOnlyDictionary<string, ApiKey> Keys => _now.Keys;

    /// <summary>How often it has changed: what was found out from <see cref="Now"/> behind this number holds while the number is the same.</summary>
    public long Changes => Volatile.Read(ref _changes);

    /// <summary>Completes at the next change: live streams look again whether their key still holds.</summary>
    public Task Changed => Volatile.Read(ref _changed).Task;

    internal void Renew(DirectoryContents contents)
    {
        _now = contents;
        Interlocked.Increment(ref _changes);
        Interlocked.Exchange(ref _changed, new(TaskCreationOptions.RunContinuationsAsynchronously)).SetResult();
    }
}

/// <summary>The directory as of one change; it never changes itself.</summary>
/// <param name="Firms">Firms by id.</param>
/// <param name="Participants">Participants by id.</param>
/// <param name="Keys">Keys by id.</param>
/// <param name="BySecret">Keys by the SHA-256 of their secret, upper-case hexadecimal.</param>
public sealed record DirectoryContents(
    ImmutableSortedDictionary<string, Firm> Firms,
    ImmutableSortedDictionary<string, Participant> Participants,
    ImmutableSortedDictionary<string, ApiKey> Keys,
    ImmutableDictionary<string, ApiKey> BySecret);

/// <summary>Hosts the <see cref="ParticipantDirectory"/>.</summary>
[GrainType("gwh.directory")]
[KeepAlive]
internal sealed class DirectoryGrain(Venue venue, DirectoryView view) : DeskGrain<ParticipantDirectory>(venue, new ParticipantDirectory()), IParticipantDirectoryGrain
{
    private DirectoryContents? _latest;

    /// <inheritdoc/>
    public async Task<bool> Load(string? operatorSecretSha256)
    {
        var begun = Turn(directory =>
        {
            if (directory.Version == 0 && operatorSecretSha256 is not null)
            {
                directory.Begin(operatorSecretSha256);
            }

            return directory.Version > 0 || operatorSecretSha256 is not null;
        });
        await Delivered();
        await Durable();
        Publish();
        return begun;
    }

    /// <inheritdoc/>
    public Task<Result<Firm>> CreateFirm(Request request, string id, string name) =>
        Execute(request, directory => directory.CreateFirm(request, id, name), happened => (happened as FirmEntered)?.Firm);

    /// <inheritdoc/>
    public Task<Result<Participant>> CreateParticipant(Request request, string id, string firm, ParticipantLimits limits) =>
        Execute(request, directory => directory.CreateParticipant(request, id, firm, limits), ParticipantOf);

    /// <inheritdoc/>
    public Task<Result<Participant>> SetLimits(Request request, string id, ParticipantLimits limits) =>
        Execute(request, directory => directory.SetLimits(request, id, limits), ParticipantOf);

    /// <inheritdoc/>
    public Task<Result<Participant>> SetSuspended(Request request, string id, bool suspended) =>
        Execute(request, directory => directory.SetSuspended(request, id, suspended), ParticipantOf);

    /// <inheritdoc/>
    public Task<Result<ApiKey>> CreateKey(Request request, string participant, Role role, Timestamp expiresAt, string secretSha256) =>
        Execute(request, directory => directory.CreateKey(request, participant, role, expiresAt, secretSha256), KeyOf);

    /// <inheritdoc/>
    public Task<Result<ApiKey>> RevokeKey(Request request, string id) => Execute(request, directory => directory.RevokeKey(request, id), KeyOf);

    /// <inheritdoc/>
    protected override Action? Publication()
    {
        var contents = new DirectoryContents(Machine.Firms, Machine.Participants, Machine.Keys, Machine.BySecret);
        if (contents == _latest)
        {
            return null;
        }

        _latest = contents;
        return () => view.Renew(contents);
    }

    private static Participant? ParticipantOf(Event happened) => (happened as ParticipantEntered)?.Participant;

    private static ApiKey? KeyOf(Event happened) => (happened as KeyEntered)?.Key;
}
