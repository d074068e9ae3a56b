using System.CommandLine;
using System.Globalization;
using Gwh.Marketplace.V1;
using Marketplace.Cli.Units;

namespace Marketplace.Cli.Commands;

/// <summary>gwh accelerator</summary>
internal static class AcceleratorCommands
{
    public static Command Create(Verbs verbs) => Verbs.Noun("accelerator", "The accelerator registry: models and their rated watts", List(verbs), ShowOne(verbs), Register(verbs), Rate(verbs), Attest(verbs));

    private static Command List(Verbs verbs) => verbs.List("list", "Lists the registry", [],
        async (asked, size, token) => await asked.Client.Catalog.ListAcceleratorsAsync(new() { PageSize = size, PageToken = token }, cancellationToken: asked.Cancellation),
        page => page.Accelerators, page => page.NextPageToken,
        (asked, accelerators) =>
        {
            asked.Screen.Table(["accelerator", "vendor", "model", "generation", ">rated W", ">version", ">dense PFLOP/s", "at"], accelerators.Select(accelerator => new[]
            {
                accelerator.AcceleratorId, accelerator.Vendor, accelerator.Model, accelerator.Generation,
                accelerator.Ratings.Count == 0 ? "unrated" : Number(accelerator.Ratings[^1].RatedWatts), accelerator.Ratings.Count == 0 ? "" : Number(accelerator.Ratings[^1].Version),
                Petaflops(accelerator), accelerator.Precision,
            }));
            return Task.CompletedTask;
        });

    private static Command ShowOne(Verbs verbs)
    {
        var id = Inputs.Text("accelerator", "The accelerator, such as H100");
        return verbs.Read("show", "Shows one accelerator, with all its ratings", [id],
            async asked => await asked.Client.Catalog.GetAcceleratorAsync(new() { AcceleratorId = asked.Get(id) }, cancellationToken: asked.Cancellation),
            (asked, answer) => Show(asked, answer.Accelerator));
    }

    private static Command Register(Verbs verbs)
    {
        var id = Inputs.Text("accelerator", "Id of the new accelerator: 1 to 16 characters of [A-Z0-9]");
        var vendor = Inputs.Required("--vendor", "Who makes it", "TEXT");
        var model = Inputs.Required("--model", "Model name as its vendor spells it", "TEXT");
        var generation = Inputs.Text("--generation", "Architecture generation", "TEXT");
        var watts = Inputs.Number("--watts", "Rated critical-IT watts of one, all-in; not given: unrated");
        var wattsSource = Inputs.Text("--watts-source", "Where the rating is from", "TEXT");
        var gflops = Inputs.Number("--gflops", "Published dense performance of one, GFLOP/s");
        var precision = Inputs.Text("--precision", "Precision that performance is stated at, such as BF16", "TEXT");
        var source = Inputs.Text("--source", "Where the other figures are from", "TEXT");
        return verbs.Write("register", "Enters an accelerator into the registry, rated or not", [id, vendor, model, generation, watts, wattsSource, gflops, precision, source],
            async asked => await asked.Client.Admin.RegisterAcceleratorAsync(
                new()
                {
                    RequestId = asked.RequestId,
                    AcceleratorId = asked.Get(id),
                    Vendor = asked.Get(vendor),
                    Model = asked.Get(model),
                    Generation = asked.Get(generation),
                    RatedWatts = asked.Get(watts),
                    RatingSource = asked.Get(wattsSource),
                    DenseGflops = asked.Get(gflops),
                    Precision = asked.Get(precision),
                    Source = asked.Get(source),
                },
                cancellationToken: asked.Cancellation),
            (asked, answer) => Show(asked, answer.Accelerator));
    }

    private static Command Rate(Verbs verbs)
    {
        var id = Inputs.Text("accelerator", "The accelerator");
        var watts = Inputs.Number("--watts", "Rated critical-IT watts of one, all-in");
        watts.Required = true;
        var source = Inputs.Text("--source", "Where the figure is from", "TEXT");
        return verbs.Write("rate", "Gives an accelerator its next rating version (operator)", [id, watts, source],
            async asked => await asked.Client.Admin.SetRatingAsync(
                new() { RequestId = asked.RequestId, AcceleratorId = asked.Get(id), RatedWatts = asked.Get(watts), Source = asked.Get(source) }, cancellationToken: asked.Cancellation),
            (asked, answer) => Show(asked, answer.Accelerator));
    }

    private static Command Attest(Verbs verbs)
    {
        var id = Inputs.Text("accelerator", "An accelerator without a rating");
        var watts = Inputs.Number("--watts", "Rated critical-IT watts of one, all-in");
        watts.Required = true;
        var evidence = Inputs.Required("--evidence", "The evidence: a file, or its SHA-256 in 64 hexadecimal digits", "FILE|SHA256");
        var source = Inputs.Text("--source", "Where the figure is from", "TEXT");
        return verbs.Write("attest-rating", "Vouches for the rating of an accelerator that has none (attestor)", [id, watts, evidence, source],
            async asked => await asked.Client.Capacity.AttestRatingAsync(
                new()
                {
                    RequestId = asked.RequestId,
                    AcceleratorId = asked.Get(id),
                    RatedWatts = asked.Get(watts),
                    Source = asked.Get(source),
                    EvidenceSha256 = Evidence.Sha256Of(asked.Get(evidence)),
                },
                cancellationToken: asked.Cancellation),
            (asked, answer) => Show(asked, answer.Accelerator));
    }

    private static Task Show(Asked asked, Accelerator accelerator)
    {
        asked.Screen.Facts(
            ("accelerator", accelerator.AcceleratorId), ("vendor", accelerator.Vendor), ("model", accelerator.Model), ("generation", accelerator.Generation),
            ("dense", accelerator.DenseGflops == 0 ? "" : $"{Petaflops(accelerator)} PFLOP/s {accelerator.Precision}"), ("source", accelerator.Source));
        asked.Screen.Table([">version", ">rated W", "by", "source"], accelerator.Ratings.Select(rating => new[]
        {
            Number(rating.Version), Number(rating.RatedWatts), rating.Attested ? "attestor" : "operator", rating.Source,
        }));
        return Task.CompletedTask;
    }

    private static string Petaflops(Accelerator accelerator) => accelerator.DenseGflops == 0 ? "" : Grouped.Decimal(accelerator.DenseGflops, 6);

    private static string Number(long number) => number.ToString("N0", CultureInfo.InvariantCulture);
}
