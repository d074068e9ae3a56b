using System.Collections.Concurrent;
using System.Text;

namespace Marketplace.Journal;

/// <summary>One string object for each stream name, found by its UTF-8 bytes. Any thread may use it.</summary>
internal sealed class StreamNames
{
    private readonly ConcurrentDictionary<string, string> _names = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<string, string>.AlternateLookup<ReadOnlySpan<char>> _bySpan;

    public StreamNames() => _bySpan = _names.GetAlternateLookup<ReadOnlySpan<char>>();

    public string Of(ReadOnlySpan<byte> utf8)
    {
        Span<char> chars = stackalloc char[JournalStream.MaxNameBytes];
        ReadOnlySpan<char> name = chars[..Encoding.UTF8.GetChars(utf8, chars)];
        if (_bySpan.TryGetValue(name, out string? known)) return known;
        string fresh = name.ToString();
        return _names.GetOrAdd(fresh, fresh);
    }
}
