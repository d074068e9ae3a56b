using Gwh.Marketplace.V1;

namespace Marketplace.Client.Orders;

/// <summary>What a session says beside the results of batches.</summary>
/// <param name="Report">What happened to a resting order; null where the session was opened again.</param>
/// <param name="Reopened">How often the session has been opened again. When it rises, reports may be missing: look at the open orders.</param>
public sealed record SessionNews(ExecutionReport? Report, int Reopened);
