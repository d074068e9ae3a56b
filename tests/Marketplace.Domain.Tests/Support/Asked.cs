using Marketplace.Domain.Messages;

namespace Marketplace.Domain.Tests.Support;

/// <summary>Requests to the desks, by who asks and under which id.</summary>
internal static class Asked
{
    public static Request By(string caller, string id, long validUntilMicros = 0) => new(caller, id, validUntilMicros);
}
