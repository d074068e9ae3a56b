using System.Buffers.Binary;
using System.Net;
using System.Net.Http.Headers;

namespace Marketplace.EndToEnd.Tests.OrderCalls;

/// <summary>What came back of a call: all of it but when.</summary>
/// <param name="Headers">Its headers.</param>
/// <param name="Body">Its body, framed.</param>
/// <param name="Trailers">Its trailers.</param>
internal sealed record RawAnswer(string Headers, byte[] Body, string Trailers)
{
    public string? Status => (Headers + "\n" + Trailers).Split('\n').FirstOrDefault(line => line.StartsWith("grpc-status: ", StringComparison.Ordinal))?["grpc-status: ".Length..];
}

/// <summary>Unary calls as they are on the wire, HTTP/2 in plain text.</summary>
internal sealed class RawCall(Uri address, string contentType = "application/grpc") : IDisposable
{
    private readonly HttpClient _http = new() { BaseAddress = address };

    /// <summary>A message with gRPC's framing.</summary>
    public static byte[] Framed(byte[] message, bool compressed = false)
    {
        byte[] framed = [compressed ? (byte)1 : (byte)0, 0, 0, 0, 0, .. message];
        BinaryPrimitives.WriteInt32BigEndian(framed.AsSpan(1), message.Length);
        return framed;
    }

    /// <summary>Calls a method with a body that is sent in parts.</summary>
    public async Task<RawAnswer> Call(string method, string? key, byte[][] parts, params (string Name, string Value)[] headers)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, $"/gwh.marketplace.v1.TradingService/{method}")
        {
            Version = HttpVersion.Version20,
            VersionPolicy = HttpVersionPolicy.RequestVersionExact,
            Content = new Parts(parts),
        };
        request.Content.Headers.ContentType = new MediaTypeHeaderValue(contentType);
        request.Headers.TE.ParseAdd("trailers");
        if (key is not null)
        {
            request.Headers.TryAddWithoutValidation("authorization", "Bearer " + key);
        }

        foreach (var (name, value) in headers)
        {
            request.Headers.TryAddWithoutValidation(name, value);
        }

        using var response = await _http.SendAsync(request, TestContext.Current.CancellationToken);
        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        var body = await response.Content.ReadAsByteArrayAsync(TestContext.Current.CancellationToken);
        return new(Text(response.Headers.Concat(response.Content.Headers)), body, Text(response.TrailingHeaders));
    }

    public void Dispose() => _http.Dispose();

    private static string Text(IEnumerable<KeyValuePair<string, IEnumerable<string>>> headers) =>
        string.Join('\n', headers.Where(header => header.Key != "Date").OrderBy(header => header.Key, StringComparer.Ordinal).Select(header => $"{header.Key}: {string.Join(',', header.Value)}"));

    private sealed class Parts(byte[][] parts) : HttpContent
    {
        protected override async Task SerializeToStreamAsync(Stream stream, TransportContext? context)
        {
            foreach (var part in parts)
            {
                await stream.WriteAsync(part);
                await stream.FlushAsync();
            }
        }

        protected override bool TryComputeLength(out long length)
        {
            length = 0;
            return false;
        }
    }
}
