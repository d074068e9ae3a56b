using Marketplace.Domain.Accounts;
using Marketplace.Domain.Catalog;
using Marketplace.Domain.Instruments;
using Marketplace.Domain.Messages;
using Marketplace.Domain.Orders;
using Marketplace.Domain.Participants;
using Marketplace.Domain.Units;
using Marketplace.Grains.Catalog;
using Marketplace.Grains.Hosting;
using Marketplace.Grains.Orders;
using Marketplace.Grains.Participants;
using Marketplace.Grains.Treasury;
using Microsoft.Extensions.DependencyInjection;
using Request = Marketplace.Domain.Messages.Request;

namespace Marketplace.Grains.Tests;

/// <summary>A market of two hours and one buyer with cash for many orders of the smallest size.</summary>
internal static class OneBuyer
{
    public const string Hour = "H100-USEAST-20261102T12";
    public const string NextHour = "H100-USEAST-20261102T13";
    public const int MostOrders = (2 * OrderBook.MaxDueEventsPerTurn) + 1_000;

    /// <summary>How many records of the first book are durable.</summary>
    public static long BookVersion(RunningVenue venue) => venue.Log.VersionAt(Streams.Book(Hour), venue.Log.DurablePosition);

    public static async Task ReadUntil(RunningVenue venue, Func<bool> holds)
    {
        using var late = new CancellationTokenSource(TimeSpan.FromSeconds(20));
        while (!holds())
        {
            late.Token.ThrowIfCancellationRequested();
            await venue.Grains.GetGrain<IOrderBookGrain>(Hour).Read(1);
        }
    }

    public static async Task Enter(RunningVenue venue)
    {
        var catalog = venue.Grains.GetGrain<IInstrumentCatalogGrain>(Venue.SingleKey);
        foreach (var instrument in new[] { Hour, NextHour })
        {
            Assert.True((await catalog.List(By("list-" + instrument), new InstrumentRequest { Accelerator = "H100", Zone = "USEAST", Period = instrument["H100-USEAST-".Length..] })).Ok);
            Assert.True((await catalog.SetState(By("open-" + instrument), instrument, InstrumentState.Open, "")).Ok);
        }

        var directory = venue.Grains.GetGrain<IParticipantDirectoryGrain>(Venue.SingleKey);
        Assert.True((await directory.CreateFirm(By("firm"), "firm", "")).Ok);
        Assert.True((await directory.CreateParticipant(By("buyer"), "buyer", "firm", ParticipantLimits.Default with { MaxOpenOrders = MostOrders })).Ok);
        Assert.True((await venue.Grains.GetGrain<IBankDeskGrain>(Venue.SingleKey).RecordDeposit(By("deposit"), "buyer", 100L * MostOrders, "wire-1")).Ok);
    }

    public static OrderRequest Bid(RunningVenue venue, string instrument, int number, Timestamp expiry) => new()
    {
        Kind = CommandKind.Place,
        ClientOrderId = $"b{number}",
        Instrument = venue.Services.GetRequiredService<CatalogView>().Instruments[instrument],
        Side = Side.Bid,
        Type = OrderType.Limit,
        TimeInForce = TimeInForce.GoodTillDate,
        ExpiresAtMicros = expiry.Micros,
        Price = 50,
        Quantity = 1,
    };

    public static Request By(string id) => new("operator", id);
}
