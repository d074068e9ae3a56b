global using Marketplace.Domain.Messages;
global using Marketplace.Domain.Refusals;
global using Marketplace.Domain.Units;
global using Record = Marketplace.Domain.Messages.Record;
