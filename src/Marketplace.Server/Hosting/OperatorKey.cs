using System.Text;
using Marketplace.Server.Access;

namespace Marketplace.Server.Hosting;

/// <summary>The operator's first key: a file in the data directory that only its owner can read.</summary>
internal static class OperatorKey
{
    /// <summary>Its file name.</summary>
    public const string FileName = "operator.key";

    /// <summary>The hash of the secret in the file; the file is made, mode 0600, when it is missing and the venue is new. Null when it is missing in a venue that is not.</summary>
    public static string? HashOf(DirectoryInfo data, bool venueIsNew)
    {
        var path = Path.Combine(data.FullName, FileName);
        if (!File.Exists(path))
        {
            if (!venueIsNew)
            {
                return null;
            }

            var options = new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write, Share = FileShare.None };
            if (!OperatingSystem.IsWindows())
            {
                options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
            }

            using var file = new FileStream(path, options);
            file.Write(Encoding.ASCII.GetBytes(ApiSecret.New() + "\n"));
        }

        return ApiSecret.Hash(File.ReadAllText(path).Trim());
    }
}
