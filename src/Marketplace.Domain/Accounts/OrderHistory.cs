using Marketplace.Domain.Orders;

namespace Marketplace.Domain.Accounts;

/// <summary>Makes an order of the past again from the records of its account: state holds only what can still change, the rest is read from the log.</summary>
public static class OrderHistory
{
    /// <summary>The order with a number as its owner saw it after the last of some records: all from the one it was entered in. Null if it is not in them.</summary>
    public static OrderView? Fold(long number, IEnumerable<(long Version, Record Record)> records)
    {
        var folded = new Folded(number);
        foreach (var (version, record) in records)
        {
            var now = new Timestamp(record.TimeMicros);
            foreach (var happened in record.Events)
            {
                switch (happened)
                {
                    case CommandsEntered entered:
                        folded.Take(entered, version, now);
                        break;
                    case MessagesReceived received:
                        folded.Take(received, now);
                        break;
                }
            }
        }

        return folded.View();
    }

    /// <summary>The command with an id in a record, and its instrument; null if it is not there.</summary>
    public static (string Instrument, EnteredCommand Command)? Find(Record record, bool placed, string id)
    {
        foreach (var entered in record.Events.OfType<CommandsEntered>())
        {
            foreach (var command in entered.Commands)
            {
                if (command.Id == id && command.Command.Kind == CommandKind.Place == placed)
                {
                    return (entered.Instrument, command);
                }
            }
        }

        return null;
    }

    /// <summary>One order, in a table of its own, and the changes of it that are not answered.</summary>
    private sealed class Folded(long number)
    {
        private readonly OpenOrders _orders = new();
        private readonly Queue<OrderCommand> _asked = new();
        private int _place = -1;

        public void Take(CommandsEntered entered, long version, Timestamp now)
        {
            var reader = entered.Read();
            while (reader.MoveNext())
            {
                ref readonly var command = ref reader.Command;
                if (command.Order != number)
                {
                    continue;
                }

                if (command.Kind == CommandKind.Place)
                {
                    var key = RequestKey.Of('o', reader.Id);
                    _place = _orders.Enter(entered.Instrument, key, reader.LongId(key), command, OpenOrder.HoldOf(command), entered.Session, version, now);
                }
                else if (_place >= 0)
                {
                    _orders.At(_place).Ask(command);
                    _asked.Enqueue(command);
                }
            }
        }

        public void Take(MessagesReceived received, Timestamp now)
        {
            if (_place < 0)
            {
                return;
            }

            foreach (var reports in received.Messages.OfType<OrderReports>())
            {
                foreach (ref readonly var report in reports)
                {
                    if (report.Order == number && _orders.At(_place).IsOpen)
                    {
                        var change = report.Answers && report.Command != CommandKind.Place ? _asked.Dequeue() : default;
                        _orders.Apply(_place, report, now, change.ExtraHold, change.StopPrice);
                    }
                }
            }
        }

        public OrderView? View() => _place < 0 ? null : _orders.Read(_place).View();
    }
}
