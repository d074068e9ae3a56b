namespace Marketplace.Journal;

/// <summary>A reason for which the process that owns a journal must not start or must stop.</summary>
public abstract class JournalException(string message, Exception? inner = null) : Exception(message, inner)
{
    /// <summary>The exit code of a process that ends for this reason: 70 store failed in use, 73 data locked by another process, 74 data corrupt, 75 no room at start.</summary>
    public abstract int ExitCode { get; }
}
