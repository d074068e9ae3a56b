using System.CommandLine;
using Gwh.Marketplace.V1;
using Marketplace.Cli.Screens;
using Marketplace.Cli.Units;

namespace Marketplace.Cli.Commands;

/// <summary>gwh key</summary>
internal static class KeyCommands
{
    public static Command Create(Verbs verbs) => Verbs.Noun("key", "Keys: each acts for one participant in one role", CreateKey(verbs), Revoke(verbs), List(verbs));

    private static Command CreateKey(Verbs verbs)
    {
        var participant = Inputs.Text("participant", "The participant it acts for");
        var role = Inputs.OneOf<Role>("--role", "What it may do");
        role.Required = true;
        var expires = Inputs.Time("--expires", "When it ends by itself; 365 days from now where not given");
        return verbs.Write("create", "Makes a key; its secret is shown once and never again", [participant, role, expires],
            async asked => await asked.Client.Admin.CreateKeyAsync(
                new() { RequestId = asked.RequestId, ParticipantId = asked.Get(participant), Role = EnumText.Parse<Role>(asked.Get(role)), ExpireTime = asked.Get(expires) },
                cancellationToken: asked.Cancellation),
            (asked, answer) =>
            {
                asked.Screen.Facts(
                    ("key", answer.Key.KeyId), ("participant", answer.Key.ParticipantId), ("role", EnumText.Format(answer.Key.Role)), ("expires", TimeText.Format(answer.Key.ExpireTime)),
                    ("secret", answer.Secret.Length > 0 ? answer.Secret : "not shown again: the key was made before under this request"));
                return Task.CompletedTask;
            });
    }

    private static Command Revoke(Verbs verbs)
    {
        var key = Inputs.Text("key", "Id of the key, such as key-3");
        return verbs.Write("revoke", "Revokes a key, at once and for ever", [key],
            async asked => await asked.Client.Admin.RevokeKeyAsync(new() { RequestId = asked.RequestId, KeyId = asked.Get(key) }, cancellationToken: asked.Cancellation),
            (asked, answer) => Show(asked, [answer.Key]));
    }

    private static Command List(Verbs verbs)
    {
        var participant = Inputs.Text("--participant", "Only of this participant", "PARTICIPANT");
        return verbs.List("list", "Lists keys, never their secrets", [participant],
            async (asked, size, token) => await asked.Client.Admin.ListKeysAsync(
                new() { ParticipantId = asked.Get(participant), PageSize = size, PageToken = token }, cancellationToken: asked.Cancellation),
            page => page.Keys, page => page.NextPageToken, Show);
    }

    private static Task Show(Asked asked, IReadOnlyList<ApiKey> keys)
    {
        asked.Screen.Table(["key", "participant", "role", "made", "expires", "state"], keys.Select(key => new[]
        {
            key.KeyId, key.ParticipantId, EnumText.Format(key.Role), TimeText.Format(key.CreateTime), TimeText.Format(key.ExpireTime), key.Revoked ? "revoked" : "live",
        }));
        return Task.CompletedTask;
    }
}
