using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;

namespace Sms.EventStore;

/// <summary>
/// Ids that follow from what they name: the same parts always give the same id, on every instance, so that uniqueness is
/// the store's to decide and needs no look-up. A UUID version 5 (RFC 9562, section 5.5).
/// </summary>
public static class NamedId
{
    /// <summary>The id of what the parts name within a scope. Parts are told apart: ("ab","c") is not ("a","bc").</summary>
    public static Guid Of(Guid scope, params ReadOnlySpan<string> parts)
    {
        var size = 16;
        foreach (var part in parts)
            size += 4 + Encoding.UTF8.GetByteCount(part);

        var input = size <= 512 ? stackalloc byte[size] : new byte[size];
        scope.TryWriteBytes(input, bigEndian: true, out var at);
        foreach (var part in parts)
        {
            var length = Encoding.UTF8.GetBytes(part, input[(at + 4)..]);
            BinaryPrimitives.WriteInt32BigEndian(input[at..], length);
            at += 4 + length;
        }

        Span<byte> hash = stackalloc byte[SHA1.HashSizeInBytes];
#pragma warning disable CA5350 // UUIDv5 is defined on SHA-1; nothing is secured by it.
        SHA1.HashData(input, hash);
#pragma warning restore CA5350
        hash[6] = (byte)((hash[6] & 0x0F) | 0x50);
        hash[8] = (byte)((hash[8] & 0x3F) | 0x80);
        return new Guid(hash[..16], bigEndian: true);
    }
}
