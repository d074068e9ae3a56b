using System.Globalization;
using System.Text;
using Gwh.Marketplace.V1;
using Marketplace.Client.Errors;

namespace Marketplace.Cli.Load;

/// <summary>Writes every answered command to a file as it is answered, one JSON object a line, so that it can be looked up later. Safe for several threads.</summary>
internal sealed class LoadRecord(FileInfo? file) : IDisposable
{
    private readonly StreamWriter? _writer = file is null ? null : new StreamWriter(file.FullName, append: false, new UTF8Encoding(encoderShouldEmitUTF8Identifier: false));

    /// <summary>Writes what came of a batch.</summary>
    public void Write(string participantId, SessionBatch batch, SessionBatchResult result)
    {
        if (_writer is null)
        {
            return;
        }

        lock (_writer)
        {
            for (var i = 0; i < result.Results.Count; i++)
            {
                _writer.WriteLine(Line(participantId, batch.Commands[i], result.Results[i]));
            }

            _writer.Flush();
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _writer?.Dispose();

    private static string Line(string participantId, SessionCommand command, CommandResult outcome)
    {
        var (kind, id, order) = command.Cancel is { } cancel ? ("cancel", cancel.RequestId, cancel.ClientOrderId) : ("place", command.Place.ClientOrderId, command.Place.ClientOrderId);
        return string.Create(
            CultureInfo.InvariantCulture,
            $$"""{"participant":"{{participantId}}","kind":"{{kind}}","id":"{{id}}","order":"{{order}}","reason":"{{Reason(outcome)}}","status":"{{outcome.Status}}","orderId":{{outcome.OrderId}},"filledKwh":{{outcome.FilledKwh}},"openKwh":{{outcome.OpenKwh}}}""");
    }

    private static string Reason(CommandResult outcome) => outcome.Reason == RejectReason.Unspecified ? "" : outcome.Reason.WireName();
}
