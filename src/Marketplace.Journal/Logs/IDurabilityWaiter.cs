namespace Marketplace.Journal;

/// <summary>Somebody who is told, once and on a thread of the pool, what became of a position: cheaper than a task of its own for each who waits.</summary>
public interface IDurabilityWaiter
{
    /// <summary>The position is durable.</summary>
    void Durable();

    /// <summary>The log has failed before: whether the position is durable is unknown.</summary>
    void Failed(JournalFailedException cause);
}
