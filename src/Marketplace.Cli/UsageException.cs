namespace Marketplace.Cli;

/// <summary>What was typed cannot be done; the message says why, to whoever typed it.</summary>
internal sealed class UsageException(string message) : Exception(message);
