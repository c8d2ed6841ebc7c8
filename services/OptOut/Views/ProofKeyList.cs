using Microsoft.AspNetCore.Http.HttpResults;
using Sms.EventStore;
using Sms.OptOut.Ledger;

namespace Sms.OptOut.Views;

/// <summary>The public keys that proofs are and were signed with. Whoever is given proofs asks for them once, and keeps them elsewhere.</summary>
/// <param name="KeyId">The name, as a proof gives it.</param>
/// <param name="Since">From when on it has been used.</param>
/// <param name="PublicKey">The public half as PEM.</param>
public sealed record ProofKeyList(string KeyId, DateTimeOffset Since, string PublicKey)
{
    /// <summary><c>GET /proof-keys</c>, the present one last, and <c>GET /proof-keys/{keyId}</c>: the PEM file that <c>./sms verify-proof --key</c> takes.</summary>
    public static void Map(RouteGroupBuilder api)
    {
        api.MapGet("/proof-keys", async (IEventStore store, CancellationToken ct) => (await All(store, ct)).ToList())
            .WithName("ListProofKeys").WithSummary("The public keys that proofs of consent are and were signed with, the present one last.");
        api.MapGet("/proof-keys/{keyId}", async Task<Results<ContentHttpResult, NotFound>> (string keyId, IEventStore store, CancellationToken ct) =>
                (await All(store, ct)).FirstOrDefault(key => key.KeyId == keyId) is { } key
                    ? TypedResults.Text(key.PublicKey + "\n", "application/x-pem-file")
                    : TypedResults.NotFound())
            .WithName("GetProofKey").WithSummary("One public key, as a PEM file.");
    }

    private static async Task<IEnumerable<ProofKeyList>> All(IEventStore store, CancellationToken ct) =>
        (await store.Load(ProofKeys.Stream, ProofKeys.Id, ct)).State.Select(key => new ProofKeyList(key.KeyId, key.At, key.PublicKey));
}
