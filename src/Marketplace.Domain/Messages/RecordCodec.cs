using System.Buffers;
using System.Text;
using Marketplace.Domain.Accounts;
using Marketplace.Domain.Orders;
using Orleans.Serialization.Buffers;
using Orleans.Serialization.Codecs;
using Orleans.Serialization.WireProtocol;

namespace Marketplace.Domain.Messages;

/// <summary>
/// Writes a record as one run of bytes: its time, how many events, then each with a byte for its form before it. The few kinds that orders are made of are written by hand, all
/// others whole by the general serializer (docs/decisions/0033-an-order-is-a-row-and-a-record-is-written-by-hand.md). The bytes are in the journal for ever; a form that is not known throws.
/// </summary>
[RegisterSerializer]
public sealed class RecordCodec(Serializer general) : IFieldCodec<Record>
{
    private readonly NameCache _names = new();

    private enum EventForm : byte
    {
        General = 0,
        CommandsEntered = 1,
        BookEvents = 2,
        MessagesAcknowledged = 3,
        MessagesReceived = 4,
    }

    private enum MessageForm : byte
    {
        General = 0,
        OrderCommands = 1,
        OrderReports = 2,

        /// <summary>Reports of the book that sent them: its instrument is in the sender's name.</summary>
        OrderReportsOfSender = 3,
    }

    /// <inheritdoc/>
    void IFieldCodec<Record>.WriteField<TBufferWriter>(ref Writer<TBufferWriter> writer, uint fieldIdDelta, Type? expectedType, Record? value)
    {
        ArgumentNullException.ThrowIfNull(value);
        ReferenceCodec.MarkValueField(writer.Session);
        writer.WriteFieldHeader(fieldIdDelta, expectedType, typeof(Record), WireType.LengthPrefixed);
        var bytes = new PackedWriter(1_024);
        Write(ref bytes, value);
        writer.WriteVarUInt32((uint)bytes.Written.Length);
        writer.Write(bytes.Written);
        bytes.Dispose();
    }

    /// <inheritdoc/>
    Record IFieldCodec<Record>.ReadValue<TInput>(ref Reader<TInput> reader, Field field)
    {
        ReferenceCodec.MarkValueField(reader.Session);
        field.EnsureWireType(WireType.LengthPrefixed);
        var length = reader.ReadVarUInt32();
        return Read(reader.TryReadBytes((int)length, out var bytes) ? bytes : reader.ReadBytes(length));
    }

    internal void Write(ref PackedWriter writer, Record record)
    {
        writer.Signed(record.TimeMicros);
        writer.Number((ulong)record.Events.Length);
        foreach (var happened in record.Events)
        {
            switch (happened)
            {
                case CommandsEntered entered:
                    writer.Byte((byte)EventForm.CommandsEntered);
                    writer.Text(entered.Instrument);
                    writer.Text(entered.Session);
                    writer.Bytes(entered.Packed);
                    writer.Bytes(entered.PackedIds);
                    break;
                case BookEvents book:
                    writer.Byte((byte)EventForm.BookEvents);
                    writer.Signed(book.SequenceBefore);
                    writer.Bytes(book.Packed);
                    break;
                case MessagesAcknowledged acknowledged:
                    writer.Byte((byte)EventForm.MessagesAcknowledged);
                    writer.Text(acknowledged.Target);
                    writer.Signed(acknowledged.UpTo);
                    break;
                case MessagesReceived received:
                    Write(ref writer, received);
                    break;
                default:
                    writer.Byte((byte)EventForm.General);
                    writer.Bytes(general.SerializeToArray(happened));
                    break;
            }
        }
    }

