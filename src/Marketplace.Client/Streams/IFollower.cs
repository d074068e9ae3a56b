namespace Marketplace.Client.Streams;

/// <summary>The rules of one kind of stream, pure: what to ask for, and what each message means.</summary>
internal interface IFollower<out TRequest, in TMessage, TUpdate>
{
    /// <summary>A connection begins: what to send, going on from what is known.</summary>
    TRequest Begin();

    /// <summary>Takes a message in; adds what the reader is to see. False: the stream broke its own rules, connect again.</summary>
    bool Take(TMessage message, List<TUpdate> updates);
}
