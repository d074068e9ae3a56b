using System.Reflection;
using Marketplace.Architecture.Tests.Support;

namespace Marketplace.Architecture.Tests;

/// <summary>Quantities, prices and money are integers, wherever the market counts them.</summary>
public sealed class IntegerTests
{
    private const BindingFlags Declared = BindingFlags.DeclaredOnly | BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.Instance | BindingFlags.Static;
    private static readonly HashSet<Type> s_broken = [typeof(float), typeof(double), typeof(decimal), typeof(Half)];

    [Fact]
    public void No_member_of_the_domain_speaks_of_a_fraction()
    {
        var members = Projects.TypesOf(Projects.Domain).SelectMany(type => type.GetMembers(Declared)).ToArray();
        Assert.NotEmpty(members);
        Offenders.None(members.Where(member => TypesIn(member).Any(IsBroken)).Select(member => $"{member.DeclaringType}.{member.Name}"));
    }

    [Fact]
    public void Money_crosses_no_grain_as_a_fraction() => Offenders.None(
        Projects.TypesOf(Projects.Grains).Where(type => type.IsInterface || type.IsDefined(typeof(GenerateSerializerAttribute), false)).SelectMany(type => type.GetMembers(Declared))
        .Where(member => TypesIn(member).Any(IsBroken)).Select(member => $"{member.DeclaringType}.{member.Name}"));

    [Fact]
    public void The_contract_has_no_field_with_a_fraction() => Assert.DoesNotContain(Repository.FilesOf(".proto"), file =>
        Repository.Lines(file).Select(line => line.Split("//")[0]).Any(line => line.Contains(" double ", StringComparison.Ordinal) || line.Contains(" float ", StringComparison.Ordinal)));

    private static IEnumerable<Type> TypesIn(MemberInfo member) => member switch
    {
        FieldInfo field => [field.FieldType],
        PropertyInfo property => [property.PropertyType],
        MethodInfo method => method.GetParameters().Select(parameter => parameter.ParameterType).Append(method.ReturnType),
        ConstructorInfo constructor => constructor.GetParameters().Select(parameter => parameter.ParameterType),
        _ => [],
    };

    private static bool IsBroken(Type type) =>
        s_broken.Contains(type)
        || (type.HasElementType && IsBroken(type.GetElementType()!))
        || (type.IsGenericType && type.GetGenericArguments().Any(IsBroken));
}
