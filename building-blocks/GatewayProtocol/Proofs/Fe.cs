using System.Buffers.Binary;
using System.Numerics;
using System.Runtime.CompilerServices;

namespace Sms.GatewayProtocol;

/// <summary>A number modulo 2^255 − 19, in five limbs of 51 bits; each may be a little above that between operations.</summary>
internal readonly struct Fe : IEquatable<Fe>
{
    private const ulong Limb = (1UL << 51) - 1;

    private static readonly BigInteger P = BigInteger.Pow(2, 255) - 19;

    /// <summary>A square root of −1, which is what a candidate for a root is off by when it is off.</summary>
    public static readonly Fe RootOfMinusOne = Of(2).ToThePowerOf((P - 1) / 4);

    private readonly ulong _0, _1, _2, _3, _4;

    private Fe(ulong a, ulong b, ulong c, ulong d, ulong e)
    {
        // Carries once around; what runs over the top comes back nineteenfold.
        b += a >> 51;
        c += b >> 51;
        d += c >> 51;
        e += d >> 51;
        _0 = (a & Limb) + 19 * (e >> 51);
        (_1, _2, _3, _4) = (b & Limb, c & Limb, d & Limb, e & Limb);
    }

    public static Fe Of(int number)
    {
        var bytes = new byte[32];
        ((P + number) % P).TryWriteBytes(bytes, out _, isUnsigned: true);
        return FromBytes(bytes);
    }

    /// <summary>From 32 bytes, little-endian; the highest bit does not count.</summary>
    public static Fe FromBytes(ReadOnlySpan<byte> bytes)
    {
        var a = BinaryPrimitives.ReadUInt64LittleEndian(bytes);
        var b = BinaryPrimitives.ReadUInt64LittleEndian(bytes[8..]);
        var c = BinaryPrimitives.ReadUInt64LittleEndian(bytes[16..]);
        var d = BinaryPrimitives.ReadUInt64LittleEndian(bytes[24..]);
        return new Fe(a & Limb, ((a >> 51) | (b << 13)) & Limb, ((b >> 38) | (c << 26)) & Limb, ((c >> 25) | (d << 39)) & Limb, (d >> 12) & Limb);
    }

    public byte[] ToBytes()
    {
        // Twice around, so that no limb is too large; then p is taken off if it still fits in.
        var once = new Fe(_0, _1, _2, _3, _4);
        var (a, b, c, d, e) = (once._0, once._1, once._2, once._3, once._4);
        var carry = (((((((((a + 19) >> 51) + b) >> 51) + c) >> 51) + d) >> 51) + e) >> 51;
        a += 19 * carry;
        b += a >> 51;
        c += b >> 51;
        d += c >> 51;
        e += d >> 51;
        (a, b, c, d, e) = (a & Limb, b & Limb, c & Limb, d & Limb, e & Limb);

        var bytes = new byte[32];
        BinaryPrimitives.WriteUInt64LittleEndian(bytes, a | (b << 51));
        BinaryPrimitives.WriteUInt64LittleEndian(bytes.AsSpan(8), (b >> 13) | (c << 38));
        BinaryPrimitives.WriteUInt64LittleEndian(bytes.AsSpan(16), (c >> 26) | (d << 25));
        BinaryPrimitives.WriteUInt64LittleEndian(bytes.AsSpan(24), (d >> 39) | (e << 12));
        return bytes;
    }

    public bool IsOdd => (ToBytes()[0] & 1) != 0;

    public static Fe operator +(in Fe x, in Fe y) => new(x._0 + y._0, x._1 + y._1, x._2 + y._2, x._3 + y._3, x._4 + y._4);

    // Four times p goes in first, so that no limb falls below nothing.
    public static Fe operator -(in Fe x, in Fe y) => new(
        x._0 + 4 * (Limb - 18) - y._0, x._1 + 4 * Limb - y._1, x._2 + 4 * Limb - y._2, x._3 + 4 * Limb - y._3, x._4 + 4 * Limb - y._4);

    public static Fe operator -(in Fe x) => default(Fe) - x;

    public static Fe operator *(in Fe x, in Fe y)
    {
        var (y1, y2, y3, y4) = (19 * y._1, 19 * y._2, 19 * y._3, 19 * y._4);
        var a = Wide(x._0, y._0) + Wide(x._1, y4) + Wide(x._2, y3) + Wide(x._3, y2) + Wide(x._4, y1);
        var b = Wide(x._0, y._1) + Wide(x._1, y._0) + Wide(x._2, y4) + Wide(x._3, y3) + Wide(x._4, y2);
        var c = Wide(x._0, y._2) + Wide(x._1, y._1) + Wide(x._2, y._0) + Wide(x._3, y4) + Wide(x._4, y3);
        var d = Wide(x._0, y._3) + Wide(x._1, y._2) + Wide(x._2, y._1) + Wide(x._3, y._0) + Wide(x._4, y4);
        var e = Wide(x._0, y._4) + Wide(x._1, y._3) + Wide(x._2, y._2) + Wide(x._3, y._1) + Wide(x._4, y._0);
        return Carried(a, b, c, d, e);
    }

    /// <summary>Times itself, at half the cost.</summary>
    public Fe Squared()
    {
        var (d0, d1, x3, x4) = (2 * _0, 2 * _1, 19 * _3, 19 * _4);
        var a = Wide(_0, _0) + Wide(d1, x4) + Wide(2 * _2, x3);
        var b = Wide(d0, _1) + Wide(2 * _2, x4) + Wide(_3, x3);
        var c = Wide(d0, _2) + Wide(_1, _1) + Wide(2 * _3, x4);
        var d = Wide(d0, _3) + Wide(d1, _2) + Wide(_4, x4);
        var e = Wide(d0, _4) + Wide(d1, _3) + Wide(_2, _2);
        return Carried(a, b, c, d, e);
    }

    public static bool operator ==(Fe x, Fe y) => x.Equals(y);

    public static bool operator !=(Fe x, Fe y) => !x.Equals(y);

    /// <summary>One over it: to the power of p − 2 (Fermat).</summary>
    public Fe Invert() => ToThePowerOf(P - 2);

    /// <summary>To the power of (p − 5) / 8, on the way to a square root (RFC 8032, 5.1.3).</summary>
    public Fe ToThePowerOfP58() => ToThePowerOf((P - 5) / 8);

    public bool Equals(Fe other) => ToBytes().AsSpan().SequenceEqual(other.ToBytes());

    public override bool Equals(object? obj) => obj is Fe other && Equals(other);

    public override int GetHashCode() => (int)ToBytes()[0];

    private Fe ToThePowerOf(BigInteger exponent)
    {
        var bits = exponent.ToByteArray(isUnsigned: true);
        var power = Of(1);
        for (var bit = bits.Length * 8 - 1; bit >= 0; bit--)
        {
            power = power.Squared();
            if (((bits[bit / 8] >> (bit % 8)) & 1) != 0)
                power *= this;
        }
        return power;
    }

    private static Fe Carried(UInt128 a, UInt128 b, UInt128 c, UInt128 d, UInt128 e)
    {
        b += (ulong)(a >> 51);
        c += (ulong)(b >> 51);
        d += (ulong)(c >> 51);
        e += (ulong)(d >> 51);
        return new Fe(((ulong)a & Limb) + 19 * (ulong)(e >> 51), (ulong)b & Limb, (ulong)c & Limb, (ulong)d & Limb, (ulong)e & Limb);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static UInt128 Wide(ulong x, ulong y)
    {
        var high = Math.BigMul(x, y, out var low);
        return new UInt128(high, low);
    }
}
