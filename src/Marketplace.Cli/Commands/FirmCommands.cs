using System.CommandLine;
using Gwh.Marketplace.V1;

namespace Marketplace.Cli.Commands;

/// <summary>gwh firm</summary>
internal static class FirmCommands
{
    public static Command Create(Verbs verbs) => Verbs.Noun("firm", "Firms: participants who are one to self-trade prevention", CreateFirm(verbs), List(verbs));

    private static Command CreateFirm(Verbs verbs)
    {
        var firm = Inputs.Text("firm", "Id of the new firm: 1 to 64 characters of [A-Za-z0-9_.-]");
        var name = Inputs.Text("--name", "Its name", "TEXT");
        return verbs.Write("create", "Enters a firm", [firm, name],
            async asked => await asked.Client.Admin.CreateFirmAsync(
                new() { RequestId = asked.RequestId, FirmId = asked.Get(firm), Name = asked.Get(name) }, cancellationToken: asked.Cancellation),
            (asked, answer) => Show(asked, [answer.Firm]));
    }

    private static Command List(Verbs verbs) => verbs.List("list", "Lists firms", [],
        async (asked, size, token) => await asked.Client.Admin.ListFirmsAsync(new() { PageSize = size, PageToken = token }, cancellationToken: asked.Cancellation),
        page => page.Firms, page => page.NextPageToken, Show);

    private static Task Show(Asked asked, IReadOnlyList<Firm> firms)
    {
        asked.Screen.Table(["firm", "name"], firms.Select(firm => new[] { firm.FirmId, firm.Name }));
        return Task.CompletedTask;
    }
}
