using System.Diagnostics.CodeAnalysis;
using System.Runtime.CompilerServices;

namespace Marketplace.Journal;

/// <summary>Assertions that stay on in every build.</summary>
internal static class Require
{
    public static void That([DoesNotReturnIf(false)] bool condition, [CallerArgumentExpression(nameof(condition))] string? expression = null)
    {
        if (!condition) Fail(expression);
    }

    [DoesNotReturn]
    [MethodImpl(MethodImplOptions.NoInlining)]
    private static void Fail(string? expression) => throw new InvalidOperationException($"Assertion failed: {expression}");
}
