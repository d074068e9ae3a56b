using System.Diagnostics;

namespace Marketplace.EndToEnd.Tests.OtherTools;

/// <summary>Programs that are not part of the venue; a machine may lack them.</summary>
internal static class OtherTool
{
    /// <summary>A path the environment names; a test whose program is missing is skipped, or fails where everything is required.</summary>
    public static string Path(string variable, string what)
    {
        var path = Environment.GetEnvironmentVariable(variable);
        return System.IO.Path.Exists(path) ? path : Missing($"{what}: {variable} names no place on this machine");
    }

    /// <summary>A program on the machine's path; a test whose program is missing is skipped, or fails where everything is required.</summary>
    public static string OnPath(string program) =>
        (Environment.GetEnvironmentVariable("PATH") ?? "").Split(System.IO.Path.PathSeparator)
            .Select(folder => System.IO.Path.Combine(folder, program)).FirstOrDefault(File.Exists) ?? Missing($"{program} is not on this machine's path");

    private static string Missing(string reason)
    {
        Assert.False(Environment.GetEnvironmentVariable("MARKETPLACE_REQUIRE_ALL") == "1", reason);
        Assert.Skip(reason);
        return "";
    }

    /// <summary>The folder of the public contract.</summary>
    public static string Protos()
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            if (File.Exists(System.IO.Path.Combine(folder.FullName, "Marketplace.sln")))
            {
                return System.IO.Path.Combine(folder.FullName, "protos");
            }
        }

        throw new InvalidOperationException("Marketplace.sln is not above the tests.");
    }

    /// <summary>Runs a program to its end: its exit code, and all it said.</summary>
    public static async Task<(int ExitCode, string Said)> Run(string program, string[] arguments, CancellationToken cancellation, (string Name, string Value)? variable = null)
    {
        var start = new ProcessStartInfo(program) { RedirectStandardOutput = true, RedirectStandardError = true, UseShellExecute = false };
        foreach (var argument in arguments)
        {
            start.ArgumentList.Add(argument);
        }

        if (variable is { } set)
        {
            start.Environment[set.Name] = set.Value;
        }

        using var process = Process.Start(start)!;
        var output = process.StandardOutput.ReadToEndAsync(cancellation);
        var errors = process.StandardError.ReadToEndAsync(cancellation);
        try
        {
            await process.WaitForExitAsync(cancellation).WaitAsync(TimeSpan.FromMinutes(2), cancellation);
        }
        catch
        {
            process.Kill();
            throw;
        }

        return (process.ExitCode, await output + await errors);
    }
}
