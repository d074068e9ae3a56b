namespace Marketplace.Journal;

/// <summary>Writes the head after each commit and only then acknowledges, on a thread of its own: meanwhile the next flush may commit.</summary>
internal sealed class HeadThread
{
    private readonly object _gate = new();
    private readonly HeadFile _file;
    private readonly Durability _durability;
    private readonly Thread _thread;
    private Head _committed;
    private bool _closing;

    public HeadThread(HeadFile file, Durability durability)
    {
        (_file, _durability, _committed) = (file, durability, file.Current);
        _thread = new Thread(Run) { Name = "journal head", IsBackground = true };
    }

    public void Start() => _thread.Start();

    /// <summary>The row has been committed; it is acknowledged once the head says so.</summary>
    public void Committed(Head head)
    {
        lock (_gate)
        {
            Require.That(head.Position == _committed.Position + 1);
            _committed = head;
            Monitor.Pulse(_gate);
        }
    }

    /// <summary>Acknowledges what has been committed and ends the thread.</summary>
    public void Close()
    {
        lock (_gate)
        {
            _closing = true;
            Monitor.Pulse(_gate);
        }
        _thread.Join();
    }

    private void Run()
    {
        try
        {
            while (Next() is { } head)
            {
                _file.Write(head);
                _durability.Advance(head.Position);
            }
        }
        catch (JournalException e)
        {
            _durability.Fail(e);
        }
        catch (Exception e)
        {
            // The edge of the thread: whatever ended it, nothing more can be acknowledged.
            _durability.Fail(new StoreFailedException("The head could not be written.", e));
        }
    }

    /// <summary>The newest committed row that the head does not tell yet; null at the end.</summary>
    private Head? Next()
    {
        lock (_gate)
        {
            while (_committed.Position == _file.Current.Position)
            {
                if (_closing || _durability.HasFailed) return null;
                Monitor.Wait(_gate);
            }
            return _durability.HasFailed ? null : _committed;
        }
    }
}
