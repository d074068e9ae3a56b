using Marketplace.Domain.Refusals;
using Marketplace.Grains.Audit;
using Marketplace.Journal;
using Marketplace.Server.Access;
using Microsoft.Extensions.DependencyInjection;
using Orleans.Serialization;

namespace Marketplace.Server.Hosting;

/// <summary>Checks a data directory offline: every file, the chain, the head, the tail, the snapshots; folds all records and says the state hash and whether the invariants hold.</summary>
internal static class VerifyVerb
{
    private const int CorruptExitCode = 74;

    /// <summary>Runs it; 0 when all is whole, 74 when something is not.</summary>
    public static int Run(DirectoryInfo directory)
    {
        if (!directory.Exists)
        {
            Console.Error.WriteLine($"{directory.FullName}: no such directory");
            return RunVerb.UsageExitCode;
        }

        return Check(directory, Console.Out).Whole ? 0 : CorruptExitCode;
    }

    /// <summary>Checks a data directory and writes what it finds; whether all is whole, and the state hash of what could be read.</summary>
    internal static (bool Whole, string StateHash) Check(DirectoryInfo directory, TextWriter output)
    {
        using var services = new ServiceCollection().AddSerializer().BuildServiceProvider();
        var fold = new VenueFold(services.GetRequiredService<Serializer>());
        var whole = true;
        var stateHash = "";
        try
        {
            var report = Verify.Run(directory.FullName, record => fold.Apply(record));
            foreach (var finding in report.Findings)
            {
                output.WriteLine($"finding: {finding}");
            }

            whole = report.IsWhole;
            output.WriteLine($"rows: {report.Rows}, records: {report.Records}, streams: {report.Streams}, position: {report.Position}");
            if (report.RowsInTailOnly > 0)
            {
                output.WriteLine($"in the tail only: {report.RowsInTailOnly} rows, as after a power cut; the next start puts them into the store");
            }

            output.WriteLine($"log hash: {report.Hash}");
            stateHash = Convert.ToHexStringLower(fold.Hash());
            output.WriteLine($"state hash: {stateHash}");
            foreach (var invariant in VenueTotals.Invariants(fold).Where(invariant => invariant.Broken.Length > 0))
            {
                whole = false;
                output.WriteLine($"finding: {invariant.Name}: {string.Join("; ", invariant.Broken)}");
            }
        }
        catch (Exception broken) when (broken is JournalException or InvariantBrokenException)
        {
            whole = false;
            output.WriteLine($"finding: {broken.Message}");
        }

        whole &= CheckOperatorKey(directory, fold, output);
        output.WriteLine(whole ? "verify: ok" : "verify: NOT ok");
        return (whole, stateHash);
    }

    private static bool CheckOperatorKey(DirectoryInfo directory, VenueFold fold, TextWriter output)
    {
        var file = new FileInfo(Path.Combine(directory.FullName, OperatorKey.FileName));
        if (!file.Exists || fold.Machines.Count == 0)
        {
            return true;
        }

        var secret = File.ReadAllText(file.FullName).Trim();
        if (ApiSecret.IsWellFormed(secret))
        {
            return true;
        }

        output.WriteLine($"finding: {OperatorKey.FileName}: the key's checksum does not agree");
        return false;
    }
}
