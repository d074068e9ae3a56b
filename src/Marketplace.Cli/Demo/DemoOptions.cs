namespace Marketplace.Cli.Demo;

/// <summary>How the demo is run.</summary>
/// <param name="Data">A fresh folder for the venue's data; null for one that is made, and removed when all is well.</param>
/// <param name="Seed">Same seed, same orders.</param>
/// <param name="Serve">Whether the venue goes on running afterwards, until the demo is told to stop.</param>
internal sealed record DemoOptions(DirectoryInfo? Data, ulong Seed, bool Serve);
