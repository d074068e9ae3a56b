using System.Collections.Immutable;
using Marketplace.Cli.Demo.Prices;
using Marketplace.Cli.Demo.Sources;
using Marketplace.Cli.Demo.Supply;

namespace Marketplace.Cli.Demo.Scenarios;

/// <summary>
/// Everything the demo does, written before it is done: the same records, seed and size give the same scenario to the last digit. What the market
/// makes of it (fills, refusals of orders that are gone) is the venue's.
/// </summary>
/// <param name="Supply">What came on line, and what was left out.</param>
/// <param name="Bases">Where each accelerator's price comes from.</param>
/// <param name="Instruments">Instruments to open.</param>
/// <param name="Participants">Suppliers, makers, buyers.</param>
/// <param name="Capacity">Contracts to offer, attest and tokenise.</param>
/// <param name="OpensAt">Time of the first sale: the first publication of prices.</param>
/// <param name="FirstAsks">The suppliers' asks in the first sale.</param>
/// <param name="FirstBids">The makers' bids, to be sent when all those asks stand.</param>
/// <param name="SettledBy">By this time a netting cycle has run and the makers may offer what they bought.</param>
/// <param name="Rounds">Trading, each round later than the one before.</param>
internal sealed record Scenario(
    PublicSupply Supply, ImmutableArray<PriceBasis> Bases, ImmutableArray<TradedInstrument> Instruments, ImmutableArray<Participant> Participants,
    ImmutableArray<CapacityPlan> Capacity, DateTimeOffset OpensAt, ImmutableArray<Batch> FirstAsks, ImmutableArray<Batch> FirstBids,
    DateTimeOffset SettledBy, ImmutableArray<Round> Rounds)
{
    /// <summary>The manual clock starts at the midnight before the first publication, so that listing and deposits have a time of their own.</summary>
    public DateTimeOffset ClockStart => new(OpensAt.UtcDateTime.Date, TimeSpan.Zero);

    /// <summary>The last day of the scenario's clock is the last publication's.</summary>
    public DateTimeOffset ClosesAt => Rounds[^1].Time;

    /// <summary>All commands of all rounds, in order.</summary>
    public IEnumerable<Command> Commands => Rounds.SelectMany(round => round.Batches).SelectMany(batch => batch.Commands);
}
