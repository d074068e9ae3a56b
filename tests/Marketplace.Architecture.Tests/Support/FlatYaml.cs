namespace Marketplace.Architecture.Tests.Support;

/// <summary>Block YAML of maps, lists of scalars and scalars, as paths with their values: "services.venue.read_only" is "true". What else YAML can say is refused.</summary>
internal static class FlatYaml
{
    public static ILookup<string, string> Read(string file)
    {
        var values = new List<(string Path, string Value)>();
        var open = new Stack<(int Indent, string Path)>([(-1, "")]);
        foreach (var line in Repository.Lines(file).Where(line => line.Trim().Length > 0 && !line.TrimStart().StartsWith('#')))
        {
            Assert.DoesNotContain('\t', line);
            var text = line.Trim();
            var indent = line.Length - line.TrimStart().Length;
            while (open.Peek().Indent >= indent)
            {
                open.Pop();
            }

            var parent = open.Peek().Path;
            if (text.StartsWith("- ", StringComparison.Ordinal))
            {
                values.Add((parent, Scalar(text[2..])));
                continue;
            }

            var colon = text.IndexOf(": ", StringComparison.Ordinal);
            Assert.True(colon > 0 || text.EndsWith(':'), line);
            var path = (parent.Length == 0 ? "" : parent + ".") + text[..(colon > 0 ? colon : text.Length - 1)];
            if (colon > 0)
            {
                values.Add((path, Scalar(text[(colon + 2)..])));
            }
            else
            {
                open.Push((indent, path));
            }
        }

        return values.ToLookup(entry => entry.Path, entry => entry.Value);
    }

    private static string Scalar(string text)
    {
        Assert.DoesNotContain(text[0], "[{|>&*!");
        return text.Trim('"');
    }
}
