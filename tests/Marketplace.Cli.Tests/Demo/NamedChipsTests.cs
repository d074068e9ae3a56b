using Marketplace.Cli.Demo.Supply;

namespace Marketplace.Cli.Tests.Demo;

public sealed class NamedChipsTests
{
    [Theory]
    [InlineData("[100k H100s online](https://archive.is/z39uN).", "H100 100000")]
    [InlineData("First [significant/useful training workload](https://x.ai/colossus) on 25k H100s.", "H100 25000")]
    [InlineData("150k H100s and 50k H200s online. This is roughly when", "H100 150000, H200 50000")]
    [InlineData("110,000 NVIDIA GB200 GPUs are operational.", "GB200 110000")]
    [InlineData("AWS CEO says \"they're already running...about 500,000 [Trainium2] chips in Indiana today\"", "Trainium2 500000")]
    [InlineData("the announcement of the TPUv4 chip. 9 exaflop of TPUv4 pods", "TPUv4 ?")]
    [InlineData("Building 1 and 2 fully operational", "")]
    public void The_words_of_a_record_name_accelerators_and_count_them(string words, string expected) => Assert.Equal(expected, Text(words));

    [Fact]
    public void A_rack_form_in_brackets_is_the_accelerator_that_was_added() =>
        Assert.Equal("GB200 30000", Text("[30k B200s added](https://archive.is/oHQSA) (in GB200 configuration)."));

    [Fact]
    public void H100_equivalents_name_no_accelerator() => Assert.Equal("", Text("about 20000 H100 equivalents of compute"));

    [Fact]
    public void A_name_in_the_target_of_a_link_is_not_a_name() => Assert.Equal("", Text("see [the news](https://example.org/H100 story)"));

    private static string Text(string words) => string.Join(", ", NamedChips.In(words).Select(chip => $"{chip.Name} {chip.Count?.ToString() ?? "?"}"));
}
