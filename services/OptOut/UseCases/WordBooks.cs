using System.Runtime.CompilerServices;
using Sms.ConsentWords;
using Sms.OptOut.Policies;

namespace Sms.OptOut.UseCases;

/// <summary>The book of each endpoint, made once for what is set.</summary>
public sealed class WordBooks
{
    private readonly ConditionalWeakTable<EndpointWords, WordBook> _books = [];

    /// <summary>The book to read an endpoint's texts with.</summary>
    public WordBook For(EndpointWords words) => _books.GetValue(words, set => set.ToBook());
}
