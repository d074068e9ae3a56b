namespace Marketplace.Architecture.Tests.Support;

internal static class Offenders
{
    /// <summary>A rule holds when nothing offends against it; a failure names every offender, not the first five.</summary>
    public static void None<T>(IEnumerable<T> offenders)
    {
        var all = offenders.Select(offender => offender!.ToString()).ToArray();
        Assert.True(all.Length == 0, string.Join("\n", all.Prepend($"{all.Length} offend against this rule:")));
    }
}
