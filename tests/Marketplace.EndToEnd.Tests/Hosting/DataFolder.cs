namespace Marketplace.EndToEnd.Tests.Hosting;

/// <summary>A temporary folder for a venue's data, gone at the end.</summary>
internal sealed class DataFolder : IDisposable
{
    public DirectoryInfo Directory { get; } = System.IO.Directory.CreateTempSubdirectory("gwh-e2e-");

    /// <summary>A copy of every file of another folder.</summary>
    public static DataFolder CopyOf(DirectoryInfo other)
    {
        var copy = new DataFolder();
        foreach (var file in other.EnumerateFiles("*", SearchOption.AllDirectories))
        {
            var target = Path.Combine(copy.Directory.FullName, Path.GetRelativePath(other.FullName, file.FullName));
            System.IO.Directory.CreateDirectory(Path.GetDirectoryName(target)!);
            file.CopyTo(target);
        }

        return copy;
    }

    public void Dispose() => Directory.Delete(recursive: true);
}
