using System.Collections.Immutable;
using System.Text;
using CsCheck;
using Google.Protobuf;
using Google.Protobuf.Reflection;
using Marketplace.Domain.Accounts;
using Marketplace.Grains.Catalog;
using Marketplace.Server.Translation;
using Accelerator = Marketplace.Domain.Catalog.Accelerator;
using Firmness = Marketplace.Domain.Instruments.Firmness;
using Instrument = Marketplace.Domain.Instruments.Instrument;
using InstrumentState = Marketplace.Domain.Instruments.InstrumentState;
using SelfTradeMode = Marketplace.Domain.Instruments.SelfTradeMode;
using SettlementMode = Marketplace.Domain.Instruments.SettlementMode;

namespace Marketplace.EndToEnd.Tests.Translation;

/// <summary>A session's commands are read from bytes by hand: as the contract's messages would read them, or not at all.</summary>
public sealed class SessionBatchReaderTests
{
    private const int Unknown = 1_000;

    private static readonly string[] s_instruments = ["H100-USEAST-2027Q1", "H100-USEAST-2027Q2", "B200R2-DE-20280301"];
    private static readonly string[] s_texts = [.. s_instruments, "", "order-1", "a", new('x', 64), new('y', 128), "A_b.c-9"];
    private static readonly long[] s_numbers = [1, 2, 127, 128, 1_900_000, -1, long.MinValue, long.MaxValue, 0, (1L << 32) + 1, int.MinValue];

    private static readonly SessionBatchReader s_reader = new(Catalog());

    [Fact]
    public void Usual_batches_are_read_as_the_generated_messages_read_them() => Batches().Sample(
        batch =>
        {
            var read = s_reader.Read(Bytes(batch), []);

            Assert.NotNull(read);
            Equal(s_reader.Read(batch), read.Value);
        },
        iter: 2_000);

    [Fact]
    public void Whatever_the_bytes_become_they_are_read_as_the_generated_messages_read_them_or_left_to_those()
    {
        var (taken, left) = (0, 0);
        Gen.Select(Batches(), Gen.Int[0, int.MaxValue], Gen.Byte, Gen.Int[0, 3]).Sample(
            (batch, at, value, change) =>
            {
                var bytes = Bytes(batch).ToList();
                at %= bytes.Count;
                if (change == 0)
                {
                    bytes.Insert(at, value);
                }
                else if (change == 1)
                {
                    bytes.RemoveAt(at);
                }
                else
                {
                    bytes[at] = change == 2 ? value : (byte)(bytes[at] ^ (1 << (value % 8)));
                }

                if (s_reader.Read([.. bytes], []) is not { } read)
                {
                    Interlocked.Increment(ref left);
                    return;
                }

                Interlocked.Increment(ref taken);
                Equal(s_reader.Read(OpenSessionRequest.Parser.ParseFrom([.. bytes]).Batch), read);
            },
            iter: 20_000);
        Assert.True(taken > 1_000 && left > 1_000, $"{taken} taken, {left} left");
    }

