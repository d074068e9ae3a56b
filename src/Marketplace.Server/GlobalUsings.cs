global using Marketplace.Server.Access;
global using Marketplace.Server.Errors;
global using Marketplace.Server.Translation;
global using Domain = Marketplace.Domain;
global using Reason = Marketplace.Domain.Refusals.RejectReason;
global using Refusal = Marketplace.Domain.Refusals.Refusal;
global using VenueTime = Marketplace.Domain.Units.Timestamp;
