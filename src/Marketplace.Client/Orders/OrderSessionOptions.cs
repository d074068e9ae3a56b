using Google.Protobuf.WellKnownTypes;
using Gwh.Marketplace.V1;

namespace Marketplace.Client.Orders;

/// <summary>What is asked of a session. The session keeps its id when it is opened again, so that it resumes what the venue watches over.</summary>
public sealed class OrderSessionOptions
{
    /// <summary>Id of the session: 1 to 64 characters of [A-Za-z0-9_.-]. Orders entered through it carry the id. Empty: none; then nothing else may be asked for.</summary>
    public string SessionId { get; init; } = "";

    /// <summary>Whether the venue cancels the session's orders when it is lost and not opened again within the grace, and at once when it is ended.</summary>
    public bool CancelOnDisconnect { get; init; }

    /// <summary>How long the session may be away, 0 to an hour, in microseconds. Only with <see cref="CancelOnDisconnect"/>.</summary>
    public TimeSpan Grace { get; init; }

    /// <summary>
    /// The venue cancels the session's orders when it has heard nothing for this long, a second to an hour; zero: however long. This client says that it is alive three
    /// times as often, for as long as its process runs.
    /// </summary>
    public TimeSpan DeadManTimeout { get; init; }

    internal SessionOpen ToWire() => new()
    {
        SessionId = SessionId,
        CancelOnDisconnect = CancelOnDisconnect,
        Grace = Grace == TimeSpan.Zero ? null : Duration.FromTimeSpan(Grace),
        DeadManTimeout = DeadManTimeout == TimeSpan.Zero ? null : Duration.FromTimeSpan(DeadManTimeout),
    };
}
