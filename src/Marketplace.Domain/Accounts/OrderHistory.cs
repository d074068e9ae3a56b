using Marketplace.Domain.Orders;

namespace Marketplace.Domain.Accounts;

/// <summary>Makes an order of the past again from the records of its account: state holds only what can still change, the rest is read from the log.</summary>
public static class OrderHistory
{
    /// <summary>The order with a number as it was after the last of some records: all from the one it was entered in. Null if it is not in them.</summary>
    public static OpenOrder? Fold(long number, IEnumerable<(long Version, Record Record)> records)
    {
        OpenOrder? order = null;
        foreach (var (version, record) in records)
        {
            var now = new Timestamp(record.TimeMicros);
            foreach (var happened in record.Events)
            {
                order = happened switch
                {
                    CommandsEntered entered => Entered(order, number, entered, version, now),
                    MessagesReceived received => Reported(order, number, received, now),
                    _ => order,
                };
            }
        }

        return order;
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

    private static OpenOrder? Entered(OpenOrder? order, long number, CommandsEntered entered, long version, Timestamp now)
    {
        foreach (var command in entered.Commands)
        {
            if (command.Command.Order != number)
            {
                continue;
            }

            if (command.Command.Kind == CommandKind.Place)
            {
                order = OpenOrder.Enter(entered.Instrument, command, entered.Session, version, now);
            }
            else
            {
                order?.Ask(command.Command);
            }
        }

        return order;
    }

    private static OpenOrder? Reported(OpenOrder? order, long number, MessagesReceived received, Timestamp now)
    {
        if (order is null)
        {
            return null;
        }

        foreach (var reports in received.Messages.OfType<OrderReports>())
        {
            foreach (var report in reports.Reports)
            {
                if (report.Order == number && order.IsOpen)
                {
                    order.Apply(report, now);
                }
            }
        }

        return order;
    }
}
