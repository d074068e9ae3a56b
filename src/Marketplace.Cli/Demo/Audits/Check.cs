namespace Marketplace.Cli.Demo.Audits;

/// <summary>One thing that must hold, and whether it does.</summary>
/// <param name="Name">What must hold.</param>
/// <param name="Broken">What breaks it; empty where it holds.</param>
/// <param name="Detail">What was compared.</param>
internal sealed record Check(string Name, IReadOnlyList<string> Broken, string Detail)
{
    public bool Ok => Broken.Count == 0;

    /// <summary>The detail, or the first things that break it.</summary>
    public string Words => Ok ? Detail : string.Join("; ", Broken.Take(5)) + (Broken.Count > 5 ? $" and {Broken.Count - 5} more" : "");

    /// <summary>Two figures that must be the same.</summary>
    public static IEnumerable<string> Same<T>(string what, T expected, T actual)
        where T : IEquatable<T> => expected.Equals(actual) ? [] : [$"{what}: {actual} and not {expected}"];
}
