using Gwh.Marketplace.V1;

namespace Marketplace.Client.Errors;

/// <summary>Reasons as the wire spells them.</summary>
public static class RejectReasonNames
{
    /// <summary>The reason in UPPER_SNAKE, such as INSUFFICIENT_FUNDS; UNSPECIFIED for none and for one this client does not know.</summary>
    public static string WireName(this RejectReason reason) => RefusalReader.NameOf(reason);
}
