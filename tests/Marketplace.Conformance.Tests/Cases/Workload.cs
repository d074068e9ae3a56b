using System.Globalization;
using System.IO.Compression;
using System.Text.Json;

namespace Marketplace.Conformance.Tests.Cases;

/// <summary>One line of an order flow: A or X a limit order, C a cancel, M a cancel and then a new order, R less open quantity.</summary>
internal readonly record struct WorkloadLine(char Op, bool IsAsk, long Id, long Price, long Quantity, long NewId);

/// <summary>An order flow whose answer is known: ../shared/workload beside the checkout, never part of it. Hashes are FNV-1a 64 over little-endian words.</summary>
internal static class Workload
{
    private const ulong Offset = 1469598103934665603;
    private const ulong Prime = 1099511628211;

    /// <summary>The lines of a flow and its answer; where it is missing the test is skipped, or fails under MARKETPLACE_REQUIRE_ALL=1.</summary>
    public static (WorkloadLine[] Lines, JsonElement Expected) Read(string name)
    {
        var folder = Path.Combine(CaseFile.Folder, "..", "workload");
        if (!File.Exists(Path.Combine(folder, $"{name}.csv.gz")))
        {
            Assert.False(Environment.GetEnvironmentVariable("MARKETPLACE_REQUIRE_ALL") == "1", $"{name}.csv.gz is not in ../shared/workload beside the checkout.");
            Assert.Skip($"{name}.csv.gz is not in ../shared/workload beside the checkout.");
        }

        using var reader = new StreamReader(new GZipStream(File.OpenRead(Path.Combine(folder, $"{name}.csv.gz")), CompressionMode.Decompress));
        Assert.Equal("op,id,side,price,qty,newid", reader.ReadLine());
        var lines = new List<WorkloadLine>();
        while (reader.ReadLine() is { } line)
        {
            var fields = line.Split(',');
            lines.Add(new(fields[0][0], fields[2] == "S", Number(fields[1]), Number(fields[3]), Number(fields[4]), Number(fields[5])));
        }

        return ([.. lines], JsonDocument.Parse(File.ReadAllText(Path.Combine(folder, $"{name}.expected.json"))).RootElement);
    }

    /// <summary>The hash of words, as the answer writes it.</summary>
    public static string Hash(IEnumerable<long> words)
    {
        var hash = Offset;
        foreach (var word in words)
        {
            for (var shift = 0; shift < 64; shift += 8)
            {
                hash = unchecked((hash ^ (byte)(word >> shift)) * Prime);
            }
        }

        return hash.ToString("x16", CultureInfo.InvariantCulture);
    }

    private static long Number(string field) => long.Parse(field, CultureInfo.InvariantCulture);
}
