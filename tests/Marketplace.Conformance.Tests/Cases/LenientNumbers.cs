using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace Marketplace.Conformance.Tests.Cases;

/// <summary>A whole number, also written as 100.0; null is 0.</summary>
internal sealed class WholeNumber : JsonConverter<long>
{
    public override bool HandleNull => true;

    public override long Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) => Of(AnyNumber.Of(ref reader));

    public override void Write(Utf8JsonWriter writer, long value, JsonSerializerOptions options) => writer.WriteNumberValue(value);

    /// <summary>The whole number a value holds; null is 0.</summary>
    public static long Of(JsonElement value) => value.ValueKind == JsonValueKind.Null ? 0 : Of(value.GetDecimal());

    private static long Of(decimal number) =>
        decimal.Truncate(number) == number ? decimal.ToInt64(number) : throw new JsonException(string.Create(CultureInfo.InvariantCulture, $"{number} is no whole number."));
}

/// <summary>Any number; null is 0.</summary>
internal sealed class AnyNumber : JsonConverter<decimal>
{
    public override bool HandleNull => true;

    public override decimal Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) => Of(ref reader);

    public override void Write(Utf8JsonWriter writer, decimal value, JsonSerializerOptions options) => writer.WriteNumberValue(value);

    public static decimal Of(ref Utf8JsonReader reader) => reader.TokenType switch
    {
        JsonTokenType.Null => 0,
        JsonTokenType.String => decimal.Parse(reader.GetString()!, NumberStyles.Float, CultureInfo.InvariantCulture),
        _ => reader.GetDecimal(),
    };
}

/// <summary>True or false; null is false.</summary>
internal sealed class Flag : JsonConverter<bool>
{
    public override bool HandleNull => true;

    public override bool Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) => reader.TokenType != JsonTokenType.Null && reader.GetBoolean();

    public override void Write(Utf8JsonWriter writer, bool value, JsonSerializerOptions options) => writer.WriteBooleanValue(value);
}
