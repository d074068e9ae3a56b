using System.Collections.Immutable;
using Marketplace.Domain.Catalog;
using Marketplace.Domain.Instruments;
using Marketplace.Domain.Tests.Support;
using Marketplace.Grains.Catalog;

namespace Marketplace.Grains.Tests;

/// <summary>What the doors find an instrument to be is what the catalog says now.</summary>
public sealed class CatalogViewTests
{
    [Fact]
    public void An_instrument_found_before_is_found_as_the_next_version_has_it()
    {
        var view = new CatalogView();
        var (open, other) = (TestInstruments.Hour, TestInstruments.Quarter);
        var halted = open with { State = InstrumentState.Halted, Revision = open.Revision + 1 };
        Assert.Null(view.Find(open.Id));

        Show(open, other);
        Assert.Same(open, view.Find(open.Id));
        Assert.Same(open, view.Find(open.Id));

        Show(halted, other);
        Assert.Same(halted, view.Find(open.Id));
        Assert.Same(other, view.Find(other.Id));

        Show(other);
        Assert.Null(view.Find(open.Id));

        void Show(params Instrument[] instruments) => view.Renew(
            ImmutableSortedDictionary<string, Accelerator>.Empty, instruments.ToImmutableSortedDictionary(instrument => instrument.Id, instrument => instrument, StringComparer.Ordinal));
    }
}
