using Marketplace.Architecture.Tests.Support;

namespace Marketplace.Architecture.Tests;

/// <summary>What README.md shows a stranger works.</summary>
public sealed class ReadmeTests
{
    private static readonly string[] s_example = [.. Repository.Read("README.md").Split("```csharp\n")[1].Split("```")[0].Split('\n', StringSplitOptions.RemoveEmptyEntries)];

    [Fact]
    public void The_example_is_the_one_that_compiles()
    {
        var compiled = Repository.Lines("tests/Marketplace.Architecture.Tests/ReadmeExample.cs").SkipWhile(line => line != "    {").Skip(1)
            .TakeWhile(line => line != "    }").Select(line => line.Length == 0 ? line : line[8..]).Where(line => line.Length > 0);
        Assert.Equal(["#:project src/Marketplace.Client/Marketplace.Client.csproj", "using Marketplace.Client;", .. compiled], s_example);
    }

    [Fact]
    public void The_example_has_15_lines_at_most() => Assert.InRange(s_example.Length, 1, 15);

    [Fact]
    public void The_two_commands_stand_at_the_top()
    {
        var page = Repository.Read("README.md");
        var commands = page.Split("```")[1];
        Assert.Contains("dotnet run --project src/Marketplace.Cli -- demo", commands, StringComparison.Ordinal);
        Assert.Contains("dotnet test", commands, StringComparison.Ordinal);
    }
}
