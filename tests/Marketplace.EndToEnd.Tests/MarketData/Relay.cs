using System.Net;
using System.Net.Sockets;

namespace Marketplace.EndToEnd.Tests.MarketData;

/// <summary>A line between a client and a server, on loopback, that a test cuts at will: every connection over it breaks, and the next one is let through.</summary>
internal sealed class Relay : IDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly List<Socket> _open = [];
    private readonly int _to;

    public Relay(int to)
    {
        _to = to;
        _listener.Start();
        Address = $"http://127.0.0.1:{((IPEndPoint)_listener.LocalEndpoint).Port}";
        _ = Accept();
    }

    public string Address { get; }

    /// <summary>Breaks every connection there is.</summary>
    public void Cut()
    {
        lock (_open)
        {
            // Reset, not closed: what was on its way is lost.
            _open.ForEach(socket => socket.Close(0));
            _open.Clear();
        }
    }

    public void Dispose()
    {
        _listener.Stop();
        Cut();
    }

    private async Task Accept()
    {
        try
        {
            while (true)
            {
                var near = await _listener.AcceptSocketAsync();
                var far = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
                await far.ConnectAsync(IPAddress.Loopback, _to);
                near.NoDelay = far.NoDelay = true;
                lock (_open)
                {
                    _open.Add(near);
                    _open.Add(far);
                }

                _ = Copy(near, far);
                _ = Copy(far, near);
            }
        }
        catch (Exception ended) when (ended is SocketException or ObjectDisposedException)
        {
            // The test is over.
        }
    }

    private static async Task Copy(Socket from, Socket to)
    {
        var buffer = new byte[16 * 1024];
        try
        {
            for (int count; (count = await from.ReceiveAsync(buffer.AsMemory())) > 0;)
            {
                for (var sent = 0; sent < count;)
                {
                    sent += await to.SendAsync(buffer.AsMemory(sent, count - sent));
                }
            }
        }
        catch (Exception ended) when (ended is SocketException or ObjectDisposedException)
        {
            // Cut.
        }
        finally
        {
            from.Close(0);
            to.Close(0);
        }
    }
}
