using Marketplace.Server.Hosting;
using static Marketplace.EndToEnd.Tests.Hosting.SmallMarket;

namespace Marketplace.EndToEnd.Tests.Damage;

/// <summary>
/// One bit flipped anywhere in the data directory, or the end of a file lost: verify names it or the state is what it was, and the server says what it said before, or stops
/// with 74 and says nothing wrong. MARKETPLACE_HARMS says how often.
/// </summary>
public sealed class DamageTests(SmallMarket market, ITestOutputHelper output) : IClassFixture<SmallMarket>
{
    private const int Corrupt = 74;
    private const int MostUnchanged = 50;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_harmed_byte_is_named_or_changes_nothing_and_is_never_served()
    {
        var harms = int.TryParse(Environment.GetEnvironmentVariable("MARKETPLACE_HARMS"), out var asked) ? asked : 6;
        var seed = Random.Shared.Next();
        output.WriteLine($"seed {seed}, {harms} harms");
        var random = new Random(seed);
        await Trade();
        var truth = await market.Auditor.Audit.GetStateHashAsync(new());
        await market.Server.Kill();
        int named = 0, stopped = 0, unchanged = 0;

        // Nearly half of all harms change nothing; a run of few goes on until one was named.
        for (var harm = 0; harm < harms || (named == 0 && harm < MostUnchanged); harm++)
        {
            using var folder = DataFolder.CopyOf(market.Server.Data);
            var what = Harm(folder.Directory, random);
            var verified = VerifyVerb.Check(folder.Directory, TextWriter.Null);
            var served = await ServesTheTruth(folder.Directory, truth, what);
            Assert.True(!verified.Whole || served, $"{what}: the server stopped for what verify finds whole");
            named += verified.Whole ? 0 : 1;
            stopped += served ? 0 : 1;
            unchanged += verified.Whole ? 1 : 0;
        }

        output.WriteLine($"{named} named by verify, {stopped} stopped the server, {unchanged} changed nothing");
        Assert.True(named > 0);
    }

    private async Task Trade()
    {
        for (var price = 2_000_000; price < 2_000_030; price++)
        {
            await market.Supplier.Trading.PlaceOrderAsync(Limit(Hour, Side.Ask, price, 3));
            await market.Buyer.Trading.PlaceOrderAsync(Limit(Hour, Side.Bid, price, 2));
        }
    }

    private static string Harm(DirectoryInfo directory, Random random)
    {
        var files = directory.GetFiles("*", SearchOption.AllDirectories).Where(file => file.Length > 0 && file.Name != "lock").OrderBy(file => file.FullName, StringComparer.Ordinal).ToArray();
        var file = files[random.Next(files.Length)];
        using var stream = file.Open(FileMode.Open, FileAccess.ReadWrite);
        if (random.Next(4) == 0)
        {
            var lost = random.NextInt64(1, stream.Length + 1);
            stream.SetLength(stream.Length - lost);
            return $"{file.Name} without its last {lost} bytes";
        }

        var at = random.NextInt64(stream.Length);
        stream.Position = at;
        var value = stream.ReadByte();
        stream.Position = at;
        var bit = random.Next(8);
        stream.WriteByte((byte)(value ^ (1 << bit)));
        return $"{file.Name} with bit {bit} of byte {at} flipped";
    }

    /// <summary>True when the server answers as before the harm; false when it stopped with 74, at its start or at the reading.</summary>
    private async Task<bool> ServesTheTruth(DirectoryInfo data, GetStateHashResponse truth, string what)
    {
        await using var server = RunningServer.Launch(data, [], Begin);
        if (!await server.ServesOrEnds(Cancellation))
        {
            Assert.True(await server.Ended(Cancellation) == Corrupt, $"{what}: {server.Said}");
            return false;
        }

        var line = Line.To(server, market.KeyOf("aud"));
        try
        {
            Assert.Equal((what, truth.StateSha256), (what, (await line.Audit.GetStateHashAsync(new() { AsOf = truth.AsOf })).StateSha256));
            var events = line.Audit.ListInstrumentEventsAsync(new() { InstrumentId = Hour, PageSize = 1_000 });
            Assert.NotEmpty((await events).Events);
            return true;
        }
        catch (RpcException)
        {
            Assert.True(await server.Ended(Cancellation) == Corrupt, $"{what}: {server.Said}");
            return false;
        }
    }
}
