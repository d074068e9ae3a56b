namespace Marketplace.Domain.Messages;

/// <summary>
/// The messages that wait in the channels of one outbox, each channel's in its order, all in one array: of many channels few hold any at a time, and those are then in few places of memory
/// (docs/decisions/0051-idle-machines-hold-nothing-young.md). The array grows by doubling, and is let go when it was large and nothing waits.
/// </summary>
internal sealed class MessageQueues
{
    private const int FirstPlaces = 2;
    private const int MostKept = 1_024;

    private Place[] _places = [];
    private int _made;
    private int _free = Ends.None;
    private int _waiting;

    /// <summary>Where a queue begins and ends.</summary>
    internal struct Ends()
    {
        /// <summary>Stands for no place.</summary>
        public const int None = -1;

        public int First = None;
        public int Last = None;
    }

    private struct Place
    {
        public Message? Message;
        public int Next;
    }

    /// <summary>Puts a message behind a queue's last.</summary>
    public void Enqueue(ref Ends queue, Message message)
    {
        var place = TakePlace();
        _places[place] = new() { Message = message, Next = Ends.None };
        if (queue.Last == Ends.None)
        {
            queue.First = place;
        }
        else
        {
            _places[queue.Last].Next = place;
        }

        queue.Last = place;
        _waiting++;
    }

    /// <summary>Forgets a queue's first message; there must be one.</summary>
    public void RemoveFirst(ref Ends queue)
    {
        var place = queue.First;
        queue.First = _places[place].Next;
        if (queue.First == Ends.None)
        {
            queue.Last = Ends.None;
        }

        _places[place] = new() { Next = _free };
        _free = place;
        _waiting--;
        if (_waiting == 0 && _places.Length > MostKept)
        {
            (_places, _made, _free) = ([], 0, Ends.None);
        }
    }

    /// <summary>A queue's messages, oldest first.</summary>
    public IEnumerable<Message> Of(Ends queue)
    {
        for (var place = queue.First; place != Ends.None; place = _places[place].Next)
        {
            yield return _places[place].Message!;
        }
    }

    /// <summary>A queue's last message; there must be one.</summary>
    public Message LastOf(in Ends queue) => _places[queue.Last].Message!;

    private int TakePlace()
    {
        if (_free != Ends.None)
        {
            var place = _free;
            _free = _places[place].Next;
            return place;
        }

        if (_made == _places.Length)
        {
            Array.Resize(ref _places, Math.Max(FirstPlaces, _made * 2));
        }

        return _made++;
    }
}
