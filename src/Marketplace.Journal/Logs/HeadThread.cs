namespace Marketplace.Journal;

/// <summary>Writes the head after each commit and only then acknowledges, on a thread of its own: meanwhile the next flush may commit.</summary>
internal sealed class HeadThread
{
    private readonly object _gate = new();
    private readonly HeadFile _file;
    private readonly Durability _durability;
    private readonly Thread _thread;
    private Head _committed;
    private bool _writing;
    private bool _closing;

    public HeadThread(HeadFile file, Durability durability)
    {
        (_file, _durability, _committed) = (file, durability, file.Current);
        _thread = new Thread(Run) { Name = "journal head", IsBackground = true };
    }

    public void Start() => _thread.Start();

    /// <summary>
    /// The row has been committed; it is acknowledged once the head says so. When nothing else waits to be committed the caller may write the head
    /// itself: a lone order is then spared the change of threads.
    /// </summary>
    public void Committed(Head head, bool writeHere)
    {
        lock (_gate)
        {
            Require.That(head.Position == _committed.Position + 1);
            _committed = head;
            if (_writing || !writeHere || _durability.HasFailed)
            {
                Monitor.Pulse(_gate);
                return;
            }
            _writing = true;
        }
        Write(head);
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
            while (Next() is { } head) Write(head);
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

    /// <summary>Writes the head and acknowledges; whoever calls has set the mark that nobody else does.</summary>
    private void Write(Head head)
    {
        _file.Write(head);
        _durability.Advance(head.Position);
        lock (_gate)
        {
            _writing = false;
            Monitor.Pulse(_gate);
        }
    }

    /// <summary>The newest committed row that the head does not tell yet, with the mark set that this thread writes it; null at the end.</summary>
    private Head? Next()
    {
        lock (_gate)
        {
            while (_writing || _committed.Position == _file.Current.Position)
            {
                if (_durability.HasFailed || (_closing && !_writing)) return null;
                Monitor.Wait(_gate);
            }
            if (_durability.HasFailed) return null;
            _writing = true;
            return _committed;
        }
    }
}
