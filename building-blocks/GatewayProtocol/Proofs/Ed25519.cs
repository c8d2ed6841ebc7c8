using System.Globalization;
using System.Numerics;
using System.Security.Cryptography;

namespace Sms.GatewayProtocol;

/// <summary>
/// Ed25519 (RFC 8032, 5.1), which .NET 10 does not offer. Verifying handles public data only, so it need not and does not take constant
/// time; signing, which does, is for samples and simulated gateways, whose keys protect nothing.
/// </summary>
internal static class Ed25519
{
    /// <summary>Bytes of a key, public or private.</summary>
    public const int KeySize = 32;

    private const int SignatureSize = 64;

    // The order of the group that the base point generates.
    private static readonly BigInteger Order = BigInteger.Pow(2, 252) + BigInteger.Parse("27742317777372353535851937790883648493", CultureInfo.InvariantCulture);

    private static readonly Fe D = Fe.Of(-121665) * Fe.Of(121666).Invert();
    private static readonly Fe TwiceD = D + D;
    private static readonly Point Zero = new(Fe.Of(0), Fe.Of(1), Fe.Of(1), Fe.Of(0));
    private static readonly Point Generator = Decode(Encode(Fe.Of(4) * Fe.Of(5).Invert(), odd: false))!.Value;

    /// <summary>A point of the curve in extended coordinates (RFC 8032, 5.1.4).</summary>
    private readonly record struct Point(Fe X, Fe Y, Fe Z, Fe T)
    {
        public Point Negated => new(-X, Y, Z, -T);

        public static Point operator +(in Point p, in Point q)
        {
            var a = (p.Y - p.X) * (q.Y - q.X);
            var b = (p.Y + p.X) * (q.Y + q.X);
            var c = p.T * TwiceD * q.T;
            var d = (p.Z + p.Z) * q.Z;
            var (e, f, g, h) = (b - a, d - c, d + c, b + a);
            return new(e * f, g * h, f * g, e * h);
        }

        public Point Doubled()
        {
            var a = X.Squared();
            var b = Y.Squared();
            var c = Z.Squared();
            var h = a + b;
            var e = h - (X + Y).Squared();
            var g = a - b;
            var f = c + c + g;
            return new(e * f, g * h, f * g, e * h);
        }
    }

    /// <summary>Whether this is the signature of a message. Anything that is no signature or no key is not.</summary>
    public static bool Verify(ReadOnlySpan<byte> publicKey, ReadOnlySpan<byte> message, ReadOnlySpan<byte> signature)
    {
        if (publicKey.Length != KeySize || signature.Length != SignatureSize)
            return false;
        var s = new BigInteger(signature[KeySize..], isUnsigned: true);
        // One signature must not have a second form: S below the order, and the points written in one way (RFC 8032, 5.1.7).
        if (s >= Order || Decode(publicKey) is not { } key)
            return false;
        var h = Hash(signature[..KeySize], publicKey, message);
        Span<byte> expected = stackalloc byte[KeySize];
        Encode(Sum(s, Generator, h, key.Negated), expected);
        return expected.SequenceEqual(signature[..KeySize]);
    }

    /// <summary>The public key of a private one.</summary>
    public static byte[] PublicKey(ReadOnlySpan<byte> seed)
    {
        var key = new byte[KeySize];
        Encode(Sum(Scalar(SHA512.HashData(seed)), Generator, BigInteger.Zero, Zero), key);
        return key;
    }

    /// <summary>Signs a message.</summary>
    public static void Sign(ReadOnlySpan<byte> seed, ReadOnlySpan<byte> message, Span<byte> signature)
    {
        var expanded = SHA512.HashData(seed);
        var r = Hash(expanded.AsSpan(KeySize), [], message);
        signature.Clear();
        Encode(Sum(r, Generator, BigInteger.Zero, Zero), signature[..KeySize]);
        var s = (r + Hash(signature[..KeySize], PublicKey(seed), message) * Scalar(expanded)) % Order;
        s.TryWriteBytes(signature[KeySize..], out _, isUnsigned: true);
    }

    private static BigInteger Hash(ReadOnlySpan<byte> first, ReadOnlySpan<byte> second, ReadOnlySpan<byte> message)
    {
        using var sha = IncrementalHash.CreateHash(HashAlgorithmName.SHA512);
        sha.AppendData(first);
        sha.AppendData(second);
        sha.AppendData(message);
        return new BigInteger(sha.GetHashAndReset(), isUnsigned: true) % Order;
    }

    private static BigInteger Scalar(byte[] expanded)
    {
        var scalar = expanded.AsSpan(0, KeySize).ToArray();
        scalar[0] &= 0xF8;
        scalar[31] = (byte)((scalar[31] & 0x7F) | 0x40);
        return new BigInteger(scalar, isUnsigned: true);
    }

    /// <summary>a·P + b·Q, both at once (Shamir's trick).</summary>
    private static Point Sum(BigInteger a, Point p, BigInteger b, Point q)
    {
        Span<byte> bitsOfA = stackalloc byte[KeySize];
        Span<byte> bitsOfB = stackalloc byte[KeySize];
        bitsOfA.Clear();
        bitsOfB.Clear();
        a.TryWriteBytes(bitsOfA, out _, isUnsigned: true);
        b.TryWriteBytes(bitsOfB, out _, isUnsigned: true);
        var both = p + q;
        var sum = Zero;
        for (var bit = 255; bit >= 0; bit--)
        {
            sum = sum.Doubled();
            sum = ((bitsOfA[bit / 8] >> (bit % 8)) & 1, (bitsOfB[bit / 8] >> (bit % 8)) & 1) switch
            {
                (1, 1) => sum + both,
                (1, 0) => sum + p,
                (0, 1) => sum + q,
                _ => sum,
            };
        }
        return sum;
    }

    private static void Encode(Point point, Span<byte> bytes)
    {
        var inverse = point.Z.Invert();
        Encode(point.Y * inverse, (point.X * inverse).IsOdd).CopyTo(bytes);
    }

    private static byte[] Encode(Fe y, bool odd)
    {
        var bytes = y.ToBytes();
        bytes[31] |= (byte)(odd ? 0x80 : 0);
        return bytes;
    }

    /// <summary>The point that 32 bytes stand for; null when they stand for none (RFC 8032, 5.1.3).</summary>
    private static Point? Decode(ReadOnlySpan<byte> bytes)
    {
        var odd = (bytes[31] & 0x80) != 0;
        var written = bytes.ToArray();
        written[31] &= 0x7F;
        var y = Fe.FromBytes(written);
        if (!y.ToBytes().AsSpan().SequenceEqual(written))
            return null;

        var u = y * y - Fe.Of(1);
        var v = D * y * y + Fe.Of(1);
        var v3 = v * v * v;
        var x = u * v3 * (u * v3 * v3 * v).ToThePowerOfP58();
        if (v * x * x != u)
        {
            x *= Fe.RootOfMinusOne;
            if (v * x * x != u)
                return null;
        }
        if (x == Fe.Of(0) && odd)
            return null;
        if (x.IsOdd != odd)
            x = -x;
        return new Point(x, y, Fe.Of(1), x * y);
    }
}
