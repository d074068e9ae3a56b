namespace Marketplace.Benchmarks;

/// <summary>What readers got over a span: so many messages, for which they had to wait so many times, and the server's processor time meanwhile.</summary>
internal readonly record struct Delivery(long Messages, long Waits, TimeSpan Span, TimeSpan ProcessorTime)
{
    public double PerSecond => Messages / Span.TotalSeconds;

    /// <summary>Microseconds of the server's processor time for a message delivered.</summary>
    public double ServerMicros => ProcessorTime.TotalMicroseconds / Messages;

    /// <summary>Messages a reader found together when it had waited.</summary>
    public double Together => (double)Messages / Waits;
}
