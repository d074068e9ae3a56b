using System.Diagnostics.CodeAnalysis;
using Marketplace.Cli.Demo.Sources;

namespace Marketplace.Cli.Tests.Demo;

/// <summary>For tests of the makers' own files, which are never part of the checkout.</summary>
internal static class SharedDataFact
{
    /// <summary>The records of ../shared/data; where it is missing the test is skipped, or fails under MARKETPLACE_REQUIRE_ALL=1.</summary>
    public static PublicRecords Records() => SharedData.Read(Folder(), ReferenceFigures.Read().Ratings);

    public static string Folder()
    {
        if (SharedFolder.Find(AppContext.BaseDirectory) is { } folder) return folder;
        Missing("../shared/data is not beside the checkout.");
        return "";
    }

    [DoesNotReturn]
    private static void Missing(string what)
    {
        if (Environment.GetEnvironmentVariable("MARKETPLACE_REQUIRE_ALL") == "1") Assert.Fail(what);
        Assert.Skip(what);
    }
}
