using Gwh.Marketplace.V1;
using Marketplace.Client.Streams;

namespace Marketplace.Client.Trades;

/// <summary>The rules of StreamTrades: chained by prev_sequence, resumed behind the last sequence up to which nothing is missing.</summary>
internal sealed class TradeFollower(string instrumentId, long fromSequence) : IFollower<StreamTradesRequest, StreamTradesResponse, TradeUpdate>
{
    private readonly long _from = fromSequence;
    private HealCause? _cause;
    private bool _begun;
    private long _epoch;
    private long _upTo;
    private long _lastTrade;
    private long _lastOfConnection;

    public StreamTradesRequest Begin()
    {
        _cause = _begun ? _cause ?? HealCause.Resumed : null;
        _lastOfConnection = 0;
        return new() { InstrumentId = instrumentId, FromSequence = _begun ? _upTo + 1 : _from };
    }

    public bool Take(StreamTradesResponse message, List<TradeUpdate> updates)
    {
        if (_begun && message.Epoch != _epoch)
        {
            _cause = HealCause.Discontinuity;
        }

        if (message.PrevSequence != _lastOfConnection || message.UpToSequence < _upTo)
        {
            _cause = message.UpToSequence < _upTo ? HealCause.WentBack : HealCause.ChainBroken;
            return message.UpToSequence < _upTo && Restart(message, updates);
        }

        var before = _lastTrade;
        foreach (var trade in message.Trades)
        {
            if (trade.Sequence <= before || trade.Sequence > message.UpToSequence)
            {
                _cause = HealCause.ChainBroken;
                return false;
            }

            before = trade.Sequence;
        }

        Heal(message.Trades.Count > 0 ? message.Trades[0].Sequence : message.UpToSequence, updates);
        Advance(message, updates);
        return true;
    }

    /// <summary>The venue knows less than it had said: say so, and go on from where it is.</summary>
    private bool Restart(StreamTradesResponse message, List<TradeUpdate> updates)
    {
        updates.Add(new(null, new(HealCause.WentBack, _upTo, message.UpToSequence)));
        (_cause, _upTo, _lastTrade) = (null, message.UpToSequence, Math.Min(_lastTrade, message.UpToSequence));
        return false;
    }

    private void Heal(long resumed, List<TradeUpdate> updates)
    {
        if (_cause is { } cause)
        {
            updates.Add(new(null, new(cause, _upTo, resumed)));
            _cause = null;
        }
    }

    private void Advance(StreamTradesResponse message, List<TradeUpdate> updates)
    {
        foreach (var trade in message.Trades)
        {
            updates.Add(new(trade, null));
            _lastTrade = _lastOfConnection = trade.Sequence;
        }

        (_begun, _epoch, _upTo) = (true, message.Epoch, message.UpToSequence);
    }
}
