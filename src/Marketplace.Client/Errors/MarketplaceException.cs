using Grpc.Core;
using Gwh.Marketplace.V1;

namespace Marketplace.Client.Errors;

/// <summary>The venue refused a call, or its outcome is unknown.</summary>
public sealed class MarketplaceException : Exception
{
    internal MarketplaceException(string message, RejectReason reason, StatusCode statusCode, IReadOnlyDictionary<string, string> metadata, Exception? inner = null)
        : base(message, inner)
    {
        Reason = reason;
        StatusCode = statusCode;
        Metadata = metadata;
    }

    /// <summary>Why, in the venue's words; unspecified where the answer did not come from the venue.</summary>
    public RejectReason Reason { get; }

    /// <summary>The gRPC code.</summary>
    public StatusCode StatusCode { get; }

    /// <summary>What the venue says beside the reason, such as the field at fault.</summary>
    public IReadOnlyDictionary<string, string> Metadata { get; }

    /// <summary>The field at fault; empty where none is.</summary>
    public string Field => Metadata.GetValueOrDefault("field", "");

    /// <summary>The id the write was sent with, to repeat it or to ask for its outcome; empty for a read.</summary>
    public string RequestId { get; internal set; } = "";

    /// <summary>Whether the write may have been done: repeat it with <see cref="RequestId"/>, or ask GetOutcome.</summary>
    public bool IsOutcomeUnknown => RefusalReader.IsOutcomeUnknown(StatusCode);

    /// <summary>When the venue says to come again; null where it does not.</summary>
    public TimeSpan? RetryAfter => RefusalReader.RetryAfter(Metadata);

    /// <summary>What a gRPC error of this venue says.</summary>
    public static MarketplaceException From(RpcException error) => RefusalReader.Read(error);
}