    [Fact]
    public void What_is_not_usual_is_left_to_the_generated_messages()
    {
        var place = new PlaceOrderRequest { ClientOrderId = "one", ValidUntil = new() { Seconds = 5 } }.ToByteArray();
        var time = new WireTime { Seconds = 7 }.ToByteArray();
        byte[] Batch(byte[] command) => Field(OpenSessionRequest.BatchFieldNumber, Field(SessionBatch.CommandsFieldNumber, command));
        byte[] Place(params byte[][] fields) => Batch(Field(SessionCommand.PlaceFieldNumber, [.. fields.SelectMany(field => field)]));
        Assert.NotNull(s_reader.Read(Place(place), []));
        var odd = new Dictionary<string, byte[]>
        {
            ["nothing"] = [],
            ["open"] = new OpenSessionRequest { Open = new() }.ToByteArray(),
            ["alive"] = new OpenSessionRequest { KeepAlive = new() }.ToByteArray(),
            ["two batches"] = [.. Place(place), .. Place(place)],
            ["an unknown field of the message"] = [.. Place(place), .. Field(Unknown, [1])],
            ["an unknown field of the batch"] = Field(OpenSessionRequest.BatchFieldNumber, Field(Unknown, [1])),
            ["an unknown field of the command"] = Batch([.. Field(SessionCommand.PlaceFieldNumber, place), .. Field(Unknown, [1])]),
            ["an unknown command"] = Batch(Field(Unknown, place)),
            ["no command"] = Batch([]),
            ["two commands in one"] = Batch([.. Field(SessionCommand.PlaceFieldNumber, place), .. Field(SessionCommand.CancelFieldNumber, [])]),
            ["an unknown field of the order"] = Place(place, Field(Unknown, [1])),
            ["an unknown field of a cancel"] = Batch(Field(SessionCommand.CancelFieldNumber, Field(Unknown, [1]))),
            ["a time in two parts"] = Place(place, Field(PlaceOrderRequest.ValidUntilFieldNumber, time)),
            ["an unknown field of a time"] = Place(Field(PlaceOrderRequest.ExpireTimeFieldNumber, Field(Unknown, [1]))),
            ["an id that is not ASCII"] = Place(Field(PlaceOrderRequest.ClientOrderIdFieldNumber, "\u00e9"u8.ToArray())),
            ["an id that is not UTF-8"] = Place(Field(PlaceOrderRequest.ClientOrderIdFieldNumber, [0xff])),
            ["a number as text"] = Place(Field(PlaceOrderRequest.QuantityKwhFieldNumber, "5"u8.ToArray())),
            ["a text as a number"] = Place([(PlaceOrderRequest.ClientOrderIdFieldNumber << 3) | (byte)WireFormat.WireType.Varint, 5]),
            ["a number of eleven bytes"] = Place([(PlaceOrderRequest.QuantityKwhFieldNumber << 3) | (byte)WireFormat.WireType.Varint, .. Enumerable.Repeat((byte)0x80, 10), 1]),
            ["field 0"] = Place([0, 0]),
            ["a group"] = Place([(PlaceOrderRequest.QuantityKwhFieldNumber << 3) | (byte)WireFormat.WireType.StartGroup]),
            ["a length beyond the end"] = Batch([(SessionCommand.PlaceFieldNumber << 3) | (byte)WireFormat.WireType.LengthDelimited, 100]),
        };
        Assert.All(odd, one => Assert.Null(s_reader.Read(one.Value, [])));
    }

    [Theory]
    [InlineData("", "")]
    [InlineData("", "H100-USEAST-2027Q2")]
    [InlineData("H100-USEAST-2027Q2", "")]
    [InlineData("H100-USEAST-2027Q2", "B200R2-DE-20280301")]
    public void Of_a_field_that_comes_twice_the_second_counts(string first, string second)
    {
        byte[] place = [.. Field(PlaceOrderRequest.InstrumentIdFieldNumber, Encoding.ASCII.GetBytes(first)), .. Field(PlaceOrderRequest.InstrumentIdFieldNumber, Encoding.ASCII.GetBytes(second))];
        byte[] instrument = Field(SessionBatch.InstrumentIdFieldNumber, Encoding.ASCII.GetBytes(s_instruments[0]));
        var batch = Field(OpenSessionRequest.BatchFieldNumber, [.. Field(SessionBatch.CommandsFieldNumber, Field(SessionCommand.PlaceFieldNumber, place)), .. instrument]);

        Equal(s_reader.Read(OpenSessionRequest.Parser.ParseFrom(batch).Batch), s_reader.Read(batch, [])!.Value);
    }

    [Fact]
    public void An_instrument_longer_than_any_is_left_to_the_generated_messages() =>
        Assert.Null(s_reader.Read(Bytes(new() { InstrumentId = new('y', 129), Commands = { new SessionCommand { Place = new() } } }), []));

    [Fact]
    public void A_batch_that_is_too_long_has_no_commands_either_way()
    {
        var most = new SessionBatch { BatchNumber = 9, Commands = { Enumerable.Range(0, 1_000).Select(_ => new SessionCommand { Cancel = new() }) } };
        Assert.Equal(1_000, s_reader.Read(Bytes(most), [])!.Value.Count);
        most.Commands.Add(new SessionCommand { Cancel = new() });

        Assert.Equal(new SessionCommands(9, [], 0, 0), s_reader.Read(Bytes(most), [])!.Value);
        Assert.Equal(new SessionCommands(9, [], 0, 0), s_reader.Read(most));
    }

