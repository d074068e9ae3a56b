namespace Marketplace.Domain.Treasury;

/// <summary>How far a withdrawal is.</summary>
public enum WithdrawalState
{
    /// <summary>Not stated.</summary>
    Unspecified = 0,
    /// <summary>Held in the account; the operator is to pay or return it.</summary>
    Pending = 1,
    /// <summary>Paid.</summary>
    Paid = 2,
    /// <summary>Returned to the account.</summary>
    Returned = 3,
}

/// <summary>A deposit against a bank reference that no other deposit has.</summary>
[GenerateSerializer, Alias("gwh.deposit"), Immutable]
public sealed record Deposit
{
    /// <summary>The bank's reference, unique in the venue.</summary>
    [Id(0)] public required string BankReference { get; init; }
    /// <summary>Whose account.</summary>
    [Id(1)] public required string Participant { get; init; }
    /// <summary>Micro-dollars.</summary>
    [Id(2)] public required long Micros { get; init; }
    /// <summary>When it was recorded.</summary>
    [Id(3)] public required Timestamp Time { get; init; }
}

/// <summary>A withdrawal.</summary>
[GenerateSerializer, Alias("gwh.withdrawal"), Immutable]
public sealed record Withdrawal
{
    /// <summary>Its id: participant, slash, number.</summary>
    [Id(0)] public required string Id { get; init; }
    /// <summary>Whose account.</summary>
    [Id(1)] public required string Participant { get; init; }
    /// <summary>Micro-dollars.</summary>
    [Id(2)] public required long Micros { get; init; }
    /// <summary>Where the operator is to pay it.</summary>
    [Id(3)] public required string Destination { get; init; }
    /// <summary>How far it is.</summary>
    [Id(4)] public required WithdrawalState State { get; init; }
    /// <summary>When it came to this state.</summary>
    [Id(5)] public required Timestamp Time { get; init; }
    /// <summary>The bank's reference of the payment; empty until paid.</summary>
    [Id(6)] public string BankReference { get; init; } = "";
}

/// <summary>A deposit was recorded.</summary>
[GenerateSerializer, Alias("gwh.deposit-recorded")]
public sealed class DepositRecorded(Deposit deposit) : EntityEvent
{
    /// <summary>The deposit.</summary>
    [Id(0)] public Deposit Deposit { get; init; } = deposit;
}

/// <summary>A withdrawal was taken in, paid or returned.</summary>
[GenerateSerializer, Alias("gwh.withdrawal-entered")]
public sealed class WithdrawalEntered(Withdrawal withdrawal) : EntityEvent
{
    /// <summary>The withdrawal after it.</summary>
    [Id(0)] public Withdrawal Withdrawal { get; init; } = withdrawal;
}
