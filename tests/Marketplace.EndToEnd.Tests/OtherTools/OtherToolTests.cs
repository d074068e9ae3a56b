namespace Marketplace.EndToEnd.Tests.OtherTools;

/// <summary>Clients that nobody here wrote: stubs of another language, and a generic tool that knows only what reflection tells it.</summary>
public sealed class OtherToolTests(SmallMarket market) : IClassFixture<SmallMarket>
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_client_in_another_language_goes_the_whole_way_from_offer_to_settlement()
    {
        var modules = OtherTool.Path("MARKETPLACE_NODE_MODULES", "Node.js with @grpc/grpc-js and @grpc/proto-loader");
        var script = Path.Combine(AppContext.BaseDirectory, "node", "whole-way.js");
        var (exitCode, said) = await OtherTool.Run(
            "node", [script, $"{market.Server.Address.Host}:{market.Server.Address.Port}", market.Server.OperatorKey, OtherTool.Protos()], Cancellation, ("NODE_PATH", modules));
        Assert.True(exitCode == 0, said);
        Assert.Contains("whole way: ok", said, StringComparison.Ordinal);
        await market.AddsUp();
    }

    [Fact]
    public async Task A_generic_tool_lists_by_reflection_what_there_is_and_calls_it()
    {
        var buf = OtherTool.Path("MARKETPLACE_BUF", "buf");
        var key = $"authorization: Bearer {market.Server.OperatorKey}";
        string[] common = ["curl", "--protocol", "grpc", "--http2-prior-knowledge", "--reflect-header", key, "--header", key];
        var (listed, methods) = await OtherTool.Run(buf, [.. common, "--list-methods", market.Server.Address.ToString()], Cancellation);
        Assert.True(listed == 0, methods);
        Assert.All(BadInput.Rpcs.All, rpc => Assert.Contains($"{rpc.Service.FullName}/{rpc.Name}", methods, StringComparison.Ordinal));

        var (called, venue) = await OtherTool.Run(buf, [.. common, $"{market.Server.Address}gwh.marketplace.v1.CatalogService/GetVenue"], Cancellation);
        Assert.True(called == 0, venue);
        Assert.Contains("CLOCK_MODE_MANUAL", venue, StringComparison.Ordinal);
        var (refused, why) = await OtherTool.Run(
            buf, [.. common, "--data", """{"instrumentId": "none"}""", $"{market.Server.Address}gwh.marketplace.v1.CatalogService/GetInstrument"], Cancellation);
        Assert.Equal((int)StatusCode.NotFound << 3, refused);
        Assert.Contains("google.rpc.ErrorInfo", why, StringComparison.Ordinal);
    }
}
