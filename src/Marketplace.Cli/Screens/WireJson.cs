using Google.Protobuf;

namespace Marketplace.Cli.Screens;

/// <summary>Answers as protobuf's JSON: every field, int64 as strings, as the contract's JSON mapping says.</summary>
internal static class WireJson
{
    private static readonly JsonFormatter Indented = new(JsonFormatter.Settings.Default.WithFormatDefaultValues(true).WithIndentation());
    private static readonly JsonFormatter OneLine = new(JsonFormatter.Settings.Default.WithFormatDefaultValues(true));

    /// <summary>Over several lines.</summary>
    public static string Format(IMessage message) => Indented.Format(message);

    /// <summary>On one line, for streams.</summary>
    public static string FormatLine(IMessage message) => OneLine.Format(message);
}
