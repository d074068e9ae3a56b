namespace Marketplace.Cli.Demo.Sources;

/// <summary>Where the real data lies: ../shared/data beside the folder that holds Marketplace.sln.</summary>
internal static class SharedFolder
{
    /// <summary>The folder, or null when there is no checkout above <paramref name="start"/> or no data beside it.</summary>
    public static string? Find(string start)
    {
        for (var folder = new DirectoryInfo(start); folder is not null; folder = folder.Parent)
        {
            if (!File.Exists(Path.Combine(folder.FullName, "Marketplace.sln"))) continue;
            if (folder.Parent is null) return null;
            var data = Path.Combine(folder.Parent.FullName, "shared", "data");
            return File.Exists(Path.Combine(data, SharedData.Timelines)) ? data : null;
        }
        return null;
    }
}