    private void Write(ref PackedWriter writer, MessagesReceived received)
    {
        writer.Byte((byte)EventForm.MessagesReceived);
        writer.Text(received.Sender);
        writer.Signed(received.FirstNumber);
        writer.Number((ulong)received.Messages.Length);
        foreach (var message in received.Messages)
        {
            switch (message)
            {
                case OrderCommands commands:
                    writer.Byte((byte)MessageForm.OrderCommands);
                    writer.Text(commands.Firm);
                    writer.Bytes(commands.Packed);
                    break;
                case OrderReports reports when Streams.IsBookOf(received.Sender, reports.Instrument):
                    writer.Byte((byte)MessageForm.OrderReportsOfSender);
                    writer.Bytes(reports.Packed);
                    break;
                case OrderReports reports:
                    writer.Byte((byte)MessageForm.OrderReports);
                    writer.Text(reports.Instrument);
                    writer.Bytes(reports.Packed);
                    break;
                default:
                    writer.Byte((byte)MessageForm.General);
                    writer.Bytes(general.SerializeToArray(message));
                    break;
            }
        }
    }

    internal Record Read(ReadOnlySpan<byte> bytes)
    {
        var reader = new PackedReader(bytes);
        var time = reader.Signed();
        var events = new Event[reader.Count()];
        for (var at = 0; at < events.Length; at++)
        {
            var form = (EventForm)reader.Byte();
            events[at] = form switch
            {
                EventForm.CommandsEntered => new CommandsEntered(_names.Read(ref reader), _names.Read(ref reader), reader.Bytes().ToArray(), reader.Bytes().ToArray()),
                EventForm.BookEvents => new BookEvents(reader.Signed(), reader.Bytes().ToArray()),
                EventForm.MessagesAcknowledged => new MessagesAcknowledged(_names.Read(ref reader), reader.Signed()),
                EventForm.MessagesReceived => Received(ref reader),
                EventForm.General => general.Deserialize<Event>(reader.Bytes())!,
                _ => throw new InvariantBrokenException($"no form of an event: {form}"),
            };
        }

        Check.That(reader.AtEnd);
        return new(time, events);
    }

    private MessagesReceived Received(ref PackedReader reader)
    {
        var sender = reader.Bytes();
        var first = reader.Signed();
        var messages = new Message[reader.Count()];
        for (var at = 0; at < messages.Length; at++)
        {
            var form = (MessageForm)reader.Byte();
            messages[at] = form switch
            {
                MessageForm.OrderCommands => Commands(ref reader),
                MessageForm.OrderReportsOfSender => new OrderReports(reader.Bytes().ToArray(), _names.Of(sender[Streams.BookPrefix.Length..])),
                MessageForm.OrderReports => Reports(ref reader),
                MessageForm.General => general.Deserialize<Message>(reader.Bytes())!,
                _ => throw new InvariantBrokenException($"no form of a message: {form}"),
            };
        }

        return new(_names.Of(sender), first, messages);
    }

    private OrderCommands Commands(ref PackedReader reader)
    {
        var firm = _names.Read(ref reader);
        return new(reader.Bytes().ToArray(), firm);
    }

    private OrderReports Reports(ref PackedReader reader)
    {
        var instrument = _names.Read(ref reader);
        return new(reader.Bytes().ToArray(), instrument);
    }

    /// <summary>
    /// Names that records have again and again: the same text for the same bytes, as long as no other takes its place. Readers of many threads may use it at once: a place
    /// holds one text or another, never half of one.
    /// </summary>
    private sealed class NameCache
    {
        private const int Places = 4_096;
        private readonly string?[] _names = new string?[Places];

        public string Read(ref PackedReader reader) => Of(reader.Bytes());

        public string Of(ReadOnlySpan<byte> bytes)
        {
            if (bytes.Length == 0)
            {
                return "";
            }

            ref var place = ref _names[Place(bytes)];
            var name = place;
            if (name is null || !Ascii.Equals(bytes, name))
            {
                place = name = Encoding.UTF8.GetString(bytes);
            }

            return name;
        }

        private static int Place(ReadOnlySpan<byte> bytes)
        {
            var hash = 2_166_136_261u;
            foreach (var one in bytes)
            {
                hash = unchecked((hash ^ one) * 16_777_619u);
            }

            return (int)((hash ^ (hash >> 16)) & (Places - 1));
        }
    }
}
