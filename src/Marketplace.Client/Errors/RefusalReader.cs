using System.Collections.Frozen;
using System.Globalization;
using Google.Rpc;
using Grpc.Core;
using Gwh.Marketplace.V1;

namespace Marketplace.Client.Errors;

/// <summary>Reads the venue's refusals out of gRPC errors.</summary>
internal static class RefusalReader
{
    /// <summary>Domain of the venue's reasons.</summary>
    public const string Domain = "marketplace.gwh";

    private const string Prefix = "REJECT_REASON_";
    private const int LongestRetryMilliseconds = 60_000;

    private static readonly FrozenDictionary<string, RejectReason> Reasons = RejectReasonReflection.Descriptor.EnumTypes[0].Values
        .ToFrozenDictionary(value => value.Name[Prefix.Length..], value => (RejectReason)value.Number, StringComparer.Ordinal);

    private static readonly FrozenDictionary<string, string> Nothing = FrozenDictionary<string, string>.Empty;

    public static MarketplaceException Read(RpcException error)
    {
        var info = error.GetRpcStatus()?.GetDetail<ErrorInfo>();
        if (info is null || info.Domain != Domain)
        {
            var words = error.Status.Detail.Length > 0 ? $"{error.StatusCode}: {error.Status.Detail}" : $"{error.StatusCode}";
            return new(words, RejectReason.Unspecified, error.StatusCode, Nothing, error);
        }

        var metadata = info.Metadata.ToFrozenDictionary(StringComparer.Ordinal);
        return new(Words(info.Reason, metadata), Reasons.GetValueOrDefault(info.Reason), error.StatusCode, metadata, error);
    }

    /// <summary>A refusal that came inside an answer, as one of a batch's results.</summary>
    public static MarketplaceException Refused(RejectReason reason, string field)
    {
        var metadata = field.Length == 0 ? Nothing : new Dictionary<string, string> { ["field"] = field }.ToFrozenDictionary(StringComparer.Ordinal);
        return new(Words(NameOf(reason), metadata), reason, StatusCode.FailedPrecondition, metadata);
    }

    /// <summary>The venue is not to be had: what was sent may have been done.</summary>
    public static MarketplaceException Lost(string words) => new(words, RejectReason.Unspecified, StatusCode.Unavailable, Nothing);

    /// <summary>Spelled as on the wire: INSUFFICIENT_FUNDS.</summary>
    public static string NameOf(RejectReason reason) =>
        RejectReasonReflection.Descriptor.EnumTypes[0].FindValueByNumber((int)reason)?.Name[Prefix.Length..] ?? "UNSPECIFIED";

    /// <summary>Whether a call that ended so may have been done.</summary>
    public static bool IsOutcomeUnknown(StatusCode code) => code is StatusCode.Unavailable or StatusCode.DeadlineExceeded;

    public static TimeSpan? RetryAfter(IReadOnlyDictionary<string, string> metadata) =>
        metadata.TryGetValue("retry_after_ms", out var text) && int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var milliseconds)
            ? TimeSpan.FromMilliseconds(Math.Min(milliseconds, LongestRetryMilliseconds))
            : null;

    private static string Words(string reason, IReadOnlyDictionary<string, string> metadata) =>
        metadata.TryGetValue("field", out var field) ? $"{reason} ({field})" : reason;
}
