using Marketplace.Architecture.Tests.Support;

namespace Marketplace.Architecture.Tests;

/// <summary>References between projects point down the picture of ARCHITECTURE.md only.</summary>
public sealed class ReferenceTests
{
    private static readonly Dictionary<string, string[]> s_picture = new()
    {
        [Projects.Domain] = [],
        [Projects.Journal] = [],
        [Projects.Protocol] = [],
        [Projects.Grains] = [Projects.Domain, Projects.Journal],
        [Projects.Server] = [Projects.Grains, Projects.Protocol],
        [Projects.Client] = [Projects.Protocol],
        [Projects.Cli] = [Projects.Client],
    };

    [Fact]
    public void Every_project_has_its_place_in_the_picture() => Assert.Equal(s_picture.Keys.Order(), Projects.All.Order());

    [Fact]
    public void Project_files_refer_only_to_what_the_picture_draws_below_them() =>
        Assert.All(s_picture, drawn => Assert.Subset(drawn.Value.ToHashSet(), Projects.ReferencesOf(drawn.Key).ToHashSet()));

    [Fact]
    public void Built_assemblies_use_only_what_stands_below_them() => Assert.All(s_picture.Keys, project =>
    {
        var used = Projects.Assembly(project).GetReferencedAssemblies().Select(name => name.Name!).Where(name => name.StartsWith("Marketplace.", StringComparison.Ordinal));
        Assert.Subset(Below(project).ToHashSet(), used.ToHashSet());
    });

    [Fact]
    public void The_domain_uses_nothing_but_the_runtime_and_Orleans_serialization()
    {
        string[] allowed = ["Orleans.Serialization", "Orleans.Serialization.Abstractions", "Microsoft.Extensions.DependencyInjection.Abstractions", "Microsoft.Extensions.ObjectPool"];
        var used = Projects.Assembly(Projects.Domain).GetReferencedAssemblies().Select(name => name.Name!)
            .Where(name => !name.StartsWith("System.", StringComparison.Ordinal));
        Assert.Subset(allowed.ToHashSet(), used.ToHashSet());
    }

    [Fact]
    public void The_journal_knows_no_Orleans() =>
        Assert.DoesNotContain(Projects.Assembly(Projects.Journal).GetReferencedAssemblies(), name => name.Name!.StartsWith("Orleans", StringComparison.Ordinal));

    [Fact]
    public void Below_the_server_nobody_knows_gRPC() => Assert.All([Projects.Domain, Projects.Journal, Projects.Grains], project =>
        Assert.DoesNotContain(Projects.Assembly(project).GetReferencedAssemblies(), name =>
            name.Name!.StartsWith("Grpc.", StringComparison.Ordinal) || name.Name.StartsWith("Google.", StringComparison.Ordinal)));

    private static IEnumerable<string> Below(string project) => s_picture[project].SelectMany(lower => Below(lower).Prepend(lower));
}
