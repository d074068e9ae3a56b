using System.Reflection;
using Marketplace.Architecture.Tests.Support;

namespace Marketplace.Architecture.Tests;

/// <summary>
/// What goes between grains is on file, so that a change of it is seen for what it is: a silo of yesterday must understand one of today. The calls are kept by the
/// build (src/Marketplace.Grains/OrleansContracts.txt), the domain's types by the golden files of its tests, and here the grains' own types.
/// </summary>
public sealed class GrainContractTests
{
    private const string File = "tests/Marketplace.Architecture.Tests/GrainTypes.txt";

    [Fact]
    public void The_build_keeps_the_calls_on_file()
    {
        Assert.True(Repository.Has("src/Marketplace.Grains/OrleansContracts.txt"));
        Assert.Contains("<EnableOrleansContractsAnalyzer>true<", Repository.Read("src/Marketplace.Grains/Marketplace.Grains.csproj"), StringComparison.Ordinal);
    }

    [Fact]
    public void Types_are_as_they_are_on_file()
    {
        var now = Types().Select(type => $"{Alias(type)}: {string.Join(", ", Members(type))}").Order(StringComparer.Ordinal).ToArray();
        if (Environment.GetEnvironmentVariable("MARKETPLACE_WRITE_GOLDEN") == "1")
        {
            System.IO.File.WriteAllText(Path.Combine(Repository.Root, File), string.Join('\n', now) + "\n");
        }

        var changed = now.Except(Repository.Lines(File)).Select(line => $"new:  {line}").Concat(Repository.Lines(File).Except(now).Select(line => $"gone: {line}"));
        Assert.True(now.SequenceEqual(Repository.Lines(File)), string.Join("\n", changed.Prepend($"{File} says otherwise. If that is meant, run these tests with MARKETPLACE_WRITE_GOLDEN=1:")));
    }

    [Fact]
    public void Every_type_has_an_alias_of_its_own()
    {
        var aliases = Types().Select(Alias).ToArray();
        Assert.All(aliases, alias => Assert.StartsWith("gwh.", alias, StringComparison.Ordinal));
        Assert.Equal(aliases.Length, aliases.Distinct().Count());
    }

    [Fact]
    public void Every_grain_is_known_by_a_name_of_its_own_and_not_by_its_class()
    {
        Offenders.None(Projects.TypesOf(Projects.Grains).Where(type => type is { IsClass: true, IsAbstract: false } && type.IsAssignableTo(typeof(Grain)) && !type.IsDefined(typeof(GrainTypeAttribute), false)));
        Offenders.None(Projects.TypesOf(Projects.Grains).Where(type => type.IsInterface && type.IsAssignableTo(typeof(IGrain)) && !type.IsDefined(typeof(GrainInterfaceTypeAttribute), false)));
        Offenders.None(Projects.TypesOf(Projects.Grains).Where(type => type.IsInterface && type.IsAssignableTo(typeof(IGrain)))
            .SelectMany(type => type.GetMethods()).Where(method => !method.IsDefined(typeof(AliasAttribute))).Select(method => $"{method.DeclaringType}.{method.Name}"));
    }

    private static IEnumerable<Type> Types() => Projects.TypesOf(Projects.Grains).Where(type => type.IsDefined(typeof(GenerateSerializerAttribute), false));

    private static string Alias(Type type) => type.GetCustomAttribute<AliasAttribute>(false)?.Alias ?? type.FullName!;

    private static IEnumerable<string> Members(Type type) => type.GetProperties(BindingFlags.Instance | BindingFlags.Public | BindingFlags.DeclaredOnly)
        .Select(property => (property.GetCustomAttribute<IdAttribute>()?.Id, property)).Where(member => member.Id is not null).OrderBy(member => member.Id)
        .Select(member => $"{member.Id} {member.property.Name} {Name(member.property.PropertyType)}");

    private static string Name(Type type) => type.IsArray ? Name(type.GetElementType()!) + "[]"
        : type.IsGenericType ? $"{type.Name.Split('`')[0]}<{string.Join(", ", type.GetGenericArguments().Select(Name))}>"
        : type.Name;
}
