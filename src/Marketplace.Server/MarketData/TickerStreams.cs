using Grpc.Core;
using Gwh.Marketplace.V1;

namespace Marketplace.Server.MarketData;

/// <summary>Tickers as they change, conflated: each reader comes for what has changed since it last came.</summary>
internal sealed class TickerStreams(TickerBoard board, StreamPulse pulse)
{
    private const int TickersPerMessage = 500;
    private static readonly TimeSpan Frame = TimeSpan.FromMilliseconds(250);

    /// <summary>Sends tickers until cancelled; of all instruments, also later ones, where none is named.</summary>
    public async Task Run(IReadOnlyCollection<string> named, IServerStreamWriter<StreamTickersResponse> responses, CancellationToken cancellation)
    {
        using var frames = new PeriodicTimer(Frame, pulse.Time);
        var seen = new Dictionary<TickerLine, long>();
        var spokeAt = pulse.Now;
        for (var first = true; ; first = false)
        {
            var lines = await board.Lines(named.Count > 0 ? named : board.All, cancellation);
            var changed = await Task.Run(() => Changed(lines, seen), cancellation);
            foreach (var part in changed.Chunk(TickersPerMessage))
            {
                await responses.WriteAsync(new() { Tickers = { part } }, cancellation);
            }

            if (changed.Count == 0 && (first || pulse.IsDue(spokeAt)))
            {
                await responses.WriteAsync(new(), cancellation);
                spokeAt = pulse.Now;
            }

            spokeAt = changed.Count > 0 ? pulse.Now : spokeAt;
            await frames.WaitForNextTickAsync(cancellation);
        }
    }

    private List<Ticker> Changed(List<TickerLine> lines, Dictionary<TickerLine, long> seen)
    {
        var changed = new List<Ticker>();
        foreach (var line in lines)
        {
            var (ticker, version) = board.Read(line);
            if (!seen.TryGetValue(line, out var before) || before != version)
            {
                seen[line] = version;
                changed.Add(ticker);
            }
        }

        return changed;
    }
}
