using Grpc.Core;
using Gwh.Marketplace.V1;
using Marketplace.Domain.Orders;
using Marketplace.Grains.Orders;

namespace Marketplace.Server.MarketData;

/// <summary>The trades of a book: those of the past from the log, then each as it happens; none is skipped, however slow the reader.</summary>
internal sealed class TradeStreams(BookHistory history, StreamPulse pulse)
{
    private const int TradesPerMessage = 1_000;

    /// <summary>Trades from a sequence on, oldest first, read from the log.</summary>
    public IEnumerable<PublicTrade> From(string instrument, long sequence)
    {
        foreach (var past in history.From(instrument, sequence))
        {
            if (BookHistory.TradeOf(past) is { } trade)
            {
                yield return TradeWire.Of(trade.Print, trade.Time);
            }
        }
    }

    /// <summary>Sends trades until cancelled.</summary>
    public async Task Run(StreamTradesRequest request, BookChannel channel, IServerStreamWriter<StreamTradesResponse> responses, CancellationToken cancellation)
    {
        using var reader = new ChangeReader(channel, pulse);
        var from = request.FromSequence;
        long sent = 0;
        if (from == 0)
        {
            await responses.WriteAsync(new() { UpToSequence = reader.Sequence, Epoch = BookWire.Epoch }, cancellation);
        }

        while (true)
        {
            if (from > 0)
            {
                sent = await Replay(request.InstrumentId, from, reader.Sequence, sent, responses, cancellation);
            }

            from = await Live(reader, sent, responses, cancellation);
            reader.Restart();
        }
    }

    private async Task<long> Replay(
        string instrument, long from, long upTo, long sent, IServerStreamWriter<StreamTradesResponse> responses, CancellationToken cancellation)
    {
        var told = false;
        foreach (var trades in From(instrument, from).TakeWhile(trade => trade.Sequence <= upTo).Chunk(TradesPerMessage))
        {
            var last = trades.Length < TradesPerMessage;
            var upToNow = last ? upTo : trades[^1].Sequence;
            await responses.WriteAsync(new() { Trades = { trades }, PrevSequence = sent, UpToSequence = upToNow, Epoch = BookWire.Epoch }, cancellation);
            sent = trades[^1].Sequence;
            told = last;
        }

        if (!told)
        {
            await responses.WriteAsync(new() { PrevSequence = sent, UpToSequence = upTo, Epoch = BookWire.Epoch }, cancellation);
        }

        return sent;
    }

    /// <summary>Trades as they happen, until the reader has lagged behind what is kept: then where to go on from in the log.</summary>
    private static async Task<long> Live(ChangeReader reader, long sent, IServerStreamWriter<StreamTradesResponse> responses, CancellationToken cancellation)
    {
        while (true)
        {
            await reader.Wait(cancellation);
            var taken = reader.Sequence;
            if (reader.Take() is not { } changes)
            {
                return taken + 1;
            }

            foreach (var trades in changes.SelectMany(change => change.Trades.Select(trade => (trade, change.Time))).Chunk(TradesPerMessage))
            {
                var upTo = trades.Length < TradesPerMessage ? reader.Sequence : trades[^1].trade.Sequence;
                var response = new StreamTradesResponse { PrevSequence = sent, UpToSequence = upTo, Epoch = BookWire.Epoch };
                response.Trades.AddRange(trades.Select(one => TradeWire.Of(one.trade, one.Time)));
                await responses.WriteAsync(response, cancellation);
                sent = response.Trades[^1].Sequence;
                reader.Spoke();
            }

            if (reader.OwesHeartbeat)
            {
                await responses.WriteAsync(new() { PrevSequence = sent, UpToSequence = reader.Sequence, Epoch = BookWire.Epoch }, cancellation);
                reader.Spoke();
            }
        }
    }
}
