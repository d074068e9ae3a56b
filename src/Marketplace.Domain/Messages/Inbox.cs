namespace Marketplace.Domain.Messages;

/// <summary>The last message received from each sender: a repeated number is acknowledged and does nothing; a gap is a bug.</summary>
public sealed class Inbox
{
    private readonly Dictionary<string, long> _last = new(StringComparer.Ordinal);

    /// <summary>Number of the last message received from a sender; 0 before the first.</summary>
    public long LastFrom(string sender) => _last.GetValueOrDefault(sender);

    /// <summary>The part of a parcel that is new: null when all of it was received before.</summary>
    public MessagesReceived? News(Parcel parcel)
    {
        var last = LastFrom(parcel.Sender);
        Check.That(parcel.FirstNumber <= last + 1);
        var known = (int)(last + 1 - parcel.FirstNumber);
        if (known >= parcel.Messages.Length)
        {
            return null;
        }

        return new MessagesReceived(parcel.Sender, last + 1, known == 0 ? parcel.Messages : parcel.Messages[known..]);
    }

    /// <summary>Takes note of messages received.</summary>
    public void Apply(MessagesReceived received)
    {
        Check.That(received.FirstNumber == LastFrom(received.Sender) + 1);
        _last[received.Sender] = received.FirstNumber + received.Messages.Length - 1;
    }

    /// <summary>Writes the inbox as part of its machine's state.</summary>
    public void Write(StateWriter writer)
    {
        writer.Count(_last.Count);
        foreach (var (sender, number) in _last.OrderBy(last => last.Key, StringComparer.Ordinal))
        {
            writer.Text(sender);
            writer.Long(number);
        }
    }

    /// <summary>Reads what <see cref="Write"/> wrote into an empty inbox.</summary>
    public void Read(StateReader reader)
    {
        for (var senders = reader.Count(); senders > 0; senders--)
        {
            _last.Add(reader.Text(), reader.Long());
        }
    }
}
