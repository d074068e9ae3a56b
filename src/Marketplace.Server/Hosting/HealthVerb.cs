using Grpc.Core;
using Grpc.Health.V1;
using Grpc.Net.Client;

namespace Marketplace.Server.Hosting;

/// <summary>Asks a running server whether it serves: for containers and supervisors, which have no gRPC client of their own.</summary>
internal static class HealthVerb
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);

    /// <summary>Asks once; 0 when it serves, 1 when it does not or does not answer within 5 seconds.</summary>
    public static async Task<int> Run(string address, CancellationToken cancellation)
    {
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        patience.CancelAfter(Patience);
        using var channel = GrpcChannel.ForAddress(address);
        try
        {
            var answer = await new Health.HealthClient(channel).CheckAsync(new HealthCheckRequest(), cancellationToken: patience.Token);
            Console.WriteLine(answer.Status);
            return answer.Status == HealthCheckResponse.Types.ServingStatus.Serving ? 0 : 1;
        }
        catch (RpcException silent)
        {
            Console.Error.WriteLine($"{address}: {silent.StatusCode}");
            return 1;
        }
    }
}
