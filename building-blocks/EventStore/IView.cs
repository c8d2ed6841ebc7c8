namespace Sms.EventStore;

/// <summary>
/// Facts to rows: what a screen shows. Its rows change in the transaction that appends the facts, so a view is never behind.
/// The tables are declared in the service's <c>Schema/*.sql</c>.
/// </summary>
public interface IView
{
    /// <summary>
    /// The tables whose rows follow from the log alone, by way of this view and others that name the same table: a rebuild makes
    /// them anew. A table that anything else writes is not one of them, whatever the view does there. Without any, a rebuild passes
    /// the view by: it only puts down what is to be done once.
    /// </summary>
    IReadOnlyList<string> Tables { get; }

    /// <summary>Adds the statements by which these facts change the view. All facts of one commit come together, in order.</summary>
    void Project(IReadOnlyList<StoredEvent> happened, ViewWrites write);
}

/// <summary>The statements a commit's views want run, sent to the database in one go.</summary>
public sealed class ViewWrites
{
    private readonly List<Sql> _statements = [];

    /// <summary>The statements so far.</summary>
    public IReadOnlyList<Sql> Statements => _statements;

    /// <summary>The statements by which all these views follow what happened.</summary>
    internal static IReadOnlyList<Sql> Of(IReadOnlyList<IView> views, IReadOnlyList<StoredEvent> happened)
    {
        var writes = new ViewWrites();
        if (happened.Count > 0)
            foreach (var view in views)
                view.Project(happened, writes);
        return writes.Statements;
    }

    /// <summary>Adds a statement; its values travel as parameters.</summary>
    public void Add(Sql statement) => _statements.Add(statement);
}
