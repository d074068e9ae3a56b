using Grpc.Core;
using Marketplace.Domain.Accounts;
using Marketplace.Domain.Messages;
using Marketplace.Domain.Refusals;
using Marketplace.Grains.Accounts;
using Marketplace.Grains.Capacity;
using Marketplace.Grains.Catalog;
using Marketplace.Grains.Clock;
using Marketplace.Grains.Hosting;
using Marketplace.Grains.Orders;
using Marketplace.Grains.Participants;
using Marketplace.Grains.Treasury;

namespace Marketplace.Server.Services;

/// <summary>The doors of the venue: load is refused here alone, before a command is decided; and the way to the grains.</summary>
internal sealed class Doors(Venue venue, IGrainFactory grains, CatalogView catalog, DirectoryView directory)
{
    /// <summary>Bytes queued for the journal beyond which new work is refused.</summary>
    public const long MaxQueuedBytes = 64L * 1024 * 1024;

    /// <summary>What the grains of the process share.</summary>
    public Venue Venue => venue;

    /// <summary>What can be traded.</summary>
    public CatalogView Catalog => catalog;

    /// <summary>Who there is.</summary>
    public DirectoryView Directory => directory;

    /// <summary>The catalog.</summary>
    public IInstrumentCatalogGrain CatalogGrain => grains.GetGrain<IInstrumentCatalogGrain>(Venue.SingleKey);

    /// <summary>The directory.</summary>
    public IParticipantDirectoryGrain DirectoryGrain => grains.GetGrain<IParticipantDirectoryGrain>(Venue.SingleKey);

    /// <summary>The bank desk.</summary>
    public IBankDeskGrain BankDesk => grains.GetGrain<IBankDeskGrain>(Venue.SingleKey);

    /// <summary>The manual clock's moves.</summary>
    public IClockGrain ClockGrain => grains.GetGrain<IClockGrain>(Venue.SingleKey);

    /// <summary>An account.</summary>
    public IAccountGrain Account(string participant) => grains.GetGrain<IAccountGrain>(participant);

    /// <summary>A book.</summary>
    public IOrderBookGrain Book(string instrument) => grains.GetGrain<IOrderBookGrain>(instrument);

    /// <summary>A contract.</summary>
    public ICapacityContractGrain Contract(string contract) => grains.GetGrain<ICapacityContractGrain>(contract);

    /// <summary>A trade.</summary>
    public Grains.Settlement.ITradeGrain Trade(string trade) => grains.GetGrain<Grains.Settlement.ITradeGrain>(trade);

    /// <summary>
    /// Hands orders to their caller's account; the task in it completes when every answer is known and durable. Who waits for the outer one before handing in more has them taken in
    /// that order.
    /// </summary>
    public ValueTask<Task> Submit(Caller caller, OrderSubmission submission)
    {
        if (caller.Mailbox?.TryPost(submission) == true)
        {
            return new(submission.Answered);
        }

        caller.Mailbox = venue.Mailboxes.GetValueOrDefault(Streams.Account(caller.Id));
        return caller.Mailbox?.TryPost(submission) == true ? new(submission.Answered) : Call();

        async ValueTask<Task> Call()
        {
            var answered = submission.AnsweredBy(Account(caller.Id));
            await Task.WhenAny(answered);
            return answered;
        }
    }

    /// <summary>The durable entry of an instrument, or NOT_FOUND.</summary>
    public Domain.Instruments.Instrument Instrument(string id, string field = "instrument_id") =>
        catalog.Find(id) ?? throw Reason.NotFound.ToException(field);

    /// <summary>Lets orders and cancels in, or refuses them for load, room or clock.</summary>
    public void EnterOrders(Caller caller, int orders, int cancels)
    {
        if (!caller.Allowance.TryTake(orders, cancels: false, out var retryAfter) || !caller.Allowance.TryTake(cancels, cancels: true, out retryAfter))
        {
            throw Reason.RateLimit.ToException(retryAfter: retryAfter);
        }

        if (venue.Log.QueuedBytes > MaxQueuedBytes)
        {
            throw Reason.VenueBusy.ToException();
        }

        if (orders > 0)
        {
            EnterWrite();
            if (venue.Clock.IsHalted)
            {
                throw Reason.ClockHalted.ToException();
            }
        }
    }

    /// <summary>Lets a write in, or refuses it while the disk's reserve is reached.</summary>
    public void EnterWrite()
    {
        if (!venue.Log.HasRoom)
        {
            throw Reason.NoRoom.ToException(retryAfter: TimeSpan.FromSeconds(5));
        }
    }

    /// <summary>Refuses a write that no machine remembers when its validity has passed or lies beyond the window.</summary>
    public void RequireValid(Google.Protobuf.WellKnownTypes.Timestamp? validUntil)
    {
        var micros = Wire.ToMicros(validUntil, "valid_until");
        if (micros != 0 && micros <= venue.Clock.Now.Micros)
        {
            throw Reason.ValidityPassed.ToException("valid_until");
        }

        if (micros > venue.Clock.Now.Micros + IdWindow.WindowMicros)
        {
            throw Reason.ValidityBeyondWindow.ToException("valid_until");
        }
    }

    /// <summary>The participant a read is about: the caller's own, or any for one who reads all; another's and an unknown one look the same.</summary>
    public static string Whose(ServerCallContext context, string asked)
    {
        var caller = Caller.Of(context);
        return asked.Length == 0 || asked == caller.Id ? caller.Id : caller.ReadsAll ? asked : throw Reason.NotFound.ToException("participant_id");
    }

    /// <summary>The participant of a write of the desk, who must exist.</summary>
    public string Existing(string participant, string field = "participant_id") =>
        directory.Participants.ContainsKey(participant) ? participant : throw Reason.NotFound.ToException(field);
}
