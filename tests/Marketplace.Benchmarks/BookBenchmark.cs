using System.Diagnostics;
using System.Text.Json;
using Marketplace.Domain.Instruments;
using Marketplace.Domain.Messages;
using Marketplace.Domain.Orders;
using Marketplace.Domain.Tests.Orders;
using Marketplace.Domain.Tests.Support;
using Marketplace.Domain.Units;

namespace Marketplace.Benchmarks;

/// <summary>
/// The matching engine alone, one thread, in memory, no journal: every command of a flow, every event produced and looked at; beside the naive model on the first of the same
/// commands, and the whole machine (reports to accounts, settlement, packed journal events) on all of them. Medians of interleaved passes.
/// </summary>
internal static class BookBenchmark
{
    private const int NaiveCommands = 20_000;
    private const int Resting = 1_000_000;
    private const int Batch = 100;

    public static int Run()
    {
        var path = Environment.GetEnvironmentVariable("MARKETPLACE_WORKLOAD") ?? Path.Combine("..", "shared", "workload", "w1.csv.gz");
        if (!File.Exists(path))
        {
            Console.Error.WriteLine($"No workload at {Path.GetFullPath(path)}: name one of its form with MARKETPLACE_WORKLOAD, or start from the repository's root.");
            return 64;
        }

        var passes = Setting.Of("GWH_BENCH_PASSES", 7);
        var lines = Workload.Read(path);
        var first = lines[..Math.Min(NaiveCommands, lines.Length)];
        Console.WriteLine($"{lines.Length:N0} commands of {Path.GetFileName(path)}; one thread; medians of {passes} interleaved passes, one more to warm up; naive on the first {first.Length:N0}");
        CheckAnswer(path, lines);

        var book = new LimitOrderBook();
        var (whole, some, naive, machine) = (new List<double>(), new List<double>(), new List<double>(), new List<double>());
        var allocated = new List<double>();
        long packed = 0;
        for (var pass = 0; pass <= passes; pass++)
        {
            var taken = Engine(book, lines, out var bytes);
            var part = Engine(new LimitOrderBook(), first, out _);
            var plain = Naive(first);
            var all = Machine(lines, out packed);
            if (pass > 0)
            {
                whole.Add(lines.Length / taken);
                some.Add(part);
                naive.Add(plain);
                machine.Add(lines.Length / all);
                allocated.Add(bytes / (double)lines.Length);
            }
        }

        Figures.Print("book_commands_per_second", Figures.Median(whole));
        Figures.Print("book_vs_naive", Figures.Median(naive) / Figures.Median(some));
        Figures.Print("book_allocated_bytes_per_command", Figures.Median(allocated));
        Figures.Print("book_machine_commands_per_second", Figures.Median(machine));
        Figures.Print("book_event_bytes_per_command", packed / (double)lines.Length);
        Figures.Print("book_bytes_per_resting_order", BytesPerRestingOrder());
        BookMemory.Run(TestInstruments.Hour, TestInstruments.Start);
        return 0;
    }

    /// <summary>Seconds for all lines on a book that was used before: its tables have the size they need. Each pass is a party of its own and leaves the book empty.</summary>
    private static double Engine(LimitOrderBook book, WorkloadLine[] lines, out long allocated)
    {
        var party = book.AddParty(0);
        var before = GC.GetAllocatedBytesForCurrentThread();
        var started = Stopwatch.GetTimestamp();
        long traded = 0;
        for (var at = 0; at < lines.Length; at++)
        {
            Workload.Do(book, party, lines[at]);
            foreach (ref readonly var happened in book.Events)
            {
                traded += happened.Kind == BookEventKind.Traded ? happened.Quantity : 0;
            }

            book.ClearEvents();
        }

        var seconds = Stopwatch.GetElapsedTime(started).TotalSeconds;
        allocated = GC.GetAllocatedBytesForCurrentThread() - before;
        GC.KeepAlive(traded);
        while (book.CancelAny(Domain.Refusals.RejectReason.CancelledByOwner))
        {
            book.ClearEvents();
        }

        return seconds;
    }

    private static double Naive(WorkloadLine[] lines)
    {
        var book = new NaiveBook(TestInstruments.Hour);
        var started = Stopwatch.GetTimestamp();
        foreach (var line in lines)
        {
            if (line.Op is 'C' or 'M')
            {
                book.Execute("one", "one", new OrderCommand(CommandKind.Cancel, line.Id, line.Side), 0);
            }

            if (line.Op == 'R')
            {
                book.Execute("one", "one", new OrderCommand(CommandKind.Reduce, line.Id, line.Side, Quantity: line.Quantity), 0);
            }
            else if (line.Op != 'C')
            {
                book.Execute("one", "one", line.Placed, 0);
            }

            book.Told.Clear();
        }

        return Stopwatch.GetElapsedTime(started).TotalSeconds;
    }

