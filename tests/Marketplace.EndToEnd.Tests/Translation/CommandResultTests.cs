using Google.Protobuf.Reflection;
using Google.Protobuf.WellKnownTypes;
using Gwh.Marketplace.V1;
using Marketplace.Server.Translation;

namespace Marketplace.EndToEnd.Tests.Translation;

/// <summary>A session's result messages are used again from batch to batch.</summary>
public sealed class CommandResultTests
{
    [Fact]
    public void A_result_used_again_tells_nothing_of_what_it_told_before()
    {
        var result = new CommandResult();
        foreach (var field in CommandResult.Descriptor.Fields.InDeclarationOrder())
        {
            field.Accessor.SetValue(result, Some(field));
        }

        result.Become(default);

        Assert.Equal(new CommandResult(), result);
    }

    private static object Some(FieldDescriptor field) => field.FieldType switch
    {
        FieldType.Int32 => 7,
        FieldType.Int64 => 7L,
        FieldType.String => "seven",
        FieldType.Bool => true,
        FieldType.Enum => field.EnumType.Values[^1].Number,
        FieldType.Message when field.MessageType == Timestamp.Descriptor => new Timestamp { Seconds = 7 },
        var other => throw new NotSupportedException($"{field.Name}: {other}"),
    };
}
