using System.Buffers;
using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;

namespace Sms.GatewayProtocol;

/// <summary>
/// The digest of the fields that make one text one text, as 64 hexadecimal digits. Each string goes in behind its length in bytes
/// (four bytes, big-endian; -1 for none), so that two neighbours cannot run together into another pair; a time as eight bytes of UTC
/// ticks. Sender and recipient go in without a leading <c>+</c>, which gateways write or leave out. What it yields is stored as
/// the identity of texts: it must never change.
/// </summary>
internal ref struct DedupeKey(int expectedLength)
{
    private readonly ArrayBufferWriter<byte> _fields = new(Math.Max(64, expectedLength));

    public readonly void Add(string? field)
    {
        var room = _fields.GetSpan(4 + Encoding.UTF8.GetMaxByteCount(field?.Length ?? 0));
        var length = Encoding.UTF8.GetBytes(field, room[4..]);
        BinaryPrimitives.WriteInt32BigEndian(room, field is null ? -1 : length);
        _fields.Advance(4 + length);
    }

    public readonly void AddNumber(string? number) => Add(number is ['+', .. var digits] ? digits : number);

    public readonly void Add(DateTimeOffset? time)
    {
        BinaryPrimitives.WriteInt64BigEndian(_fields.GetSpan(8), time?.UtcTicks ?? -1);
        _fields.Advance(8);
    }

    public override readonly string ToString() => Convert.ToHexStringLower(SHA256.HashData(_fields.WrittenSpan));
}
