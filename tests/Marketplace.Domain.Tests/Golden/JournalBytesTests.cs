using System.Globalization;
using Marketplace.Domain.Messages;
using Marketplace.Domain.Tests.Support;

namespace Marketplace.Domain.Tests.Golden;

/// <summary>The journal of today must be readable for ever: the bytes of each type are on file.</summary>
public sealed class JournalBytesTests
{
    private const string Bytes = "journal-bytes.txt";
    private const string Names = "journal-names.txt";
    private const string Numbers = "journal-numbers.txt";

    [Fact]
    public void Every_type_is_written_as_it_is_on_file() =>
        GoldenFile.Says(Bytes, Samples.Concrete.Select(type => (type.Key, Convert.ToHexString(Write(Samples.Of(type.Value))))));

    [Fact]
    public void What_is_on_file_is_read_back_whole()
    {
        foreach (var (alias, hex) in GoldenFile.Read(Bytes))
        {
            var read = Journal.Serializer.Deserialize<object>(Convert.FromHexString(hex));

            Assert.IsType(Samples.Types[alias], read);
            Assert.Equal(hex, Convert.ToHexString(Write(read)));
        }
    }

    [Fact]
    public void A_record_that_holds_every_event_and_every_message_reads_back()
    {
        var messages = Samples.Concrete.Where(type => type.Value.IsSubclassOf(typeof(Message))).Select(type => (Message)Samples.Of(type.Value)).ToArray();
        var events = Samples.Concrete.Where(type => type.Value.IsSubclassOf(typeof(Event))).Select(type => (Event)Samples.Of(type.Value));
        var record = new Record(1, [.. events, new MessagesReceived("book/x", 1, messages)]);

        Assert.Equal(Write(record), Write(Journal.RoundTrip(record)));
    }

    [Fact]
    public void Names_ids_and_types_are_as_they_are_on_file() => GoldenFile.Says(Names, Samples.Types.Select(type => (type.Key, Members(type.Value))));

    [Fact]
    public void Numbers_of_enumerations_are_as_they_are_on_file() => GoldenFile.Says(Numbers, typeof(Record).Assembly.GetTypes()
        .Where(type => type.IsEnum && type.IsPublic).Select(type => (type.Name, string.Join(", ", Enum.GetValues(type).Cast<object>().Select(value => $"{Convert.ToInt64(value, CultureInfo.InvariantCulture)} {value}")))));

    [Fact]
    public void Every_serialized_type_has_an_alias_and_every_alias_one_type()
    {
        Assert.All(Samples.Types, type => Assert.StartsWith("gwh.", type.Key, StringComparison.Ordinal));
        Assert.Equal(Samples.Types.Count, Samples.Types.Keys.Distinct(StringComparer.Ordinal).Count());
    }

    [Fact]
    public void Every_member_has_an_id_of_its_own() => Assert.All(Samples.Types.Values, type =>
        Assert.Equal(Samples.MembersOf(type).Count(), Samples.MembersOf(type).Select(member => member.Id).Distinct().Count()));

    [Fact]
    public void Every_event_and_message_can_be_serialized() => Assert.All(
        typeof(Record).Assembly.GetTypes().Where(type => type.IsSubclassOf(typeof(Event)) || type.IsSubclassOf(typeof(Message))),
        type => Assert.Contains(type, Samples.Types.Values));

    private static byte[] Write(object value) => Journal.Serializer.SerializeToArray<object>(value);

    private static string Members(Type type) => Samples.MembersOf(type).Any()
        ? string.Join(", ", Samples.MembersOf(type).Select(member => $"{member.Id} {member.Property.Name} {NameOf(member.Property.PropertyType)}"))
        : "-";

    private static string NameOf(Type type) => Nullable.GetUnderlyingType(type) is { } underlying ? $"{NameOf(underlying)}?" : type.Name;
}
