using Gwh.Marketplace.V1;
using Marketplace.Cli.Demo.Audits;
using Marketplace.Cli.Demo.Scenarios;
using Marketplace.Cli.Demo.Stage;
using DemoParticipant = Marketplace.Cli.Demo.Scenarios.Participant;

namespace Marketplace.Cli.Demo;

/// <summary>Everybody who acts: the operator, an attestor, an auditor, and the scenario's suppliers, makers and buyers.</summary>
internal sealed class Cast : IAsyncDisposable
{
    private Cast(OperatorDesk desk, Actor attestor, Actor auditor, IReadOnlyDictionary<string, Actor> actors)
    {
        (Desk, Attestor, Auditor, Actors) = (desk, attestor, auditor, actors);
        foreach (var actor in actors.Values.Where(actor => actor.Participant.DepositMicros > 0)) Expected.Deposited(actor.Participant.Id, actor.Participant.DepositMicros);
    }

    public OperatorDesk Desk { get; }

    public Actor Attestor { get; }

    public Actor Auditor { get; }

    /// <summary>Suppliers, makers and buyers by id.</summary>
    public IReadOnlyDictionary<string, Actor> Actors { get; }

    /// <summary>What they paid in and out and issued, as they know it for themselves.</summary>
    public Expectations Expected { get; } = new();

    /// <summary>Firms of all of them.</summary>
    public int Firms => Actors.Values.Append(Attestor).Append(Auditor).Select(actor => actor.Participant.Firm).Distinct(StringComparer.Ordinal).Count();

    /// <summary>Admits everybody to a venue that has just begun, and opens the sessions of those who trade.</summary>
    public static async Task<Cast> Admit(Scenario scenario, ServerProgram venue, CancellationToken cancellation)
    {
        var desk = new OperatorDesk(Actor.Connect(venue.Address, venue.OperatorKey));
        var attestor = new DemoParticipant("attestor-001", "attestor-firm-001", Part.Supplier, 0);
        var auditor = new DemoParticipant("auditor-001", "auditor-firm-001", Part.Supplier, 0);
        var admitted = await desk.Admit(
            [.. scenario.Participants.Select(participant => (participant, RoleOf(participant.Part))), (attestor, Role.Attestor), (auditor, Role.Auditor)], venue.Address, scenario.ClockStart, cancellation);
        var byId = admitted.ToDictionary(actor => actor.Participant.Id, StringComparer.Ordinal);
        var actors = scenario.Participants.ToDictionary(participant => participant.Id, participant => byId[participant.Id], StringComparer.Ordinal);
        await OperatorDesk.InParallel(actors.Values, actor => actor.Open(cancellation), cancellation);
        return new Cast(desk, byId[attestor.Id], byId[auditor.Id], actors);
    }

    /// <summary>One of a part, always the same.</summary>
    public Actor Some(Part part) => Actors.Values.First(actor => actor.Participant.Part == part);

    public async ValueTask DisposeAsync()
    {
        await Task.WhenAll(Actors.Values.Append(Attestor).Append(Auditor).Select(actor => actor.DisposeAsync().AsTask()));
        Desk.Dispose();
    }

    private static Role RoleOf(Part part) => part switch
    {
        Part.Supplier => Role.Supplier,
        Part.Maker => Role.Trader,
        _ => Role.Buyer,
    };
}
