namespace Marketplace.Architecture.Tests.Support;

/// <summary>The files of the checkout, as they would be in a source archive: what builds, runs and tools leave behind is not among them.</summary>
internal static class Repository
{
    private static readonly HashSet<string> s_leftBehind = [".git", "bin", "obj", "node_modules", ".vs", ".idea"];
    private static readonly HashSet<string> s_leftAtTheRoot = ["data", "TestResults", "artifacts"];

    /// <summary>The folder with Marketplace.sln.</summary>
    public static string Root { get; } = FindRoot();

    /// <summary>Every file, relative to the root, with forward slashes, in order.</summary>
    public static IReadOnlyList<string> Files { get; } = [.. FilesIn(Root).Select(Relative).Order(StringComparer.Ordinal)];

    /// <summary>Files that people write in one of these forms.</summary>
    public static IEnumerable<string> FilesOf(params string[] extensions) => Files.Where(file => extensions.Contains(Path.GetExtension(file)));

    /// <summary>A file's text.</summary>
    public static string Read(string file) => File.ReadAllText(Absolute(file));

    /// <summary>A file's lines.</summary>
    public static string[] Lines(string file) => File.ReadAllLines(Absolute(file));

    /// <summary>Whether a file or a folder is there.</summary>
    public static bool Has(string path) => Path.Exists(Absolute(path));

    private static string Absolute(string path) => Path.Combine(Root, path);

    private static string Relative(string path) => Path.GetRelativePath(Root, path).Replace('\\', '/');

    private static IEnumerable<string> FilesIn(string folder) =>
        Directory.EnumerateFiles(folder).Where(file => !s_leftBehind.Contains(Path.GetFileName(file))).Concat(Directory.EnumerateDirectories(folder)
            .Where(inner => !s_leftBehind.Contains(Path.GetFileName(inner)) && !(folder == Root && s_leftAtTheRoot.Contains(Path.GetFileName(inner))))
            .SelectMany(FilesIn));

    private static string FindRoot()
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            if (File.Exists(Path.Combine(folder.FullName, "Marketplace.sln")))
            {
                return folder.FullName;
            }
        }

        throw new InvalidOperationException("Marketplace.sln is not above the tests.");
    }
}
