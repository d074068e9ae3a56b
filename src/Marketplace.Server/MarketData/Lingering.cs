namespace Marketplace.Server.MarketData;

/// <summary>
/// Values by name, made for the first who asks: kept while somebody holds them, and a while after the last has used them, so that whoever comes back soon finds them as
/// they were. Then they end.
/// </summary>
internal sealed class Lingering<T>(TimeProvider time, Func<string, T> make, Action<string, T> end) : IDisposable
    where T : class
{
    /// <summary>How long a value stays that nobody uses.</summary>
    public static readonly TimeSpan Time = TimeSpan.FromMinutes(10);

    private static readonly TimeSpan Tick = TimeSpan.FromMinutes(1);

    private readonly Dictionary<string, Entry> _entries = new(StringComparer.Ordinal);
    private ITimer? _timer;

    /// <summary>The value of a name, which does not end before it is given back.</summary>
    public Held Hold(string name)
    {
        lock (_entries)
        {
            var entry = Of(name);
            entry.Holders++;
            return new(this, name, entry);
        }
    }

    /// <summary>The value of a name, for somebody who comes again within <see cref="Time"/> or does without.</summary>
    public T Use(string name)
    {
        lock (_entries)
        {
            return Of(name).Value;
        }
    }

    /// <summary>Ends a value at once, if it is still there and nobody holds it: it has turned out to be none.</summary>
    public void Forget(string name, T value)
    {
        lock (_entries)
        {
            if (_entries.TryGetValue(name, out var entry) && entry.Holders == 0 && ReferenceEquals(entry.Value, value))
            {
                End(name, entry);
            }
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        lock (_entries)
        {
            foreach (var (name, entry) in _entries.ToArray())
            {
                End(name, entry);
            }

            Rest();
        }
    }

    private Entry Of(string name)
    {
        if (!_entries.TryGetValue(name, out var entry))
        {
            _entries.Add(name, entry = new(make(name)));
            _timer ??= time.CreateTimer(static all => ((Lingering<T>)all!).Sweep(), this, Tick, Tick);
        }

        entry.UsedAt = time.GetTimestamp();
        return entry;
    }

    private void GiveBack(Entry entry)
    {
        lock (_entries)
        {
            (entry.Holders, entry.UsedAt) = (entry.Holders - 1, time.GetTimestamp());
        }
    }

    /// <summary>Ends what nobody has used. Under the lock, as making is: a value that ends and the one made after it never cross.</summary>
    private void Sweep()
    {
        lock (_entries)
        {
            foreach (var (name, entry) in _entries.Where(one => one.Value.Holders == 0 && time.GetElapsedTime(one.Value.UsedAt) >= Time).ToArray())
            {
                End(name, entry);
            }

            if (_entries.Count == 0)
            {
                Rest();
            }
        }
    }

    private void End(string name, Entry entry)
    {
        _entries.Remove(name);
        end(name, entry.Value);
    }

    private void Rest()
    {
        _timer?.Dispose();
        _timer = null;
    }

    /// <summary>A value that is held until this is disposed, which must be once.</summary>
    public sealed class Held(Lingering<T> all, string name, Entry entry) : IDisposable
    {
        /// <summary>The value.</summary>
        public T Value => entry.Value;

        /// <inheritdoc/>
        public void Dispose() => all.GiveBack(entry);

        /// <summary>Gives it back, and ends it if nobody else holds it.</summary>
        public void Forget()
        {
            all.GiveBack(entry);
            all.Forget(name, entry.Value);
        }
    }

    /// <summary>A value and who uses it.</summary>
    internal sealed class Entry(T value)
    {
        public T Value => value;

        public int Holders { get; set; }

        public long UsedAt { get; set; }
    }
}
