global using Grpc.Core;
global using Gwh.Marketplace.V1;
global using Marketplace.EndToEnd.Tests.Hosting;
global using WireTime = Google.Protobuf.WellKnownTypes.Timestamp;

// Each test runs a server of its own beside it: more at once than there are cores only makes all of them late.
[assembly: Xunit.v3.Parallelization(MaxThreads = 2)]
