using System.Collections.Concurrent;
using Marketplace.Grains.Participants;

namespace Marketplace.Server.Access;

/// <summary>What each participant may use of this process.</summary>
internal sealed class Limits(DirectoryView directory)
{
    private readonly ConcurrentDictionary<string, Allowance> _allowances = new(StringComparer.Ordinal);

    /// <summary>The allowance of a participant of the directory: the same object for as long as the process runs.</summary>
    public Allowance Of(string participant) => _allowances.GetOrAdd(participant, static (id, directory) => new Allowance(directory, id), directory);
}