    /// <summary>Seconds for all lines through the machine, in messages of 100 lines, each a turn; what it says is acknowledged at once.</summary>
    private static double Machine(WorkloadLine[] lines, out long packed)
    {
        packed = 0;
        var book = new OrderBook(TestInstruments.Hour.Id);
        Take(book, Streams.Catalog, 1, new InstrumentListed(TestInstruments.Hour), TestInstruments.Start);
        var messages = lines.Chunk(Batch).Select(chunk => new OrderCommands("one", [.. chunk.SelectMany(Commands)])).ToArray();
        var started = Stopwatch.GetTimestamp();
        for (var at = 0; at < messages.Length; at++)
        {
            var record = Take(book, "account/one", at + 1, messages[at], TestInstruments.Start);
            packed += record.Events[^1] is BookEvents events ? events.Packed.Length : ((BookEvents)record.Events[^2]).Packed.Length;
        }

        return Stopwatch.GetElapsedTime(started).TotalSeconds;
    }

    private static Record Take(OrderBook book, string sender, long number, Message message, Timestamp now)
    {
        book.BeginTurn(now);
        book.Receive(new Parcel(sender, number, [message], 1, number, now, false));
        foreach (var channel in book.Outbox.TakeFresh())
        {
            book.Outbox.Received(channel, channel.LastPosted);
        }

        return book.EndTurn()!;
    }

    private static IEnumerable<OrderCommand> Commands(WorkloadLine line) => line.Op switch
    {
        'C' => [new(CommandKind.Cancel, line.Id, line.Side)],
        'M' => [new(CommandKind.Cancel, line.Id, line.Side), line.Placed],
        'R' => [new(CommandKind.Reduce, line.Id, line.Side, Quantity: line.Quantity)],
        _ => [line.Placed],
    };

    /// <summary>What a book with a million resting orders takes, tables and lookup and all, 500 prices a side.</summary>
    private static double BytesPerRestingOrder()
    {
        var before = GC.GetTotalMemory(forceFullCollection: true);
        var book = new LimitOrderBook();
        var party = book.AddParty(0);
        for (var number = 1; number <= Resting; number++)
        {
            var side = number % 2 == 0 ? Side.Bid : Side.Ask;
            book.Execute(party, new OrderCommand(
                CommandKind.Place, number, side, OrderType.Limit, TimeInForce.GoodTillCancelled, SelfTrade: SelfTradeMode.None,
                Price: side == Side.Bid ? 1_000 - (number / 2 % 500) : 1_001 + (number / 2 % 500), Quantity: 1 + (number % 100)));
            book.ClearEvents();
        }

        var bytes = GC.GetTotalMemory(forceFullCollection: true) - before;
        if (book.Count != Resting)
        {
            throw new InvalidOperationException("Not all orders rest.");
        }

        return bytes / (double)Resting;
    }

    /// <summary>The flow's known answer, where there is one beside it: a book that is fast and wrong is not measured.</summary>
    private static void CheckAnswer(string path, WorkloadLine[] lines)
    {
        var book = new LimitOrderBook();
        var party = book.AddParty(0);
        var hash = Workload.Hash();
        foreach (var line in lines)
        {
            Workload.Do(book, party, line);
            foreach (ref readonly var happened in book.Events)
            {
                hash = happened.Kind == BookEventKind.Traded ? Workload.Hash(hash, happened) : hash;
            }

            book.ClearEvents();
        }

        var (levels, orders) = (Workload.LevelHash(book), Workload.OrderHash(book));
        Console.WriteLine($"trades {hash:x16}, levels {levels:x16}, orders {orders:x16}, {book.Count:N0} orders left");
        var answer = path.Replace(".csv.gz", ".expected.json", StringComparison.Ordinal).Replace(".csv", ".expected.json", StringComparison.Ordinal);
        if (answer == path || !File.Exists(answer))
        {
            Console.WriteLine("no known answer beside the file: hashes not compared");
            return;
        }

        var expected = JsonDocument.Parse(File.ReadAllText(answer)).RootElement;
        if (expected.GetProperty("trade_fnv64").GetString() != $"{hash:x16}" || expected.GetProperty("l2_fnv64").GetString() != $"{levels:x16}" || expected.GetProperty("l3_fnv64").GetString() != $"{orders:x16}")
        {
            throw new InvalidOperationException($"The book does not come to the known answer of {answer}.");
        }

        Console.WriteLine("all three hashes are the known answer's");
    }
}
