using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics.X86;

namespace Marketplace.Domain.Messages;

/// <summary>Memory that is asked for and not waited for.</summary>
internal static class CacheLine
{
    /// <summary>For how many orders to ask at once: what more of them need would push each other out of the nearest cache.</summary>
    public const int AtOnce = 32;

    /// <summary>Whether the processor has the instruction; where it does not, nothing is asked for.</summary>
    public static bool CanPrefetch => Sse.IsSupported;

    /// <summary>
    /// Asks for the line a place is in: of many places one after the other, the lines come together. An object that moves meanwhile makes the hint useless and nothing else.
    /// </summary>
    public static unsafe void Prefetch<T>(ref readonly T place)
    {
        if (CanPrefetch)
        {
            Sse.Prefetch0(Unsafe.AsPointer(ref Unsafe.AsRef(in place)));
        }
    }
}
