using System.Globalization;

namespace Marketplace.Benchmarks;

/// <summary>What the environment says of a run's size.</summary>
internal static class Setting
{
    /// <summary>A whole number, or the standard where none is given.</summary>
    public static int Of(string name, int standard) => int.TryParse(Environment.GetEnvironmentVariable(name), CultureInfo.InvariantCulture, out var value) ? value : standard;
}
