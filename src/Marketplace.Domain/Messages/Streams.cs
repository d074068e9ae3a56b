namespace Marketplace.Domain.Messages;

/// <summary>The names of the journal's streams: kind, then key.</summary>
public static class Streams
{
    /// <summary>The catalog of accelerators and instruments.</summary>
    public const string Catalog = "catalog/";

    /// <summary>The directory of firms, participants and keys.</summary>
    public const string Directory = "directory/";

    /// <summary>The bank desk: deposits and withdrawals.</summary>
    public const string Treasury = "treasury/";

    /// <summary>The moves of a manual clock.</summary>
    public const string Clock = "clock/";

    /// <summary>Prefix of accounts.</summary>
    public const string AccountPrefix = "account/";

    /// <summary>Prefix of books.</summary>
    public const string BookPrefix = "book/";

    /// <summary>Prefix of capacity contracts.</summary>
    public const string ContractPrefix = "contract/";

    /// <summary>A participant's account.</summary>
    public static string Account(string participant) => AccountPrefix + participant;

    /// <summary>An instrument's book and settlement.</summary>
    public static string Book(string instrument) => BookPrefix + instrument;

    /// <summary>Whether a stream is the book of an instrument.</summary>
    public static bool IsBookOf(string stream, string instrument) =>
        stream.Length == BookPrefix.Length + instrument.Length && stream.StartsWith(BookPrefix, StringComparison.Ordinal) && stream.EndsWith(instrument, StringComparison.Ordinal);

    /// <summary>A capacity contract.</summary>
    public static string Contract(string contract) => ContractPrefix + contract;

    /// <summary>The key part of a stream's name: participant, instrument, contract; empty for the single ones.</summary>
    public static string KeyOf(string stream) => stream[(stream.IndexOf('/') + 1)..];
}
