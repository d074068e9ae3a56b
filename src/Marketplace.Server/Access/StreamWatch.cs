using Grpc.Core;
using Marketplace.Domain.Refusals;
using Marketplace.Grains.Participants;

namespace Marketplace.Server.Access;

/// <summary>Ends the live streams of a key that is revoked, at once, or expires, within a second.</summary>
internal sealed class StreamWatch(KeyRing keys, DirectoryView directory)
{
    private static readonly TimeSpan LookAgain = TimeSpan.FromSeconds(1);

    /// <summary>Watches over a stream for as long as the result is not disposed.</summary>
    public Live Watch(ServerCallContext context, string keyId)
    {
        var live = new Live(context);
        _ = Run(live, keyId);
        return live;
    }

    private async Task Run(Live live, string keyId)
    {
        while (!live.Stopped.IsCancellationRequested)
        {
            var changed = directory.Changed;
            var ended = keys.WhyNotValid(keyId);
            if (ended != RejectReason.None)
            {
                live.End(ended);
                return;
            }

            try
            {
                await Task.WhenAny(changed, Task.Delay(LookAgain, live.Stopped));
            }
            catch (OperationCanceledException)
            {
                return;
            }
        }
    }

    /// <summary>A stream that is watched.</summary>
    public sealed class Live : IDisposable
    {
        private readonly CancellationTokenSource _stop;
        private readonly CancellationTokenSource _end;
        private static readonly object Place = new();

        internal Live(ServerCallContext context)
        {
            _stop = new();
            _end = CancellationTokenSource.CreateLinkedTokenSource(context.CancellationToken);
            context.UserState[Place] = _end.Token;
        }

        /// <summary>Why it was ended; none while it was not.</summary>
        public RejectReason Ended { get; private set; }

        internal CancellationToken Stopped => _stop.Token;

        /// <summary>Cancelled when the stream's call ends or its key does: what a stream's work runs under.</summary>
        public static CancellationToken TokenOf(ServerCallContext context) => (CancellationToken)context.UserState[Place];

        /// <inheritdoc/>
        public void Dispose()
        {
            _stop.Cancel();
            _end.Dispose();
        }

        internal void End(RejectReason why)
        {
            Ended = why;
            _end.Cancel();
        }
    }
}
