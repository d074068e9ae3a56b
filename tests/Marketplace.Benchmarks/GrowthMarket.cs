using System.Diagnostics;
using System.Globalization;
using Grpc.Core;
using Grpc.Net.Client;
using Gwh.Marketplace.V1;

namespace Marketplace.Benchmarks;

/// <summary>How large a market is.</summary>
/// <param name="Instruments">Instruments open, hours of H100 in one zone.</param>
/// <param name="Accounts">Accounts that buy, beside the sellers'; 0: the sellers buy of each other.</param>
/// <param name="Resting">Orders that rest behind the touch, on the first instrument.</param>
internal sealed record GrowthSize(int Instruments, int Accounts, int Resting);

/// <summary>A venue of its own with a market of a stated size, made through the public API with many calls at once.</summary>
internal sealed class GrowthMarket : IAsyncDisposable
{
    private const int Sellers = 8;
    private const int AtOnce = 256;
    private const int HoursOfContract = 50;
    private const int RestingLevels = 5_000;
    private const int RestingBatch = 500;
    private const int AccountsOfFirm = 1_000;
    private const long TouchUsdPerGwh = 1_900_000;
    private static readonly TimeSpan IdleSpan = TimeSpan.FromSeconds(6);
    private static readonly DateTime FirstHour = new(2030, 1, 1, 0, 0, 0, DateTimeKind.Utc);

    private readonly DirectoryInfo _directory;
    private readonly VenueProcess _venue;
    private readonly GrpcChannel _channel;
    private readonly Metadata _operator;
    private readonly AdminService.AdminServiceClient _admin;
    private readonly CapacityService.CapacityServiceClient _capacity;
    private readonly TradingService.TradingServiceClient _trading;
    private readonly Metadata[] _sellers = new Metadata[Sellers];
    private Metadata[] _buyers = [];
    private string[] _instruments = [];
    private long _orders;

    private GrowthMarket(GrowthSize size, DirectoryInfo directory, VenueProcess venue)
    {
        (Size, _directory, _venue) = (size, directory, venue);
        _channel = GrpcChannel.ForAddress(venue.Address, new() { HttpHandler = new SocketsHttpHandler { EnableMultipleHttp2Connections = true } });
        _operator = BenchmarkMarket.Bearer(File.ReadAllText(Path.Combine(directory.FullName, "operator.key")).Trim());
        _admin = new(_channel);
        _capacity = new(_channel);
        _trading = new(_channel);
    }

    public GrowthSize Size { get; }

    /// <summary>How long it took to make.</summary>
    public TimeSpan Setup { get; private set; }

    /// <summary>Processor time the server used for it.</summary>
    public TimeSpan SetupServer { get; private set; }

    public long ServerBytes => _venue.MemoryBytes;

    public static async Task<GrowthMarket> Make(GrowthSize size)
    {
        var directory = Directory.CreateTempSubdirectory("gwh-growth-");
        var market = new GrowthMarket(size, directory, await VenueProcess.Venue(directory.FullName));
        var clock = Stopwatch.StartNew();
        try
        {
            await market.Build();
        }
        catch
        {
            await market.DisposeAsync();
            throw;
        }

        (market.Setup, market.SetupServer) = (clock.Elapsed, market._venue.ProcessorTime);
        await market._venue.Idle(IdleSpan);
        return market;
    }

    /// <summary>Waits until the venue has done what it puts off: folds, and receipts, which wait five seconds for a record that takes them along.</summary>
    public Task Idle() => _venue.Idle(TimeSpan.FromSeconds(6));

    /// <summary>
    /// Pairs of orders from so many callers at once: a bid that rests, then an ask that trades with it or another like it. Instrument and buyer are drawn anew for each
    /// pair. Returns orders a second, and the microseconds of processor time the server used for one.
    /// </summary>
    public async Task<(double PerSecond, double ServerMicros)> Trade(TimeSpan span, int callers)
    {
        var run = Interlocked.Increment(ref _orders);
        var used = _venue.ProcessorTime;
        long done = 0;
        var clock = Stopwatch.StartNew();
        await Task.WhenAll(Enumerable.Range(0, callers).Select(caller => Task.Run(async () =>
        {
            var random = new Random(caller);
            for (var number = 0; clock.Elapsed < span; number++)
            {
                var instrument = random.Next(_instruments.Length);
                var seller = instrument % Sellers;
                var buyer = _buyers.Length > 0 ? _buyers[random.Next(_buyers.Length)] : _sellers[(seller + 1 + random.Next(Sellers - 1)) % Sellers];
                await _trading.PlaceOrderAsync(Order($"b{run}-{caller}-{number}", instrument, Side.Bid), buyer);
                await _trading.PlaceOrderAsync(Order($"a{run}-{caller}-{number}", instrument, Side.Ask), _sellers[seller]);
                Interlocked.Add(ref done, 2);
            }
        })));
        var elapsed = clock.Elapsed;
        return (done / elapsed.TotalSeconds, (_venue.ProcessorTime - used).TotalMicroseconds / done);
    }

    public async ValueTask DisposeAsync()
    {
        _channel.Dispose();
        await _venue.DisposeAsync();
        _directory.Delete(recursive: true);
    }

    private static Task ForEach(int count, Func<int, Task> make) =>
        Parallel.ForAsync(0, count, new ParallelOptions { MaxDegreeOfParallelism = AtOnce }, async (i, _) => await make(i));

    private PlaceOrderRequest Order(string id, int instrument, Side side) =>
        new() { ClientOrderId = id, InstrumentId = _instruments[instrument], Side = side, Type = OrderType.Limit, QuantityKwh = 3, PriceUsdPerGwh = TouchUsdPerGwh };