    [Fact]
    public void Commands_go_where_there_is_room_and_nothing_of_those_before_is_left()
    {
        var full = new SessionBatch { BatchNumber = 1, ValidUntil = new() { Seconds = 5 } };
        full.Commands.Add(new SessionCommand { Place = new() { ClientOrderId = "a", InstrumentId = s_instruments[0], PriceUsdPerGwh = 5, PostOnly = true, DisplayKwh = 7 } });
        full.Commands.Add(new SessionCommand { Replace = new() { ClientOrderId = "a", RequestId = "b", QuantityKwh = 5 } });
        var first = s_reader.Read(Bytes(full), [])!.Value;
        var bare = new SessionBatch { BatchNumber = 2, Commands = { new SessionCommand { Cancel = new() } } };

        var second = s_reader.Read(Bytes(bare), first.Requests)!.Value;

        Assert.Same(first.Requests, second.Requests);
        Assert.Equal(1, second.Count);
        Assert.Equal(s_reader.Read(bare).Requests[0], second.Requests[0]);
    }

    private static void Equal(SessionCommands expected, SessionCommands read)
    {
        Assert.Equal((expected.Number, expected.Count, expected.Orders), (read.Number, read.Count, read.Orders));
        Assert.Equal<OrderRequest>(expected.Requests, read.Requests);
    }

    private static byte[] Bytes(SessionBatch batch) => new OpenSessionRequest { Batch = batch }.ToByteArray();

    private static byte[] Field(int number, byte[] content)
    {
        using var bytes = new MemoryStream();
        using var output = new CodedOutputStream(bytes);
        output.WriteTag(number, WireFormat.WireType.LengthDelimited);
        output.WriteBytes(ByteString.CopyFrom(content));
        output.Flush();
        return bytes.ToArray();
    }

    /// <summary>Batches with any of the contract's fields, so that one which the reader does not know is found.</summary>
    private static Gen<SessionBatch> Batches() => Gen.Int.Select(seed =>
    {
        var random = new Random(seed);
        var batch = new SessionBatch();
        Fill(batch, random);
        batch.Commands.Clear();
        for (var left = random.Next(1, 12); left > 0; left--)
        {
            var command = new SessionCommand();
            var of = SessionCommand.Descriptor.Oneofs[0].Fields;
            var field = of[random.Next(of.Count)];
            var message = field.MessageType.Parser.ParseFrom([]);
            Fill(message, random);
            field.Accessor.SetValue(command, message);
            batch.Commands.Add(command);
        }

        return batch;
    });

    private static void Fill(IMessage message, Random random)
    {
        foreach (var field in message.Descriptor.Fields.InDeclarationOrder().Where(field => !field.IsRepeated && random.Next(3) > 0))
        {
            var number = s_numbers[random.Next(s_numbers.Length)];
            object value = field.FieldType switch
            {
                FieldType.String => s_texts[random.Next(s_texts.Length)],
                FieldType.Bool => random.Next(2) == 0,
                FieldType.Int64 => number,
                FieldType.Enum => random.Next(3) == 0 ? unchecked((int)number) : random.Next(8),
                FieldType.Message when field.MessageType.FullName == WireTime.Descriptor.FullName => new WireTime
                {
                    Seconds = random.Next(4) == 0 ? number : random.Next(),
                    Nanos = random.Next(4) == 0 ? unchecked((int)number) : random.Next(1_000_000_000),
                },
                _ => throw new NotSupportedException($"{field.FullName} is of a kind that no command had before."),
            };
            field.Accessor.SetValue(message, value);
        }
    }

    private static CatalogView Catalog()
    {
        var view = new CatalogView();
        view.Renew(ImmutableSortedDictionary<string, Accelerator>.Empty, s_instruments.ToImmutableSortedDictionary(id => id, Listed));
        return view;
    }

    private static Instrument Listed(string id) => new()
    {
        Id = id,
        Accelerator = "H100",
        RatingVersion = 1,
        RatedWatts = 700,
        Firmness = Firmness.Firm,
        Zone = "USEAST",
        Period = default,
        TickUsdPerGwh = 1,
        LotKwh = 1,
        CollarLow = 1,
        CollarHigh = 100,
        MakerBps = 1,
        TakerBps = 2,
        Settlement = SettlementMode.Immediate,
        DefaultSelfTrade = SelfTradeMode.CancelNewest,
        AllowSelfTrade = false,
        State = InstrumentState.Open,
        Revision = 1,
    };
}
