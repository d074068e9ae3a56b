using Marketplace.Domain.Instruments;

namespace Marketplace.Domain.Catalog;

/// <summary>An accelerator was registered, or got a new rating.</summary>
[GenerateSerializer, Alias("gwh.accelerator-registered")]
public sealed class AcceleratorRegistered(Accelerator accelerator) : EntityEvent
{
    /// <summary>The entry after it.</summary>
    [Id(0)] public Accelerator Accelerator { get; init; } = accelerator;
}

/// <summary>An instrument was listed, or its state or fees changed.</summary>
[GenerateSerializer, Alias("gwh.instrument-entered")]
public sealed class InstrumentEntered(Instrument instrument, string why) : EntityEvent
{
    /// <summary>The entry after it.</summary>
    [Id(0)] public Instrument Instrument { get; init; } = instrument;

    /// <summary>The operator's words; empty where none.</summary>
    [Id(1)] public string Why { get; init; } = why;
}
