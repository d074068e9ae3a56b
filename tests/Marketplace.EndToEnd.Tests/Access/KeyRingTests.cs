using Marketplace.Grains.Hosting;
using Marketplace.Server.Access;
using Microsoft.AspNetCore.Http;
using RejectReason = Marketplace.Domain.Refusals.RejectReason;

namespace Marketplace.EndToEnd.Tests.Access;

public sealed class KeyRingTests
{
    private readonly SmallDirectory _directory = new();
    private readonly KeyRing _keys;

    public KeyRingTests() => _keys = new(_directory.View, VenueClock.Manual(new(1_000)), new Limits(_directory.View));

    private (RejectReason Refused, Caller? Caller) Identify(string header)
    {
        var call = new DefaultHttpContext();
        call.Request.Headers.Authorization = header;
        return (_keys.Identify(call, out var caller), caller);
    }

    [Fact]
    public void Every_key_is_known_by_its_header_however_many_there_are()
    {
        var participants = Enumerable.Range(0, 10_500).Select(i => $"p{i}").ToArray();
        var secrets = _directory.Enter(participants);
        for (var i = 0; i < participants.Length; i++)
        {
            Assert.Equal((RejectReason.None, participants[i]), (Identify("Bearer " + secrets[i]).Refused, Identify("Bearer " + secrets[i]).Caller?.Id));
        }

        Assert.Equal(participants.Length, _keys.KnownHeaders);
        Assert.Same(Identify("Bearer " + secrets[^1]).Caller, Identify("Bearer " + secrets[^1]).Caller);
    }

    [Fact]
    public void Other_ways_to_write_a_key_are_let_in_and_not_kept()
    {
        var secret = _directory.Enter(["ann"])[0];
        foreach (var header in new[] { "bearer " + secret, "Bearer  " + secret, $"BEARER {secret}  " })
        {
            Assert.Equal((RejectReason.None, "ann"), (Identify(header).Refused, Identify(header).Caller?.Id));
        }

        Assert.Equal(0, _keys.KnownHeaders);
    }

    [Fact]
    public void What_belongs_to_no_key_is_refused_and_not_kept()
    {
        var secret = _directory.Enter(["ann"])[0];
        foreach (var header in new[] { "", secret, "Bearer", "Bearer ", "Basic " + secret, "Bearer " + ApiSecret.New(), "Bearer " + secret[..^1] + (secret[^1] == '0' ? '1' : '0') })
        {
            Assert.Equal((RejectReason.Unauthenticated, null), Identify(header));
        }

        Assert.Equal(0, _keys.KnownHeaders);
    }

    [Fact]
    public void What_changes_in_the_directory_counts_at_the_next_call()
    {
        var header = "Bearer " + _directory.Enter(["ann"])[0];
        Assert.Equal(10, Identify(header).Caller!.Participant.Limits.OrdersPerSecond);

        _directory.SetLimits("ann", 20);
        var before = Identify(header).Caller!;
        Assert.Equal(20, before.Participant.Limits.OrdersPerSecond);

        _directory.Revoke("ann");
        Assert.Equal(RejectReason.KeyRevoked, Identify(header).Refused);
        Assert.Same(before.Allowance, Identify(header).Caller!.Allowance);
        Assert.Equal(1, _keys.KnownHeaders);
    }
}
