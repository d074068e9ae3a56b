using System.Globalization;
using Spectre.Console;

namespace Marketplace.Cli.Demo.Show;

/// <summary>What the demo shows: lines with the seconds since it began, tables, and one live picture at a time where the console is interactive.</summary>
internal sealed class Screen
{
    // Wide enough that no line of a log file is broken in two.
    private const int WidthOfFiles = 1000;
    private readonly IAnsiConsole console;
    private readonly TimeProvider clock;
    private readonly long began;

    public Screen(IAnsiConsole console, TimeProvider clock)
    {
        (this.console, this.clock) = (console, clock);
        began = clock.GetTimestamp();
        IsLive = console.Profile.Capabilities.Interactive && console.Profile.Out.IsTerminal;
        if (!console.Profile.Out.IsTerminal) console.Profile.Width = WidthOfFiles;
    }

    /// <summary>Whether a picture can be redrawn in its place.</summary>
    public bool IsLive { get; }

    /// <summary>A line as it is.</summary>
    public void Say(string text) => console.WriteLine(text);

    /// <summary>A new part of the demo.</summary>
    public void Chapter(string title)
    {
        console.WriteLine();
        console.Write(new Text(title + Environment.NewLine, new Style(Color.Aqua, decoration: Decoration.Bold)));
    }

    /// <summary>Something that has just happened.</summary>
    public void Happened(string text)
    {
        console.Write(new Text(Seconds(), new Style(Color.Grey)));
        console.Write(new Text("  " + text + Environment.NewLine));
    }

    /// <summary>Whether something holds.</summary>
    public void Holds(bool ok, string name, string detail)
    {
        console.Write(new Text(ok ? "     ok" : " BROKEN", new Style(ok ? Color.Green : Color.Red, decoration: Decoration.Bold)));
        console.Write(new Text($"  {name}", new Style(decoration: Decoration.Bold)));
        console.Write(new Text((detail.Length > 0 ? $": {detail}" : "") + Environment.NewLine));
    }

    /// <summary>A table.</summary>
    public void Show(Table table) => console.Write(table);

    /// <summary>Runs work that redraws a picture as it goes on; where nothing can be redrawn, it only runs.</summary>
    public Task Live(Table first, Func<Action<Table>, Task> work) => IsLive
        ? console.Live(first).AutoClear(true).StartAsync(context => work(picture =>
        {
            context.UpdateTarget(picture);
            context.Refresh();
        }))
        : work(_ => { });

    /// <summary>A table with these columns; those that begin with a bar are numbers, on the right.</summary>
    public static Table Columns(params ReadOnlySpan<string> columns)
    {
        var table = new Table { Border = TableBorder.Simple };
        foreach (var column in columns)
        {
            var number = column.StartsWith('|');
            table.AddColumn(new TableColumn(new Text(number ? column[1..] : column, new Style(Color.Grey))) { NoWrap = true, Alignment = number ? Justify.Right : Justify.Left });
        }

        return table;
    }

    private string Seconds() => string.Create(CultureInfo.InvariantCulture, $"{clock.GetElapsedTime(began).TotalSeconds,6:0.0}s");
}
