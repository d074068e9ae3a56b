using System.CommandLine;
using Gwh.Marketplace.V1;
using Marketplace.Cli.Screens;
using Marketplace.Cli.Units;
using Marketplace.Client.Accounts;

namespace Marketplace.Cli.Commands;

/// <summary>gwh account watch</summary>
internal static class AccountWatch
{
    public static Command Create(Verbs verbs)
    {
        var participant = Inputs.Text("--participant", "Whose; one's own where not given", "PARTICIPANT");
        var stop = new StopOptions();
        return verbs.Run("watch", "Tells every change of an account as it happens, until stopped", [participant, .. stop.All], null, asked => stop.Read(
            asked, asked.Client.WatchAccount(asked.Get(participant)), change => Show(asked, change)));
    }

    private static void Show(Asked asked, AccountChange change)
    {
        if (asked.Json)
        {
            asked.Screen.Line(WireJson.FormatLine(change.Update is { } update ? new StreamAccountResponse { Update = update } : new StreamAccountResponse { Snapshot = Whole(change.Account) }));
            return;
        }

        if (change.Healed is { } healed)
        {
            asked.Screen.Line($"-- healed: {EnumText.Format(healed.Cause)}, from version {healed.LastSequence} on to {healed.ResumedSequence}; what happened in between is in the statement");
        }

        var account = change.Account;
        asked.Screen.Line(
            $"{TimeText.Format(change.Update?.EventTime)}  available {Dollars.Format(account.CashAvailableMicros)}  held {Dollars.Format(account.CashHeldMicros)}  open orders {account.OpenOrders.Count:N0}");
        foreach (var fill in change.Update?.Fills ?? [])
        {
            asked.Screen.Line(
                $"  fill {fill.ClientOrderId}: {EnumText.Format(fill.Side)} {QuantityText.Format(fill.QuantityKwh)} of {fill.InstrumentId} at {PriceText.Format(fill.PriceUsdPerGwh)}, fee {Dollars.Format(fill.FeeMicros)}, trade {fill.TradeId}");
        }

        foreach (var order in change.Update?.Orders ?? [])
        {
            asked.Screen.Line($"  order {order.ClientOrderId}: {EnumText.Format(order.Status)}, open {QuantityText.Format(order.OpenKwh)}, filled {QuantityText.Format(order.FilledKwh)}");
        }

        foreach (var tokens in change.Update?.Tokens ?? [])
        {
            asked.Screen.Line($"  tokens {tokens.InstrumentId}: available {QuantityText.Format(tokens.AvailableKwh)}, held {QuantityText.Format(tokens.HeldKwh)}");
        }
    }

    private static AccountSnapshot Whole(AccountReplica replica) => new()
    {
        Account = new()
        {
            ParticipantId = replica.ParticipantId,
            Version = replica.Version,
            CashAvailableMicros = replica.CashAvailableMicros,
            CashHeldMicros = replica.CashHeldMicros,
            TradeHeldMicros = replica.TradeHeldMicros,
            OpenOrderCount = replica.OpenOrders.Count,
            Tokens = { replica.Tokens.Values },
        },
        OpenOrders = { replica.OpenOrders.Values },
    };
}
