using System.Reflection;
using Google.Protobuf.Reflection;
using Marketplace.Architecture.Tests.Support;
using Marketplace.Domain.Participants;
using Marketplace.Server.Access;

namespace Marketplace.Architecture.Tests;

/// <summary>The table of RPC x role x whose object names every RPC of the contract, and what every role is for.</summary>
public sealed class AccessTests
{
    private static readonly string[] s_reading = ["Get", "List", "Stream", "Watch"];

    private static readonly string[] s_rpcs = [.. Projects.Assembly(Projects.Protocol).GetTypes()
        .Select(type => type.GetProperty("Descriptor", BindingFlags.Public | BindingFlags.Static)?.GetValue(null)).OfType<FileDescriptor>()
        .SelectMany(file => file.Services).SelectMany(service => service.Methods).Select(method => $"{method.Service.Name}/{method.Name}")];

    [Fact]
    public void Every_RPC_has_a_row_and_every_row_an_RPC()
    {
        Assert.NotEmpty(s_rpcs);
        Assert.Equal(s_rpcs.Order(StringComparer.Ordinal), AccessTable.Rpcs.Order(StringComparer.Ordinal));
    }

    [Fact]
    public void Every_RPC_is_for_somebody() => Offenders.None(s_rpcs.Where(rpc => AccessTable.RowOf(rpc) is not { Roles.Count: > 0 }));

    [Fact]
    public void No_RPC_is_for_a_key_without_a_role() => Offenders.None(s_rpcs.Where(rpc => AccessTable.RowOf(rpc)!.Roles.Contains(Role.Unspecified)));

    [Fact]
    public void Auditors_change_nothing() =>
        Offenders.None(s_rpcs.Where(rpc => !s_reading.Any(verb => rpc.Split('/')[1].StartsWith(verb, StringComparison.Ordinal)) && AccessTable.RowOf(rpc)!.Roles.Contains(Role.Auditor)));

    [Fact]
    public void The_desk_is_changed_by_operators_alone() =>
        Offenders.None(s_rpcs.Where(rpc => rpc.StartsWith("AdminService/", StringComparison.Ordinal) && AccessTable.RowOf(rpc)!.Roles.Except([Role.Operator, Role.Auditor]).Any()));

    [Fact]
    public void Only_the_health_check_needs_no_key()
    {
        var table = new AccessTable();
        Assert.True(table.NeedsNoKey("/grpc.health.v1.Health/Check"));
        Offenders.None(s_rpcs.Select(rpc => "/gwh.marketplace.v1." + rpc).Append("/grpc.health.v1.Health/Watch").Where(table.NeedsNoKey));
    }
}
