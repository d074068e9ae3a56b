using Gwh.Marketplace.V1;
using Marketplace.Domain.Accounts;
using Marketplace.Domain.Participants;
using Marketplace.Grains.Participants;

namespace Marketplace.Server.Translation;

/// <summary>Whose orders a mass cancel is about, and its report on the wire.</summary>
internal static class MassCancelScope
{
    /// <summary>How the request names them, as part of what it says, and who they are now, by id. What is not the caller's to name looks as if it did not exist.</summary>
    public static (string Named, string[] Participants) Of(MassCancelOrdersRequest request, Caller caller, DirectoryView directory)
    {
        var isNamed = request.Firm || request.ParticipantId.Length > 0 || request.FirmId.Length > 0;
        if (request.FirmId.Length > 0 && (request.Firm || request.ParticipantId.Length > 0))
        {
            throw Reason.IncompatibleTerms.ToException("firm_id");
        }

        if (request.Firm && request.ParticipantId.Length > 0)
        {
            throw Reason.IncompatibleTerms.ToException("participant_id");
        }

        if (request.SessionId.Length > 0 && isNamed)
        {
            throw Reason.IncompatibleTerms.ToException("session_id");
        }

        var isOperator = caller.Role == Domain.Participants.Role.Operator;
        if (request.ParticipantId.Length > 0)
        {
            return directory.Participants.ContainsKey(request.ParticipantId) && (isOperator || request.ParticipantId == caller.Id)
                ? ($"participant/{request.ParticipantId}", [request.ParticipantId])
                : throw Reason.NotFound.ToException("participant_id");
        }

        if (request.FirmId.Length > 0)
        {
            return directory.Firms.ContainsKey(request.FirmId) && (isOperator || request.FirmId == caller.Participant.Firm)
                ? ($"firm/{request.FirmId}", Of(request.FirmId, directory))
                : throw Reason.NotFound.ToException("firm_id");
        }

        return request.Firm ? ("firm", Of(caller.Participant.Firm, directory)) : ("", [caller.Id]);
    }

    /// <summary>The reports of all accounts as one.</summary>
    public static MassCancelOrdersResponse ToResponse(this (string Participant, MassCancelReport? Report)[] reports)
    {
        var response = new MassCancelOrdersResponse();
        Int128 kwh = 0;
        foreach (var (participant, report) in reports)
        {
            response.ParticipantIds.Add(participant);
            if (report is null)
            {
                continue;
            }

            response.CancelledOrders += report.Cancelled;
            response.EndedOrders += report.Ended;
            kwh += report.CancelledKwh;
            response.Orders.AddRange(report.Orders.Take(MassCancelReport.MostOrders - response.Orders.Count).Select(order => new Gwh.Marketplace.V1.MassCancelledOrder
            {
                ParticipantId = participant,
                ClientOrderId = order.ClientOrderId,
                InstrumentId = order.Instrument,
                CancelledKwh = order.CancelledKwh,
            }));
        }

        response.CancelledKwh = Wire.ToText(kwh);
        return response;
    }

    private static string[] Of(string firm, DirectoryView directory) =>
        [.. directory.Participants.Values.Where(participant => participant.Firm == firm).Select(participant => participant.Id).Order(StringComparer.Ordinal)];
}
