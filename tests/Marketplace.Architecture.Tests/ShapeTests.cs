using Marketplace.Architecture.Tests.Support;

namespace Marketplace.Architecture.Tests;

/// <summary>Files a person reads in one go; classes closed unless something is built on them.</summary>
public sealed class ShapeTests
{
    private const int MostLines = 400;

    private static readonly Dictionary<string, string> s_longFiles = new()
    {
        ["protos/gwh/marketplace/v1/admin_service.proto"] = "One service is one file, and the operator's desk has many small calls.",
        ["protos/gwh/marketplace/v1/trading_service.proto"] = "One service is one file; order entry tells its policies and its session at length, and a message never moves to another file.",
    };

    [Fact]
    public void No_file_is_longer_than_400_lines_unless_it_has_a_reason() => Offenders.None(
        Repository.FilesOf(".cs", ".proto", ".js", ".razor").Where(file => !s_longFiles.ContainsKey(file) && Repository.Lines(file).Length > MostLines));

    [Fact]
    public void Every_listed_long_file_is_still_long() => Assert.All(s_longFiles.Keys, file => Assert.True(Repository.Lines(file).Length > MostLines, file));

    [Theory]
    [InlineData(Projects.Domain)]
    [InlineData(Projects.Journal)]
    [InlineData(Projects.Grains)]
    [InlineData(Projects.Server)]
    public void Every_class_is_sealed_or_stands_under_another(string project)
    {
        var classes = Projects.TypesOf(project).Where(type => type.IsClass).ToArray();
        var bases = classes.Select(type => type.BaseType!).Select(type => type.IsGenericType ? type.GetGenericTypeDefinition() : type).ToHashSet();
        Assert.NotEmpty(classes);
        Offenders.None(classes.Where(type => !type.IsSealed && !bases.Contains(type)));
    }

    [Fact]
    public void Values_cannot_change() => Offenders.None(Projects.TypesOf(Projects.Domain)
        .Where(type => type is { IsValueType: true, IsEnum: false, IsPublic: true } && type.IsDefined(typeof(GenerateSerializerAttribute), false) && !type.IsDefined(typeof(System.Runtime.CompilerServices.IsReadOnlyAttribute), false))
        .Select(type => type.FullName));
}
