//! The rules of the lint: their names, how grave they are, and what to do.

/// How grave a finding is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Severity {
    /// It may be slow or surprising; the migration runs.
    Warning,
    /// The set is not run and not served.
    Error,
}

macro_rules! rules {
    ($($(#[$doc:meta])* $name:ident, $id:literal, $severity:ident, $allow:literal, $what:literal;)*) => {
        /// What the lint looks for. [`Rule::id`] is the stable name, used in `-- mtp:allow ID reason`.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        #[non_exhaustive]
        pub enum Rule { $($(#[$doc])* $name,)* }

        impl Rule {
            /// Every rule.
            pub const ALL: &'static [Self] = &[$(Self::$name,)*];

            /// The rule's stable name.
            pub fn id(self) -> &'static str {
                match self { $(Self::$name => $id,)* }
            }

            /// How grave the rule is unless the place makes it graver or lighter.
            pub fn severity(self) -> Severity {
                match self { $(Self::$name => Severity::$severity,)* }
            }

            /// Whether `-- mtp:allow ID reason` in the statement can set it aside. What the walls stand
            /// on cannot be set aside.
            pub fn can_be_allowed(self) -> bool {
                match self { $(Self::$name => $allow,)* }
            }

            /// What to do about it.
            pub fn what_to_do(self) -> &'static str {
                match self { $(Self::$name => $what,)* }
            }
        }
    };
}

rules! {
    /// A table without `tenant_id` as a NOT NULL text column.
    TenantId, "tenant-id", Error, false, "give the table `tenant_id TEXT NOT NULL`; every isolation needs it, so that a tenant can move";
    /// A primary or unique key (or exclusion) that does not begin with `tenant_id`.
    KeyPrefix, "key-prefix", Error, false, "put tenant_id first in the key: without it one tenant's row collides with, and shows the existence of, another's";
    /// A foreign key that does not begin with `tenant_id` on both sides.
    ForeignKey, "foreign-key", Error, false, "write FOREIGN KEY (tenant_id, …) REFERENCES other (tenant_id, …): without it a row can point at another tenant's";
    /// A table without a primary key.
    PrimaryKey, "primary-key", Warning, true, "add PRIMARY KEY (tenant_id, …), so that rows can be found, moved and replicated";
    /// A sequence, serial, identity or auto-increment.
    Sequence, "sequence", Error, false, "use a UUID (version 7) made by the program: a shared counter tells each tenant how busy the others are";
    /// A view on PostgreSQL that is not `security_invoker`.
    ViewInvoker, "view-invoker", Error, false, "write CREATE VIEW … WITH (security_invoker = true) AS …, else the view reads past row-level security";
    /// A view that does not give `tenant_id`.
    ViewTenantId, "view-tenant-id", Error, false, "select tenant_id (and group by it) as a column of the view, so that the view can be filtered by tenant";
    /// A view over several tables on a database without row-level security.
    ViewJoin, "view-join", Error, true, "join on tenant_id in every place, then allow it with that reason; or join in the service's own statement, which is filtered table by table";
    /// A materialized view: it has no row-level security.
    MaterializedView, "materialized-view", Error, false, "use a table that the service fills, or a plain view";
    /// A SECURITY DEFINER function, which runs past row-level security.
    DefinerFunction, "definer-function", Error, false, "leave SECURITY DEFINER out";
    /// A function whose `search_path` is not pinned.
    FunctionSearchPath, "function-search-path", Error, false, "add SET search_path FROM CURRENT to the function: it then keeps the schema that the migration runs in";
    /// A function in a language that can leave the database.
    FunctionLanguage, "function-language", Error, false, "write it in LANGUAGE sql or plpgsql";
    /// A name with a schema or database in front.
    Qualified, "qualified-name", Error, false, "leave the schema out: migrations run in the tenant's own schema";
    /// Policies, row-level security, rights, roles and owners.
    Wall, "wall", Error, false, "leave it out: mtp sets policies, rights and owners itself after each migration";
    /// SET, RESET, PRAGMA and other changes of the session.
    Session, "session", Error, false, "leave it out: the connection serves the next tenant too";
    /// BEGIN, COMMIT and the like.
    Transaction, "transaction", Error, false, "leave it out: the runner opens the transaction that also holds the ledger row";
    /// Schemas, databases, servers: something outside the tenant's schema.
    Elsewhere, "elsewhere", Error, false, "leave it to the operator: a migration stays inside the tenant's schema";
    /// An extension.
    Extension, "extension", Error, true, "let the operator install it in the database beforehand, or allow it with the reason why the owner login may";
    /// A table or view with a name that means something else.
    ReservedName, "reserved-name", Error, false, "choose another name";
    /// A name that is not the same in every database.
    NameForm, "name-form", Error, false, "use lower-case letters, digits and underscores, at most 63 bytes";
    /// A statement about a table that the set did not make.
    UnknownTable, "unknown-table", Error, false, "create it in an earlier migration of this set, or mend the name";
    /// A relation that is created twice.
    Exists, "exists-already", Error, false, "drop or rename the first one, or choose another name";
    /// CREATE TABLE … AS and SELECT … INTO.
    TableAs, "table-as", Error, false, "create the table with its columns and keys, then INSERT … SELECT";
    /// A temporary table, view or sequence.
    Temporary, "temporary", Error, false, "use a plain table, or a WITH query";
    /// Inheritance, partitions and LIKE.
    Inheritance, "inheritance", Error, false, "write a plain table with its columns: policies of a parent do not hold for its children";
    /// A virtual or foreign table.
    ForeignTable, "foreign-table", Error, false, "use a plain table: rows that live elsewhere have no wall";
    /// A rewrite rule of PostgreSQL.
    RewriteRule, "rewrite-rule", Error, false, "use a constraint or do it in the service";
    /// A trigger.
    Trigger, "trigger", Warning, true, "see that every statement in it names tenant_id, then allow it with that reason";
    /// A routine, trigger or event on the MySQL wire, where it runs with its maker's rights.
    Routine, "routine", Error, false, "do it in the service: on MariaDB and MySQL it would run with the owner's rights, past the walls";
    /// A statement about rows, where tenants share tables.
    Rows, "rows", Warning, true, "it changes the rows of all tenants at once and runs once, not for each tenant; write it so that it is right for all, then allow it";
    /// A SELECT, which a migration has no use for but to call functions.
    Select, "select", Warning, true, "leave it out, or allow it with the reason why a function is called";
    /// A statement about tables that the parser cannot read.
    UnreadableTable, "unreadable-table", Error, false, "write it plainer: keys that cannot be read cannot be checked";
    /// Another statement that the parser cannot read.
    Unreadable, "unreadable", Warning, true, "write it plainer, or allow it with the reason why it cannot touch the walls";
    /// A kind of statement that migrations have no use for.
    Statement, "statement", Error, true, "leave it out, or allow it with the reason";
    /// `-- no-transaction` and statements that need it.
    NoTransaction, "no-transaction", Error, false, "put `-- no-transaction` as the first line of a file that holds this one statement, so that it can be run again after a crash";
    /// An index or key that is built under a lock.
    LockIndex, "lock-index", Warning, true, "build it with CREATE INDEX CONCURRENTLY in a file of its own that begins with `-- no-transaction`; a key then takes it by USING INDEX";
    /// A constraint that reads the whole table under a lock.
    LockConstraint, "lock-constraint", Warning, true, "add it NOT VALID, and VALIDATE CONSTRAINT in a later migration";
    /// A change that writes the whole table anew under a lock.
    LockRewrite, "lock-rewrite", Warning, true, "add a column without default, fill it in steps, then set the default; change a type by a new column";
    /// SET NOT NULL, which reads the whole table under a lock.
    LockNotNull, "lock-not-null", Warning, true, "add CHECK (column IS NOT NULL) NOT VALID, validate it in a later migration, then SET NOT NULL";
    /// A new NOT NULL column without default on a table that may have rows.
    NotNull, "not-null", Warning, true, "give it a constant default, or fill it first: else it fails for each tenant that has rows";
    /// Something taken away that the running release may still use.
    Contract, "contract", Warning, true, "take it away one release after the last code that uses it";
    /// An index that does not begin with `tenant_id`.
    IndexPrefix, "index-prefix", Warning, true, "put tenant_id first, so that a search stays within the tenant's own rows";
    /// An index whose operators cannot be used under row-level security.
    IndexLeakproof, "index-leakproof", Warning, true, "under row-level security (schema, shared) only leakproof operators use an index: search prefixes by starts_with, keep what is searched in columns, or give the tenant a database";
    /// An `mtp:allow` comment that does nothing.
    Allow, "allow", Warning, false, "write -- mtp:allow RULE reason in the statement that it is for, or take it out";
}

impl Rule {
    /// The rule with this name.
    pub fn from_id(id: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|rule| rule.id() == id)
    }
}

impl serde::Serialize for Rule {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.id())
    }
}
