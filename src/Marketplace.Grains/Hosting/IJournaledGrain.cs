namespace Marketplace.Grains.Hosting;

/// <summary>What every grain of the market answers to its fellows and its host, whatever machine it hosts.</summary>
[Alias("gwh.journaled-grain")]
[GrainInterfaceType("gwh.journaled")]
public interface IJournaledGrain : IGrainWithStringKey
{
    /// <summary>Takes in messages of another machine; what was received before does nothing.</summary>
    [Alias("Receive")]
    ValueTask<Receipt> Receive(Parcel parcel);

    /// <summary>Does what is due by now: expiries, cycles, closes, messages not acknowledged.</summary>
    [Alias("Wake")]
    ValueTask Wake();
}
