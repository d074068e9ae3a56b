using Gwh.Marketplace.V1;
using Marketplace.Client.Streams;

namespace Marketplace.Client.Books;

/// <summary>One step of a stream of books order by order.</summary>
/// <param name="Book">The book after it. It changes with the next step.</param>
/// <param name="Changes">Orders that changed, in order; empty where the whole book is new.</param>
/// <param name="Trades">Trades that happened, in order; those of a gap are not among them.</param>
/// <param name="Healed">How the stream healed itself just before; null where it did not have to.</param>
public sealed record BookOrdersUpdate(BookOrdersReplica Book, IReadOnlyList<BookOrderChange> Changes, IReadOnlyList<PublicTrade> Trades, Healed? Healed);
