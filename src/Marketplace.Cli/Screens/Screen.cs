using Spectre.Console;
using Spectre.Console.Rendering;

namespace Marketplace.Cli.Screens;

/// <summary>Draws answers for people: facts of one thing, tables of many. What is shown is text, never markup.</summary>
internal sealed class Screen(IAnsiConsole console)
{
    /// <summary>The console itself, for what is drawn live.</summary>
    public IAnsiConsole Console => console;

    /// <summary>Writes a line.</summary>
    public void Line(string text) => console.WriteLine(text);

    /// <summary>Names and values of one thing; empty values are left out.</summary>
    public void Facts(params IReadOnlyList<(string Name, string Value)> facts)
    {
        var grid = new Grid().AddColumn(new GridColumn().NoWrap().PadRight(3)).AddColumn();
        foreach (var (name, value) in facts.Where(fact => fact.Value.Length > 0))
        {
            grid.AddRow(new Text(name, new Style(Color.Grey)), new Text(value));
        }

        console.Write(grid);
    }

    /// <summary>A table of many things; a column whose name begins with '>' is set to the right. Says so when there are none.</summary>
    public void Table(string[] columns, IEnumerable<string[]> rows)
    {
        var table = new Table { Border = TableBorder.Simple, UseSafeBorder = false };
        foreach (var column in columns)
        {
            table.AddColumn(new TableColumn(new Text(column.TrimStart('>'), new Style(decoration: Decoration.Bold)))
            {
                Alignment = column.StartsWith('>') ? Justify.Right : Justify.Left,
                NoWrap = true,
            });
        }

        foreach (var row in rows)
        {
            table.AddRow(row.Select(cell => (IRenderable)new Text(cell)));
        }

        if (table.Rows.Count == 0)
        {
            console.WriteLine("none");
            return;
        }

        console.Write(table);
    }
}
