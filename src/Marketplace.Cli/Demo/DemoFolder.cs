namespace Marketplace.Cli.Demo;

/// <summary>The venue's data folder: fresh, and removed afterwards only if the demo made it and nobody will miss it.</summary>
internal sealed class DemoFolder
{
    private readonly DirectoryInfo folder;
    private readonly bool made;

    public DemoFolder(DirectoryInfo? asked)
    {
        made = asked is null;
        folder = asked ?? System.IO.Directory.CreateTempSubdirectory("gwh-demo-");
        folder.Create();
        if (folder.EnumerateFileSystemInfos().Any()) throw new IOException($"{folder.FullName} is not empty: the demo begins with a venue of its own.");
    }

    /// <summary>The folder.</summary>
    public DirectoryInfo Directory => folder;

    /// <summary>Where it is.</summary>
    public string Path => folder.FullName;

    /// <summary>Removes it if the demo made it; whether it did.</summary>
    public bool Remove()
    {
        if (made) folder.Delete(recursive: true);
        return made;
    }
}
