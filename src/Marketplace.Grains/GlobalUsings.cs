global using Marketplace.Domain.Messages;
global using Marketplace.Domain.Refusals;
global using Marketplace.Domain.Units;
global using Marketplace.Journal;
global using Orleans;
global using Orleans.Concurrency;
global using Request = Marketplace.Domain.Messages.Request;
