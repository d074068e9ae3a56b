using System.Reflection;
using System.Runtime.CompilerServices;
using System.Xml.Linq;

namespace Marketplace.Architecture.Tests.Support;

/// <summary>The projects under src, as written and as built.</summary>
internal static class Projects
{
    public const string Domain = "Marketplace.Domain";
    public const string Journal = "Marketplace.Journal";
    public const string Grains = "Marketplace.Grains";
    public const string Protocol = "Marketplace.Protocol";
    public const string Server = "Marketplace.Server";
    public const string Client = "Marketplace.Client";
    public const string Cli = "Marketplace.Cli";

    /// <summary>All of them, by name.</summary>
    public static IReadOnlyList<string> All { get; } = [.. Repository.FilesOf(".csproj")
        .Where(file => file.StartsWith("src/", StringComparison.Ordinal)).Select(file => Path.GetFileNameWithoutExtension(file))];

    /// <summary>Projects a project file compiles against; a reference for the order of the build alone is none.</summary>
    public static IEnumerable<string> ReferencesOf(string project) => XDocument.Parse(Repository.Read($"src/{project}/{project}.csproj"))
        .Descendants("ProjectReference")
        .Where(reference => (string?)reference.Attribute("ReferenceOutputAssembly") != "false")
        .Select(reference => Path.GetFileNameWithoutExtension((string)reference.Attribute("Include")!));

    /// <summary>The built assembly.</summary>
    public static Assembly Assembly(string project) => System.Reflection.Assembly.LoadFrom(Path.Combine(AppContext.BaseDirectory, project + ".dll"));

    /// <summary>The types people wrote: neither the compiler's nor a generator's.</summary>
    public static IEnumerable<Type> TypesOf(string project) => Assembly(project).GetTypes().Where(type => !IsGenerated(type));

    private static bool IsGenerated(Type type) =>
        type.Name.Contains('<', StringComparison.Ordinal)
        || type.IsDefined(typeof(CompilerGeneratedAttribute), false)
        || type.IsDefined(typeof(System.CodeDom.Compiler.GeneratedCodeAttribute), false)
        || type.Namespace is null
        || !type.Namespace.StartsWith("Marketplace", StringComparison.Ordinal)
        || (type.DeclaringType is { } outer && IsGenerated(outer));
}
