using System.Collections;
using Google.Protobuf;
using Google.Protobuf.Reflection;

namespace Marketplace.EndToEnd.Tests.BadInput;

/// <summary>One thing made wrong in a good request.</summary>
/// <param name="What">The field and what it is set to.</param>
/// <param name="Do">Sets it.</param>
internal sealed record Spoil(string What, Action<IMessage> Do);

/// <summary>Every way to make one field of a request wrong: zero, negative, extreme, overlong, unknown, unreadable, missing.</summary>
internal static class Spoils
{
    private static readonly string[] s_texts = ["", new('x', 65), new('x', 1_001), "no-such-thing", "a\u0001b", "\u00e9\u4e16", "a:b:c", "../../etc"];
    private static readonly long[] s_longs = [0, -1, long.MinValue, long.MaxValue, 90_000_000_001];
    private static readonly int[] s_numbers = [0, -1, int.MinValue, int.MaxValue];
    private static readonly int[] s_enums = [0, 99, -1, 257, int.MinValue];
    private static readonly WireTime[] s_times =
    [
        new() { Seconds = -1 },
        new() { Seconds = long.MinValue, Nanos = int.MinValue },
        new() { Seconds = long.MaxValue, Nanos = int.MaxValue },
        new() { Seconds = 1_798_761_600, Nanos = -1 },
        new() { Seconds = 1_798_761_600, Nanos = 1_000_000_000 },
        new() { Seconds = 1, Nanos = 1 },
        new() { Seconds = 253_402_300_799 },
        new(),
    ];

    /// <summary>All of them, for a message and what is in it.</summary>
    public static IEnumerable<Spoil> Of(IMessage good)
    {
        foreach (var field in good.Descriptor.Fields.InDeclarationOrder())
        {
            foreach (var spoil in field.IsRepeated ? Lists(good, field) : One(good, field))
            {
                yield return spoil with { What = $"{field.Name}{spoil.What}" };
            }
        }
    }

    private static IEnumerable<Spoil> One(IMessage good, FieldDescriptor field)
    {
        foreach (var value in Values(field))
        {
            yield return new($" = {Shown(value)}", message => field.Accessor.SetValue(message, value));
        }

        if (field.FieldType != FieldType.Message)
        {
            yield break;
        }

        yield return new(" missing", field.Accessor.Clear);
        if (field.MessageType.FullName != WireTime.Descriptor.FullName && field.Accessor.GetValue(good) is IMessage child)
        {
            foreach (var inner in Of(child))
            {
                yield return new("." + inner.What, message => inner.Do((IMessage)field.Accessor.GetValue(message)));
            }
        }
    }

    private static IEnumerable<Spoil> Lists(IMessage good, FieldDescriptor field)
    {
        yield return new(" empty", message => List(message, field).Clear());
        yield return new(" twice", message => Repeat(List(message, field), 2));
        yield return new(" 1,001 times", message => Repeat(List(message, field), 1_001));
        if (field.FieldType == FieldType.Message)
        {
            foreach (var inner in Of((IMessage)List(good, field)[0]!))
            {
                yield return new("[0]." + inner.What, message => inner.Do((IMessage)List(message, field)[0]!));
            }

            yield break;
        }

        foreach (var value in Values(field))
        {
            yield return new($"[0] = {Shown(value)}", message => List(message, field)[0] = value);
        }
    }

    private static IEnumerable<object> Values(FieldDescriptor field) => field.FieldType switch
    {
        FieldType.String => s_texts,
        FieldType.Int64 => s_longs.Cast<object>(),
        FieldType.Int32 => s_numbers.Cast<object>(),
        FieldType.Enum => s_enums.Cast<object>(),
        FieldType.Message when field.MessageType.FullName == WireTime.Descriptor.FullName => s_times.Select(time => time.Clone()),
        FieldType.Message => [field.MessageType.Parser.ParseFrom(ByteString.Empty)],
        FieldType.Bool => [],
        _ => throw new InvalidOperationException($"No wrong values are known for {field.FullName}."),
    };

    private static IList List(IMessage message, FieldDescriptor field) => (IList)field.Accessor.GetValue(message);

    private static void Repeat(IList list, int times)
    {
        var first = list[0];
        while (list.Count < times)
        {
            list.Add(first);
        }
    }

    private static string Shown(object value) => value.ToString() is { Length: > 40 } text ? $"{text[..20]}... ({text.Length})" : $"{value}";
}
