using Google.Rpc;

namespace Marketplace.EndToEnd.Tests.Hosting;

/// <summary>What a refusal says.</summary>
internal static class Refused
{
    /// <summary>The call must be refused, with this reason.</summary>
    public static async Task<RpcException> With(RejectReason reason, Func<Task> call)
    {
        var refused = await Assert.ThrowsAsync<RpcException>(call);
        Assert.Equal(reason, ReasonOf(refused));
        return refused;
    }

    /// <summary>The call must be refused, with this reason.</summary>
    public static Task<RpcException> With<T>(RejectReason reason, AsyncUnaryCall<T> call) => With(reason, () => call.ResponseAsync);

    /// <summary>The reason of a refusal; unspecified where it gives none of the venue's.</summary>
    public static RejectReason ReasonOf(RpcException refused)
    {
        var info = refused.GetRpcStatus()?.GetDetail<ErrorInfo>();
        return info is { Domain: "marketplace.gwh" } && Names.TryGetValue(info.Reason, out var reason) ? reason : RejectReason.Unspecified;
    }

    private static readonly Dictionary<string, RejectReason> Names = RejectReasonReflection.Descriptor.EnumTypes.Single().Values
        .ToDictionary(value => value.Name["REJECT_REASON_".Length..], value => (RejectReason)value.Number, StringComparer.Ordinal);
}
