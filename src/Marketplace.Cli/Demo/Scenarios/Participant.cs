namespace Marketplace.Cli.Demo.Scenarios;

/// <summary>What a participant does in the demo.</summary>
internal enum Part
{
    Supplier,
    Maker,
    Buyer,
}

/// <summary>A simulated participant. Its name is invented and stands for nobody.</summary>
/// <param name="Id">supplier-007, maker-012, buyer-101.</param>
/// <param name="Firm">Firms have one or two participants; a firm does not trade with itself.</param>
/// <param name="Part">What it does.</param>
/// <param name="DepositMicros">Paid in at the start, micro-dollars: enough for every bid it will ever make, had none of them been released.</param>
internal sealed record Participant(string Id, string Firm, Part Part, long DepositMicros);
