namespace Marketplace.Journal;

/// <summary>A write or sync of the store, the head or the tail failed: its outcome is unknown until the process has started again.</summary>
public sealed class StoreFailedException(string message, Exception? inner = null) : JournalException(message, inner)
{
    public override int ExitCode => 70;
}

/// <summary>The log has failed and acknowledges nothing more; the outcome of what was not yet durable is unknown. The cause is the inner exception.</summary>
public sealed class JournalFailedException(JournalException cause) : JournalException($"The journal has failed: {cause.Message}", cause)
{
    public override int ExitCode { get; } = cause.ExitCode;
}

/// <summary>Another process has raised the term of this log: nothing that this process writes counts any more.</summary>
public sealed class LogFencedException(long log, long term, long currentTerm)
    : JournalException($"Log {log} is fenced: it writes in term {term}, the store is at term {currentTerm}.")
{
    public override int ExitCode => 70;
}

/// <summary>Data is missing, changed, swapped or rolled back.</summary>
public sealed class JournalCorruptException(string place, string finding, Exception? inner = null) : JournalException($"{place}: {finding}", inner)
{
    public override int ExitCode => 74;

    /// <summary>The file, and the position where it is known.</summary>
    public string Place { get; } = place;

    /// <summary>What is wrong there.</summary>
    public string Finding { get; } = finding;
}

/// <summary>The data directory belongs to another process.</summary>
public sealed class DataLockedException(string directory, string owner) : JournalException($"{directory} is in use by {owner}.")
{
    public override int ExitCode => 73;

    /// <summary>What the owner wrote about itself: its process id and when it took the directory.</summary>
    public string Owner { get; } = owner;
}

/// <summary>There is too little room on the data directory's file system to open it.</summary>
public sealed class NoRoomException(string message, Exception? inner = null) : JournalException(message, inner)
{
    public override int ExitCode => 75;
}
