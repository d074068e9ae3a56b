global using Marketplace.Domain.Messages;
global using Marketplace.Domain.Refusals;
global using Marketplace.Domain.Units;
global using Orleans;
global using Orleans.Serialization;
