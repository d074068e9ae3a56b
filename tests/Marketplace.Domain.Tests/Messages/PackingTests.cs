using CsCheck;
using Marketplace.Domain.Accounts;
using Marketplace.Domain.Instruments;
using Marketplace.Domain.Messages;
using Marketplace.Domain.Orders;
using Marketplace.Domain.Refusals;
using Marketplace.Domain.Tests.Support;

namespace Marketplace.Domain.Tests.Messages;

/// <summary>What is packed comes out as it went in, and a usual batch is small.</summary>
public sealed class PackingTests
{
    private static readonly Gen<long> Numbers = Gen.OneOf(Gen.Const(0L), Gen.Long[0, 300], Gen.Long[0, long.MaxValue]);

    private static readonly Gen<OrderCommand> Commands =
        from kind in Gen.Enum<CommandKind>()
        from side in Gen.Enum<Side>()
        from type in Gen.Enum<OrderType>()
        from force in Gen.Enum<TimeInForce>()
        from selfTrade in Gen.Enum<SelfTradeMode>()
        from postOnly in Gen.Bool
        from reason in Gen.Enum<RejectReason>()
        from numbers in Numbers.Array[7]
        from rates in Gen.Int[0, 10_000].Array[2]
        select new OrderCommand(kind, numbers[0], side, type, force, postOnly, selfTrade, numbers[1], numbers[2], numbers[3], rates[0], rates[1], numbers[4], reason, numbers[5], numbers[6], numbers[0]);

    private static readonly Gen<OrderReport> Reports =
        from kind in Gen.Enum<ReportKind>()
        from command in Gen.Enum<CommandKind>()
        from side in Gen.Enum<Side>()
        from reason in Gen.Enum<RejectReason>()
        from flags in Gen.Bool.Array[4]
        from numbers in Numbers.Array[7]
        select new OrderReport(kind, numbers[0], numbers[1], numbers[2], numbers[3], numbers[4], numbers[5], numbers[6], flags[0], flags[1], reason, command, flags[2], side, flags[3]);

    [Fact]
    public void Commands_come_out_as_they_went_in() => Commands.Array[0, 20].Sample(commands =>
        Assert.Equal(commands, Journal.RoundTrip(new OrderCommands("firm", commands)).Commands));

    [Fact]
    public void Reports_come_out_as_they_went_in() => Reports.Array[0, 20].Sample(reports =>
        Assert.Equal(reports, Journal.RoundTrip(new OrderReports("instrument", reports)).Reports));

    [Fact]
    public void Entered_commands_come_out_as_they_went_in() =>
        Gen.Select(Commands, Gen.String[Gen.Char["ab01_.-"], 0, 64], Gen.ULong, Numbers, (command, id, fingerprint, version) => new EnteredCommand(command, id, fingerprint, version))
            .Array[0, 20].Sample(entered => Assert.Equal(entered, Journal.RoundTrip(new CommandsEntered("instrument", entered)).Commands));

    [Fact]
    public void A_usual_command_takes_eight_bytes_and_its_entry_twenty()
    {
        var entered = Enumerable.Range(1, 100).Select(number => new EnteredCommand(
            new OrderCommand(
                CommandKind.Place, number, number % 2 == 0 ? Side.Bid : Side.Ask, OrderType.Limit, TimeInForce.GoodTillCancelled, false, SelfTradeMode.CancelNewest,
                1_900_000 + (number % 3), 1 + (number % 5), 0, 1, 2),
            $"s12-3-{1_000_000 + number}", 0x9E3779B97F4A7C15UL * (ulong)number, 0)).ToArray();

        Assert.InRange(new OrderCommands("firm", [.. entered.Select(one => one.Command)]).Packed.Length, 100, 800);
        Assert.InRange(new CommandsEntered("instrument", entered).Packed.Length, 100, 2_000);
    }
}
