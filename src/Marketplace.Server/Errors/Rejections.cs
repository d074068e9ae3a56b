using System.Text;
using Google.Protobuf.WellKnownTypes;
using Google.Rpc;
using Grpc.Core;
using Marketplace.Domain.Refusals;
using Status = Google.Rpc.Status;

namespace Marketplace.Server.Errors;

/// <summary>The one place where reasons become gRPC errors: google.rpc.Status with ErrorInfo{reason, domain "marketplace.gwh", metadata}. No exception text ever reaches a client.</summary>
internal static class Rejections
{
    /// <summary>The domain of the reasons.</summary>
    public const string Domain = "marketplace.gwh";

    private static readonly Dictionary<RejectReason, string> Names = System.Enum.GetValues<RejectReason>().ToDictionary(reason => reason, reason => UpperSnake(reason.ToString()));

    /// <summary>The error of a refusal.</summary>
    public static RpcException ToException(this Refusal refusal, TimeSpan? retryAfter = null) => StatusOf(refusal, retryAfter).ToRpcException();

    /// <summary>The error of a reason.</summary>
    public static RpcException ToException(this RejectReason reason, string field = "", TimeSpan? retryAfter = null) => new Refusal(reason, field).ToException(retryAfter);

    /// <summary>The value of a result, or its refusal as an error.</summary>
    public static T OrThrow<T>(this Result<T> result)
        where T : class => result.Ok ? result.Value! : throw result.Refusal.ToException();

    /// <summary>The rich status of a refusal.</summary>
    public static Status StatusOf(Refusal refusal, TimeSpan? retryAfter = null)
    {
        var reason = refusal.Reason;
        var info = new ErrorInfo { Reason = NameOf(reason), Domain = Domain };
        if (!string.IsNullOrEmpty(refusal.Field))
        {
            info.Metadata.Add("field", refusal.Field);
        }

        var status = new Status
        {
            Code = (int)CodeOf(reason),
            Message = string.IsNullOrEmpty(refusal.Field) ? NameOf(reason) : $"{NameOf(reason)}: {refusal.Field}",
            Details = { Any.Pack(info) },
        };
        var retry = retryAfter ?? (reason is RejectReason.VenueBusy ? TimeSpan.FromMilliseconds(100) : null);
        if (retry is { } delay)
        {
            status.Details.Add(Any.Pack(new RetryInfo { RetryDelay = Duration.FromTimeSpan(delay) }));
        }

        return status;
    }

    /// <summary>A reason as it is spelled on the wire.</summary>
    public static string NameOf(RejectReason reason) => Names[reason];

    /// <summary>The gRPC code of a reason.</summary>
    public static StatusCode CodeOf(RejectReason reason) => reason switch
    {
        RejectReason.None => StatusCode.OK,
        RejectReason.Unauthenticated or RejectReason.KeyRevoked or RejectReason.KeyExpired => StatusCode.Unauthenticated,
        RejectReason.PermissionDenied => StatusCode.PermissionDenied,
        RejectReason.NotFound or RejectReason.OrderUnknown => StatusCode.NotFound,
        RejectReason.AlreadyExists => StatusCode.AlreadyExists,
        RejectReason.Cancelled => StatusCode.Cancelled,
        RejectReason.OutcomeUnknown => StatusCode.Unavailable,
        RejectReason.RateLimit or RejectReason.StreamLimit or RejectReason.VenueBusy or RejectReason.NoRoom or RejectReason.OpenOrderLimit => StatusCode.ResourceExhausted,
        >= RejectReason.InvalidArgument and <= RejectReason.AmountOutOfRange => StatusCode.InvalidArgument,
        _ => StatusCode.FailedPrecondition,
    };

    private static string UpperSnake(string name)
    {
        var text = new StringBuilder(name.Length + 4);
        foreach (var c in name)
        {
            if (char.IsAsciiLetterUpper(c) && text.Length > 0)
            {
                text.Append('_');
            }

            text.Append(char.ToUpperInvariant(c));
        }

        return text.ToString();
    }
}
