using System.Net;
using Marketplace.Domain.Units;

namespace Marketplace.Server.Hosting;

/// <summary>How the server is started.</summary>
/// <param name="Data">The data directory.</param>
/// <param name="Listen">Where it listens, one or more URLs; https needs <paramref name="CertificatePath"/>.</param>
/// <param name="ManualClockStart">The time a manual clock starts at; null for the system's clock.</param>
/// <param name="Insecure">Whether plaintext off loopback is meant.</param>
/// <param name="CertificatePath">PEM file with certificate and key; null for none.</param>
internal sealed record ServerOptions(DirectoryInfo Data, Uri[] Listen, Timestamp? ManualClockStart, bool Insecure, string? CertificatePath)
{
    /// <summary>The default address.</summary>
    public const string DefaultListen = "http://127.0.0.1:5080";

    /// <summary>The default data directory, below the working directory.</summary>
    public const string DefaultData = "./data";

    /// <summary>Whether all addresses are this machine's own.</summary>
    public bool IsLoopbackOnly => Listen.All(IsLoopback);

    /// <summary>What is wrong with these options; null when nothing is.</summary>
    public string? WhyNot()
    {
        foreach (var url in Listen)
        {
            if (url.Scheme is not ("http" or "https"))
            {
                return $"--listen {url}: only http and https";
            }

            if (url.Scheme == "https" && CertificatePath is null)
            {
                return $"--listen {url}: https needs --tls-certificate";
            }

            if (url.Scheme == "http" && !IsLoopback(url) && !Insecure)
            {
                return $"--listen {url}: plaintext off loopback needs --insecure";
            }
        }

        return ManualClockStart is not null && !IsLoopbackOnly ? "--clock manual: loopback addresses only" : null;
    }

    private static bool IsLoopback(Uri url) => url.IsLoopback || (IPAddress.TryParse(url.Host, out var address) && IPAddress.IsLoopback(address));
}
