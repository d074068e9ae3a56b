using Marketplace.Cli;

return await CommandTree.Create(Shell.OfProcess()).Parse(args).InvokeAsync();
