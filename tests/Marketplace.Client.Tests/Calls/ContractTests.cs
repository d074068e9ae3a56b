using Google.Protobuf;
using Google.Protobuf.Reflection;
using Gwh.Marketplace.V1;
using Marketplace.Client.Calls;

namespace Marketplace.Client.Tests.Calls;

/// <summary>What the client takes for granted of the contract.</summary>
public sealed class ContractTests
{
    private static readonly ServiceDescriptor[] Services =
    [
        CatalogService.Descriptor, CapacityService.Descriptor, TradingService.Descriptor, MarketDataService.Descriptor,
        SettlementService.Descriptor, AccountService.Descriptor, AuditService.Descriptor, AdminService.Descriptor,
    ];

    private static readonly string[] Reads = ["Get", "List", "Stream", "Watch", "OpenSession", "Preview"];

    public static TheoryData<string> Methods => [.. Services.SelectMany(service => service.Methods).Select(method => method.FullName)];

    [Theory]
    [MemberData(nameof(Methods))]
    public void Every_write_has_an_id_and_valid_until_and_no_read_has(string fullName)
    {
        var method = Services.SelectMany(service => service.Methods).Single(method => method.FullName == fullName);
        var request = method.InputType.Parser.ParseFrom(ByteString.Empty);
        var isRead = Reads.Any(prefix => method.Name.StartsWith(prefix, StringComparison.Ordinal));
        if (request is PlaceOrdersRequest)
        {
            Assert.True(WriteFields.Of(new PlaceOrderRequest()).IsWrite);
            return;
        }

        Assert.Equal(!isRead, WriteFields.Of(request).IsWrite);
        Assert.Equal(!isRead, WriteFields.IsIncomplete(request));
    }

    [Fact]
    public void Id_of_a_cancel_is_its_own_and_not_the_order_s()
    {
        var cancel = new CancelOrderRequest { ClientOrderId = "order" };
        WriteFields.Complete(cancel, () => "request", null);
        Assert.Equal(("request", "order"), (cancel.RequestId, cancel.ClientOrderId));
    }

    [Fact]
    public void Reasons_have_the_numbers_and_the_names_of_the_wire()
    {
        Assert.Equal("INSUFFICIENT_FUNDS", Errors.RejectReasonNames.WireName(RejectReason.InsufficientFunds));
        Assert.Equal("UNSPECIFIED", Errors.RejectReasonNames.WireName((RejectReason)12345));
        Assert.All(Enum.GetValues<RejectReason>(), reason => Assert.Equal(
            reason.ToString().ToUpperInvariant(), Errors.RejectReasonNames.WireName(reason).Replace("_", "", StringComparison.Ordinal)));
    }
}
