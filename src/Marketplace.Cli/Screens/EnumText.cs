using System.Text;

namespace Marketplace.Cli.Screens;

/// <summary>Enum values as people type and read them: CancelNewest is cancel-newest.</summary>
internal static class EnumText
{
    /// <summary>Writes a value.</summary>
    public static string Format<TEnum>(TEnum value)
        where TEnum : struct, Enum
    {
        var text = new StringBuilder();
        foreach (var c in value.ToString())
        {
            if (char.IsAsciiLetterUpper(c) && text.Length > 0)
            {
                text.Append('-');
            }

            text.Append(char.ToLowerInvariant(c));
        }

        return text.ToString();
    }

    /// <summary>All values but the unspecified one, as they are typed.</summary>
    public static string[] Names<TEnum>()
        where TEnum : struct, Enum =>
        [.. Enum.GetValues<TEnum>().Where(value => Convert.ToInt32(value, null) != 0).Select(Format)];

    /// <summary>Reads a value; the unspecified one where the text is empty or no value.</summary>
    public static TEnum Parse<TEnum>(string? text)
        where TEnum : struct, Enum =>
        Enum.GetValues<TEnum>().FirstOrDefault(value => Format(value) == text);
}
