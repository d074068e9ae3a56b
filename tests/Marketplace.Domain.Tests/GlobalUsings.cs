global using Record = Marketplace.Domain.Messages.Record;
