using System.Diagnostics.CodeAnalysis;
using System.Runtime.CompilerServices;

namespace Marketplace.Domain.Refusals;

/// <summary>An invariant that does not hold. It is a bug: the machine that threw it must not go on.</summary>
public sealed class InvariantBrokenException(string what) : Exception(what);

/// <summary>Assertions that are on in every build, wherever money, sequence or book order is touched.</summary>
public static class Check
{
    /// <summary>Throws <see cref="InvariantBrokenException"/> unless the condition holds; the message is the condition itself.</summary>
    public static void That([DoesNotReturnIf(false)] bool condition, [CallerArgumentExpression(nameof(condition))] string what = "")
    {
        if (!condition)
        {
            Throw(what);
        }
    }

    [DoesNotReturn]
    private static void Throw(string what) => throw new InvariantBrokenException(what);
}
