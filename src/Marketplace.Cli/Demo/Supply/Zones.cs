using System.Collections.Frozen;
using System.Text.RegularExpressions;

namespace Marketplace.Cli.Demo.Supply;

/// <summary>
/// Where a record's capacity is delivered. Inside the United States by the time most of the state keeps: Eastern USEAST, Central USCENTRAL,
/// Mountain and Pacific USWEST; a record that names the country alone is US, a place of its own, because it cannot be told which. Elsewhere by
/// country: CANADA, NORDIC, EUROPE, ASIA, CHINA, MIDEAST, LATAM, OCEANIA, RUSSIA.
/// </summary>
internal static partial class Zones
{
    private const string UnitedStates = "United States of America";

    /// <summary>The zone, or null when neither country nor place tells it. <paramref name="country"/> is believed before the place.</summary>
    public static string? Of(string country, string place)
    {
        if (country.Length > 0 && country != UnitedStates) return ByCountry.GetValueOrDefault(country);
        if (StateIn(place) is { } state) return state;
        if (country == UnitedStates) return "US";
        foreach (var (name, zone) in ByCountry)
        {
            if (place.Contains(name, StringComparison.Ordinal)) return zone;
        }
        return place switch { "The Nordics" => "NORDIC", "Europe" => "EUROPE", _ => null };
    }

    private static string? StateIn(string place)
    {
        // "…, TN 38109": the postal code tells a state's letters from any other two capitals.
        if (Postal().Match(place) is { Success: true } postal && ByState.TryGetValue(postal.Groups["state"].Value, out var zone)) return zone;
        foreach (var (name, code) in StateNames)
        {
            if (Regex.IsMatch(place, $@"\b{name}\b")) return ByState[code];
        }
        return null;
    }

    [GeneratedRegex(@", (?<state>[A-Z]{2}) \d{5}\b")]
    private static partial Regex Postal();

    private static readonly FrozenDictionary<string, string> ByState = new[]
    {
        (Zone: "USEAST", States: "CT DC DE FL GA IN KY MA MD ME MI NC NH NJ NY OH PA RI SC VA VT WV"),
        (Zone: "USCENTRAL", States: "AL AR IA IL KS LA MN MO MS ND NE OK SD TN TX WI"),
        (Zone: "USWEST", States: "AK AZ CA CO HI ID MT NM NV OR UT WA WY"),
    }.SelectMany(part => part.States.Split(' '), (part, state) => (state, part.Zone)).ToFrozenDictionary(pair => pair.state, pair => pair.Zone);

    // West Virginia before Virginia: the first whole name found wins.
    private static readonly (string Name, string Code)[] StateNames =
    [
        ("West Virginia", "WV"), ("Alabama", "AL"), ("Alaska", "AK"), ("Arizona", "AZ"), ("Arkansas", "AR"), ("California", "CA"), ("Colorado", "CO"),
        ("Connecticut", "CT"), ("Delaware", "DE"), ("Florida", "FL"), ("Georgia", "GA"), ("Hawaii", "HI"), ("Idaho", "ID"), ("Illinois", "IL"),
        ("Indiana", "IN"), ("Iowa", "IA"), ("Kansas", "KS"), ("Kentucky", "KY"), ("Louisiana", "LA"), ("Maine", "ME"), ("Maryland", "MD"),
        ("Massachusetts", "MA"), ("Michigan", "MI"), ("Minnesota", "MN"), ("Mississippi", "MS"), ("Missouri", "MO"), ("Montana", "MT"),
        ("Nebraska", "NE"), ("Nevada", "NV"), ("New Hampshire", "NH"), ("New Jersey", "NJ"), ("New Mexico", "NM"), ("New York", "NY"),
        ("North Carolina", "NC"), ("North Dakota", "ND"), ("Ohio", "OH"), ("Oklahoma", "OK"), ("Oregon", "OR"), ("Pennsylvania", "PA"),
        ("Rhode Island", "RI"), ("South Carolina", "SC"), ("South Dakota", "SD"), ("Tennessee", "TN"), ("Texas", "TX"), ("Utah", "UT"),
        ("Vermont", "VT"), ("Virginia", "VA"), ("Washington", "WA"), ("Wisconsin", "WI"), ("Wyoming", "WY"),
    ];

    private static readonly FrozenDictionary<string, string> ByCountry = new[]
    {
        (Zone: "CANADA", Countries: "Canada"),
        (Zone: "NORDIC", Countries: "Denmark|Finland|Iceland|Norway|Sweden"),
        (Zone: "EUROPE", Countries: "Czechia|France|Germany|Italy|Luxembourg|Netherlands|Poland|Slovenia|Spain|Switzerland|" +
            "United Kingdom of Great Britain and Northern Ireland"),
        (Zone: "ASIA", Countries: "Hong Kong|India|Indonesia|Japan|Korea (Republic of)|Malaysia|Philippines (the)|Singapore|Taiwan|Thailand|Vietnam"),
        (Zone: "CHINA", Countries: "China"),
        (Zone: "MIDEAST", Countries: "Israel|Saudi Arabia|United Arab Emirates"),
        (Zone: "LATAM", Countries: "Brazil|Mexico"),
        (Zone: "OCEANIA", Countries: "Australia"),
        (Zone: "RUSSIA", Countries: "Russia"),
    }.SelectMany(part => part.Countries.Split('|'), (part, country) => (country, part.Zone)).ToFrozenDictionary(pair => pair.country, pair => pair.Zone);
}
