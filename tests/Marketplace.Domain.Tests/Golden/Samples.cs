using System.Reflection;
using System.Runtime.CompilerServices;
using Marketplace.Domain.Accounts;
using Marketplace.Domain.Messages;
using Marketplace.Domain.Orders;
using Orleans;

namespace Marketplace.Domain.Tests.Golden;

/// <summary>One of each type that is in the journal or on the wire, every member filled, each with another value, the same in every run.</summary>
internal sealed class Samples
{
    private long _next;

    /// <summary>All types with a serializer, by alias.</summary>
    public static SortedDictionary<string, Type> Types { get; } = new(
        typeof(Record).Assembly.GetTypes().Where(type => type == typeof(Record) || type.IsDefined(typeof(GenerateSerializerAttribute), inherit: false)).ToDictionary(AliasOf), StringComparer.Ordinal);

    /// <summary>The types of which there can be one.</summary>
    public static IEnumerable<KeyValuePair<string, Type>> Concrete => Types.Where(type => !type.Value.IsAbstract && !type.Value.IsGenericType);

    /// <summary>A type's alias; the name of the type where it has none.</summary>
    public static string AliasOf(Type type) => type.GetCustomAttribute<AliasAttribute>(inherit: false)?.Alias ?? type.FullName!;

    /// <summary>The serialized members of a type itself, by id; those of its base are the base's.</summary>
    public static IEnumerable<(uint Id, PropertyInfo Property)> MembersOf(Type type) => type
        .GetProperties(BindingFlags.Instance | BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.DeclaredOnly)
        .Where(property => property.IsDefined(typeof(IdAttribute)))
        .Select(property => (property.GetCustomAttribute<IdAttribute>()!.Id, property))
        .OrderBy(member => member.Id);

    /// <summary>One of a type.</summary>
    public static object Of(Type type) => new Samples().Fill(type);

    private object Fill(Type type)
    {
        if (Nullable.GetUnderlyingType(type) is { } underlying)
        {
            return Fill(underlying);
        }

        if (type.IsArray)
        {
            var array = Array.CreateInstance(type.GetElementType()!, 2);
            array.SetValue(Fill(type.GetElementType()!), 0);
            array.SetValue(Fill(type.GetElementType()!), 1);
            return array;
        }

        if (type.IsEnum)
        {
            return Enum.GetValues(type).Cast<object>().Max()!;
        }

        // The record and what is packed are made by what packs them: their bytes are not free.
        return type == typeof(Record) ? new Record((long)Fill(typeof(long)), (Event[])Fill(typeof(Event[])))
            : type == typeof(OrderCommands) ? new OrderCommands((string)Fill(typeof(string)), (OrderCommand[])Fill(typeof(OrderCommand[])))
            : type == typeof(OrderReports) ? new OrderReports((string)Fill(typeof(string)), (OrderReport[])Fill(typeof(OrderReport[])))
            : type == typeof(CommandsEntered) ? new CommandsEntered((string)Fill(typeof(string)), (EnteredCommand[])Fill(typeof(EnteredCommand[])), (string)Fill(typeof(string)))
            : type.IsDefined(typeof(GenerateSerializerAttribute), inherit: false) ? FillMembers(type)
            : Plain(type);
    }

    private object Plain(Type type)
    {
        _next += 1_001;
        return type == typeof(string) ? $"text-{_next}"
            : type == typeof(long) ? _next
            : type == typeof(int) ? (int)_next
            : type == typeof(ulong) ? ulong.MaxValue - (ulong)_next
            : type == typeof(bool) ? true
            : type == typeof(byte) ? (object)(byte)(_next & 0xFF)
            : type == typeof(Int128) ? (Int128)_next << 70
            : throw new NotSupportedException($"A sample of {type} is missing here.");
    }

    private object FillMembers(Type type)
    {
        if (type.IsAbstract)
        {
            return Fill(Concrete.First(candidate => candidate.Value.IsSubclassOf(type) && candidate.Value != typeof(MessagesReceived)).Value);
        }

        var one = RuntimeHelpers.GetUninitializedObject(type);
        var levels = new Stack<Type>();
        for (var level = type; level is not null && level != typeof(object) && level != typeof(ValueType); level = level.BaseType)
        {
            levels.Push(level);
        }

        foreach (var (_, property) in levels.SelectMany(MembersOf))
        {
            property.SetValue(one, Fill(property.PropertyType));
        }

        return one;
    }
}
