using System.Globalization;

namespace Marketplace.Cli.Demo.Scenarios;

/// <summary>Ids of one participant's commands: q-1, q-2, ... They tell orders apart for their owner alone.</summary>
internal sealed class OrderIds(string prefix)
{
    private int last;

    public string Next() => string.Create(CultureInfo.InvariantCulture, $"{prefix}-{++last}");
}
