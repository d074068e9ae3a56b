namespace Marketplace.Cli.Demo.Prices;

/// <summary>Which way a converted price goes to the tick: down for a bid, up for an ask, so that conversion never worsens a trader's terms.</summary>
internal enum Rounding
{
    Down,
    Up,
}
