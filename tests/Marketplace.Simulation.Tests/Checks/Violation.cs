using System.Runtime.CompilerServices;

namespace Marketplace.Simulation.Tests.Checks;

/// <summary>An invariant of the venue that does not hold, by its letter and number.</summary>
internal sealed class Violation(string invariant, string what) : Exception($"{invariant}: {what}")
{
    /// <summary>Which.</summary>
    public string Invariant { get; } = invariant;

    /// <summary>Throws unless the condition holds; what went wrong is only put into words then.</summary>
    public static void Unless(bool holds, string invariant, [InterpolatedStringHandlerArgument(nameof(holds))] ref Words what)
    {
        if (!holds)
        {
            throw new Violation(invariant, what.ToString());
        }
    }

    /// <summary>Throws unless the condition holds.</summary>
    public static void Unless(bool holds, string invariant, string what)
    {
        if (!holds)
        {
            throw new Violation(invariant, what);
        }
    }

    /// <summary>Words that are not formed while all is well.</summary>
    [InterpolatedStringHandler]
    internal ref struct Words
    {
        private DefaultInterpolatedStringHandler _words;

        public Words(int literalLength, int formattedCount, bool holds, out bool isNeeded)
        {
            isNeeded = !holds;
            _words = isNeeded ? new(literalLength, formattedCount) : default;
        }

        public void AppendLiteral(string text) => _words.AppendLiteral(text);

        public void AppendFormatted<T>(T value) => _words.AppendFormatted(value);

        public override string ToString() => _words.ToStringAndClear();
    }
}