    private async Task Build()
    {
        await _admin.CreateFirmAsync(new() { RequestId = "f-attestor", FirmId = "attestor" }, _operator);
        var attestor = await Enter("attestor", "attestor", Role.Attestor);
        await ForEach(Sellers, async i =>
        {
            await _admin.CreateFirmAsync(new() { RequestId = $"f-seller-{i}", FirmId = $"seller-{i}" }, _operator);
            _sellers[i] = await Enter($"seller-{i}", $"seller-{i}", Role.Supplier);
            await Deposit($"seller-{i}", 500_000_000_000_000_000);
        });
        await ListInstruments();
        for (var seller = 0; seller < Sellers; seller++)
        {
            await Supply(seller, attestor);
        }

        await OpenAccounts();
        await Rest();
    }

    private async Task<Metadata> Enter(string participant, string firm, Role role)
    {
        await _admin.CreateParticipantAsync(
            new()
            {
                RequestId = "p-" + participant,
                ParticipantId = participant,
                FirmId = firm,
                Limits = new() { OrdersPerSecond = 10_000_000, MaxOpenOrders = 4_000_000, MaxStreams = 1_000 },
            },
            _operator);
        var key = await _admin.CreateKeyAsync(new() { RequestId = "k-" + participant, ParticipantId = participant, Role = role }, _operator);
        return BenchmarkMarket.Bearer(key.Secret);
    }

    private async Task Deposit(string participant, long micros) => await _admin.RecordDepositAsync(
        new() { RequestId = "d-" + participant, ParticipantId = participant, AmountMicros = micros, BankReference = "wire-" + participant }, _operator);

    private async Task ListInstruments()
    {
        _instruments = new string[Size.Instruments];
        await ForEach(Size.Instruments, async i =>
        {
            var period = FirstHour.AddHours(i).ToString("yyyyMMdd'T'HH", CultureInfo.InvariantCulture);
            var created = await _admin.CreateInstrumentAsync(
                new() { RequestId = $"i-{i}", AcceleratorId = "H100", Zone = "USEAST", DeliveryPeriod = period, MakerFeeBps = 1, TakerFeeBps = 2 }, _operator);
            _instruments[i] = created.Instrument.InstrumentId;
            await _admin.SetInstrumentStateAsync(new() { RequestId = $"o-{i}", InstrumentId = _instruments[i], State = InstrumentState.Open }, _operator);
        });
    }

    /// <summary>Gives a seller tokens of every eighth instrument, from contracts over so many hours each.</summary>
    private async Task Supply(int seller, Metadata attestor)
    {
        var own = Enumerable.Range(0, Size.Instruments).Where(i => i % Sellers == seller).Chunk(HoursOfContract).ToArray();
        await ForEach(own.Length, async contract =>
        {
            var hours = own[contract];
            var offered = await _capacity.OfferCapacityAsync(
                new()
                {
                    RequestId = $"c-{contract}",
                    AcceleratorId = "H100",
                    AcceleratorCount = 50_000_000,
                    Zone = "USEAST",
                    StartTime = Google.Protobuf.WellKnownTypes.Timestamp.FromDateTime(FirstHour.AddHours(hours[0])),
                    EndTime = Google.Protobuf.WellKnownTypes.Timestamp.FromDateTime(FirstHour.AddHours(hours[^1] + 1)),
                },
                _sellers[seller]);
            var id = offered.Contract.ContractId;
            await _capacity.AttestCapacityAsync(
                new() { RequestId = $"a-{seller}-{contract}", ContractId = id, AcceleratorCount = 50_000_000, AttestedKw = 100_000_000, EvidenceSha256 = new string('0', 64) }, attestor);
            foreach (var hour in hours)
            {
                await _capacity.IssueTokensAsync(new() { RequestId = $"t-{hour}", ContractId = id, InstrumentId = _instruments[hour], QuantityKwh = 10_000_000 }, _sellers[seller]);
            }
        });
    }

    private async Task OpenAccounts()
    {
        _buyers = new Metadata[Size.Accounts];
        await ForEach((Size.Accounts + AccountsOfFirm - 1) / AccountsOfFirm, async firm => await _admin.CreateFirmAsync(new() { RequestId = $"f-{firm}", FirmId = $"firm-{firm}" }, _operator));
        await ForEach(Size.Accounts, async i =>
        {
            _buyers[i] = await Enter($"buyer-{i}", $"firm-{i / AccountsOfFirm}", Role.Buyer);
            await Deposit($"buyer-{i}", 1_000_000_000_000);
        });
    }

    /// <summary>Bids of all sellers far below the touch, spread over many prices.</summary>
    private async Task Rest() => await Task.WhenAll(Enumerable.Range(0, Sellers).Select(seller => Task.Run(async () =>
    {
        foreach (var numbers in Enumerable.Range(0, Size.Resting).Where(n => n % Sellers == seller).Chunk(RestingBatch))
        {
            var batch = new PlaceOrdersRequest();
            foreach (var n in numbers)
            {
                var bid = Order($"r-{n}", 0, Side.Bid);
                bid.PriceUsdPerGwh = 1_000_000 + (n % RestingLevels);
                bid.QuantityKwh = 1;
                batch.Orders.Add(bid);
            }

            var placed = await _trading.PlaceOrdersAsync(batch, _sellers[seller]);
            if (placed.Results.Any(one => one.Order?.Status != OrderStatus.Open))
            {
                throw new InvalidOperationException($"a bid that should rest does not: {placed.Results.First(one => one.Order?.Status != OrderStatus.Open)}");
            }
        }
    })));
}
