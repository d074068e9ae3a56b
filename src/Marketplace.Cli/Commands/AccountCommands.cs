using System.CommandLine;
using System.Globalization;
using Gwh.Marketplace.V1;
using Marketplace.Cli.Screens;
using Marketplace.Cli.Units;

namespace Marketplace.Cli.Commands;

/// <summary>gwh account</summary>
internal static class AccountCommands
{
    public static Command Create(Verbs verbs) => Verbs.Noun("account", "Accounts: balances, statements, money in and out, transfers",
        ShowOne(verbs), Statement(verbs), AccountWatch.Create(verbs), Withdraw(verbs), Transfer(verbs), Deposit(verbs), Withdrawals(verbs), Confirm(verbs), Return(verbs));

    private static Command ShowOne(Verbs verbs)
    {
        var participant = Inputs.Text("--participant", "Whose; one's own where not given", "PARTICIPANT");
        return verbs.Read("show", "Shows balances", [participant],
            async asked => await asked.Client.Account.GetAccountAsync(new() { ParticipantId = asked.Get(participant) }, cancellationToken: asked.Cancellation),
            (asked, answer) =>
            {
                var account = answer.Account;
                asked.Screen.Facts(
                    ("participant", account.ParticipantId), ("cash available", Dollars.Format(account.CashAvailableMicros)), ("cash held", Dollars.Format(account.CashHeldMicros)),
                    ("of it for trades", Dollars.Format(account.TradeHeldMicros)), ("open orders", account.OpenOrderCount.ToString("N0", CultureInfo.InvariantCulture)));
                asked.Screen.Table(["tokens", ">available", ">held", ">of it for trades"], account.Tokens.Select(tokens => new[]
                {
                    tokens.InstrumentId, QuantityText.Format(tokens.AvailableKwh), QuantityText.Format(tokens.HeldKwh), QuantityText.Format(tokens.TradeHeldKwh),
                }));
                return Task.CompletedTask;
            });
    }

    private static Command Statement(Verbs verbs)
    {
        var participant = Inputs.Text("--participant", "Whose; one's own where not given", "PARTICIPANT");
        var oldest = Inputs.Flag("--oldest-first", "Oldest first; newest first where not given");
        return verbs.List("statement", "Lists movements: balanced entries, each with its cause", [participant, oldest],
            async (asked, size, token) => await asked.Client.Account.ListStatementEntriesAsync(
                new()
                {
                    ParticipantId = asked.Get(participant),
                    Order = asked.Get(oldest) ? StatementOrder.OldestFirst : StatementOrder.NewestFirst,
                    PageSize = size,
                    PageToken = token,
                },
                cancellationToken: asked.Cancellation),
            page => page.Entries, page => page.NextPageToken,
            (asked, entries) =>
            {
                asked.Screen.Table(["time", "cause", "reference", "order", "ledger", ">amount", "asset"], entries.SelectMany(entry => entry.Legs.Select((leg, i) => i == 0
                    ? new[] { TimeText.Format(entry.EventTime), EnumText.Format(entry.Cause), entry.Reference, entry.ClientOrderId, leg.Ledger, Amount(leg), leg.Asset }
                    : ["", "", "", "", leg.Ledger, Amount(leg), leg.Asset])));
                return Task.CompletedTask;
            });
    }

    private static Command Withdraw(Verbs verbs)
    {
        var amount = Inputs.Amount();
        var destination = Inputs.Required("--to", "Where the operator is to pay it", "TEXT");
        return verbs.Write("withdraw", "Asks for money out: held until the operator has paid or returned it", [amount, destination],
            async asked => await asked.Client.Account.RequestWithdrawalAsync(
                new() { RequestId = asked.RequestId, AmountMicros = asked.Get(amount), Destination = asked.Get(destination) }, cancellationToken: asked.Cancellation),
            (asked, answer) => Show(asked, [answer.Withdrawal]));
    }

