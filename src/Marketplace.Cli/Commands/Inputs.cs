using System.CommandLine;
using System.CommandLine.Parsing;
using Google.Protobuf.WellKnownTypes;
using Marketplace.Cli.Screens;
using Marketplace.Cli.Units;

namespace Marketplace.Cli.Commands;

/// <summary>Arguments and options in people's units; what cannot be read is refused before anything is sent.</summary>
internal static class Inputs
{
    public static Argument<string> Text(string name, string description) => new(name) { Description = description };

    public static Option<string> Text(string name, string description, string helpName) =>
        new(name) { Description = description, HelpName = helpName, DefaultValueFactory = _ => "" };

    public static Option<string> Required(string name, string description, string helpName) => new(name) { Description = description, HelpName = helpName, Required = true };

    public static Option<long> Number(string name, string description) => new(name) { Description = description, HelpName = "NUMBER" };

    public static Option<bool> Flag(string name, string description) => new(name) { Description = description };

    /// <summary>One of an enum's values; not given is the unspecified one.</summary>
    public static Option<string?> OneOf<TEnum>(string name, string description)
        where TEnum : struct, System.Enum
    {
        var option = new Option<string?>(name) { Description = description, HelpName = string.Join('|', EnumText.Names<TEnum>()) };
        option.AcceptOnlyFromAmong(EnumText.Names<TEnum>());
        return option;
    }

    public static Argument<QuantityText> Quantity(string description = "Quantity: 1.5GWh, 300MWh, 266880kWh, \"8xH100 24h\", or a number of kWh") => new("quantity")
    {
        Description = description,
        CustomParser = ParseQuantity,
    };

    public static Option<QuantityText?> QuantityOption(string name, string description) => new(name)
    {
        Description = description,
        HelpName = "QUANTITY",
        CustomParser = result => ParseQuantity(result),
    };

    public static Option<PriceText?> Price(string name, string description) => new(name)
    {
        Description = description + ": $1.52M/GWh, $2.11/GPUh, or a number of USD per GWh",
        HelpName = "PRICE",
        CustomParser = ParsePrice,
    };

    public static Argument<PriceText?> PriceArgument(string description) => new("price")
    {
        Description = description,
        Arity = ArgumentArity.ZeroOrOne,
        CustomParser = ParsePrice,
    };

    public static Argument<long> Amount() => new("amount")
    {
        Description = "Amount: $1.5M, $12.50, 250K USD or 1500000micros",
        CustomParser = result =>
        {
            if (!Dollars.TryParseMicros(Typed(result), out var micros, out var wrong))
            {
                result.AddError(wrong);
            }

            return micros;
        },
    };

    public static Option<Timestamp?> Time(string name, string description, bool required = false) => new(name)
    {
        Description = description + ": 2027-01-01T12:00Z; without a zone it is UTC",
        HelpName = "TIME",
        Required = required,
        CustomParser = ParseTime,
    };

    public static Argument<Timestamp?> TimeArgument(string name, string description) => new(name) { Description = description, CustomParser = ParseTime };

    private static QuantityText ParseQuantity(ArgumentResult result)
    {
        if (!QuantityText.TryParse(Typed(result), out var quantity, out var wrong))
        {
            result.AddError(wrong);
        }

        return quantity;
    }

    private static PriceText? ParsePrice(ArgumentResult result)
    {
        if (result.Tokens.Count == 0)
        {
            return null;
        }

        if (!PriceText.TryParse(Typed(result), out var price, out var wrong))
        {
            result.AddError(wrong);
        }

        return price;
    }

    private static Timestamp? ParseTime(ArgumentResult result)
    {
        if (TimeText.TryParse(Typed(result), out var time))
        {
            return Timestamp.FromDateTimeOffset(time);
        }

        result.AddError($"'{Typed(result)}' is no time: write it like 2027-01-01T12:00Z");
        return null;
    }

    private static string Typed(ArgumentResult result) => string.Join(' ', result.Tokens.Select(token => token.Value));
}