    private static Command Transfer(Verbs verbs)
    {
        var to = Inputs.Text("to", "The participant who gets them");
        var instrument = Inputs.Text("instrument", "The instrument");
        var quantity = Inputs.Quantity();
        return verbs.Write("transfer", "Sends tokens to another participant, for ever; accelerators are rounded down to the lot", [to, instrument, quantity],
            async asked => await asked.Client.Account.TransferTokensAsync(
                new()
                {
                    RequestId = asked.RequestId,
                    ToParticipantId = asked.Get(to),
                    InstrumentId = asked.Get(instrument),
                    QuantityKwh = await OrderSizes.Kwh(asked, asked.Get(quantity), asked.Get(instrument), Side.Ask),
                },
                cancellationToken: asked.Cancellation),
            (asked, answer) =>
            {
                asked.Screen.Facts(("sent", $"{QuantityText.Format(answer.QuantityKwh)} of {answer.InstrumentId}"), ("to", answer.ToParticipantId), ("at", TimeText.Format(answer.EventTime)));
                return Task.CompletedTask;
            });
    }

    private static Command Deposit(Verbs verbs)
    {
        var participant = Inputs.Text("participant", "Whose account");
        var amount = Inputs.Amount();
        var reference = Inputs.Required("--bank-reference", "The bank's reference, unique in the venue", "ID");
        return verbs.Write("deposit", "Records money that came in (operator)", [participant, amount, reference],
            async asked => await asked.Client.Admin.RecordDepositAsync(
                new() { RequestId = asked.RequestId, ParticipantId = asked.Get(participant), AmountMicros = asked.Get(amount), BankReference = asked.Get(reference) },
                cancellationToken: asked.Cancellation),
            (asked, answer) =>
            {
                var deposit = answer.Deposit;
                asked.Screen.Facts(
                    ("deposit", deposit.BankReference), ("participant", deposit.ParticipantId), ("amount", Dollars.Format(deposit.AmountMicros)), ("at", TimeText.Format(deposit.EventTime)));
                return Task.CompletedTask;
            });
    }

    private static Command Withdrawals(Verbs verbs)
    {
        var participant = Inputs.Text("--participant", "Only of this participant", "PARTICIPANT");
        return verbs.List("withdrawals", "Lists withdrawals that wait to be paid or returned (operator)", [participant],
            async (asked, size, token) => await asked.Client.Admin.ListWithdrawalsAsync(
                new() { ParticipantId = asked.Get(participant), PageSize = size, PageToken = token }, cancellationToken: asked.Cancellation),
            page => page.Withdrawals, page => page.NextPageToken, Show);
    }

    private static Command Confirm(Verbs verbs)
    {
        var withdrawal = Inputs.Text("withdrawal", "The withdrawal, such as acme/1");
        var reference = Inputs.Required("--bank-reference", "The bank's reference of the payment, unique in the venue", "ID");
        return verbs.Write("confirm-withdrawal", "Records that a withdrawal was paid (operator)", [withdrawal, reference],
            async asked => await asked.Client.Admin.ConfirmWithdrawalAsync(
                new() { RequestId = asked.RequestId, WithdrawalId = asked.Get(withdrawal), BankReference = asked.Get(reference) }, cancellationToken: asked.Cancellation),
            (asked, answer) => Show(asked, [answer.Withdrawal]));
    }

    private static Command Return(Verbs verbs)
    {
        var withdrawal = Inputs.Text("withdrawal", "The withdrawal, such as acme/1");
        return verbs.Write("return-withdrawal", "Returns a withdrawal to its account (operator)", [withdrawal],
            async asked => await asked.Client.Admin.ReturnWithdrawalAsync(
                new() { RequestId = asked.RequestId, WithdrawalId = asked.Get(withdrawal) }, cancellationToken: asked.Cancellation),
            (asked, answer) => Show(asked, [answer.Withdrawal]));
    }

    private static Task Show(Asked asked, IReadOnlyList<Withdrawal> withdrawals)
    {
        asked.Screen.Table(["withdrawal", "participant", ">amount", "to", "state", "since", "bank reference"], withdrawals.Select(withdrawal => new[]
        {
            withdrawal.WithdrawalId, withdrawal.ParticipantId, Dollars.Format(withdrawal.AmountMicros), withdrawal.Destination, EnumText.Format(withdrawal.State),
            TimeText.Format(withdrawal.EventTime), withdrawal.BankReference,
        }));
        return Task.CompletedTask;
    }

    private static string Amount(StatementLeg leg) => leg.Asset == "USD" ? Dollars.Format(leg.Amount) : QuantityText.Format(leg.Amount);
}
