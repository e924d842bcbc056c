//! Statements that the parser cannot read, judged by their words.

use super::{Rule, Scope, Severity, statements::routine};
use crate::migrate::dialect::Dialect;
use crate::migrate::statement::SqlStatement;

/// Words that come between CREATE (or ALTER, DROP) and what is made.
const BETWEEN: [&str; 11] = [
    "OR",
    "REPLACE",
    "TEMP",
    "TEMPORARY",
    "LOCAL",
    "GLOBAL",
    "UNLOGGED",
    "UNIQUE",
    "RECURSIVE",
    "CONSTRAINT",
    "VIRTUAL",
];

pub(super) fn check(scope: &mut Scope<'_>, reason: &str) {
    let statement = scope.statement;
    let verb = statement.words.first().map_or("", String::as_str);
    let mut words = statement.words.iter().skip(1).map(String::as_str);
    let object = words.find(|word| !BETWEEN.contains(word)).unwrap_or("");
    match (verb, object) {
        // It ends with the transaction, and a table that is made anew may need it.
        ("PRAGMA", "DEFER_FOREIGN_KEYS") => {}
        _ if routine::is_mysql_routine(scope) => routine::refuse(scope),
        _ => match refused(statement, verb, object).or_else(|| relation(scope.dialect(), statement, verb, object)) {
            Some((rule, what)) => scope.find(rule, format!("{verb} {object} {what} ({reason})")),
            None => rest(scope, verb, object, reason),
        },
    }
}

/// What a migration may not do at all, readable or not.
fn refused(statement: &SqlStatement, verb: &str, object: &str) -> Option<(Rule, &'static str)> {
    let found = match (verb, object) {
        ("CREATE" | "ALTER" | "DROP", "POLICY" | "ROLE" | "USER" | "GROUP")
        | ("ALTER", "DEFAULT")
        | ("DROP", "OWNED")
        | ("GRANT" | "REVOKE" | "REASSIGN" | "SECURITY", _) => (Rule::Wall, "is mtp's own"),
        ("ALTER", _) if statement.has_word("OWNER") => (Rule::Wall, "sets an owner, which is mtp's own"),
        ("SET" | "RESET" | "DISCARD" | "PRAGMA" | "LISTEN" | "UNLISTEN" | "LOAD" | "LOCK" | "VACUUM", _) => {
            (Rule::Session, "has no place in a migration")
        }
        ("BEGIN" | "START" | "COMMIT" | "END" | "ROLLBACK" | "ABORT" | "SAVEPOINT" | "RELEASE" | "PREPARE", _) => {
            (Rule::Transaction, "is the runner's own")
        }
        ("ATTACH" | "DETACH", _)
        | (
            "CREATE" | "ALTER" | "DROP",
            "SCHEMA" | "DATABASE" | "SERVER" | "TABLESPACE" | "PUBLICATION" | "SUBSCRIPTION" | "EVENT" | "LANGUAGE"
            | "SYSTEM",
        ) => (Rule::Elsewhere, "is outside the tenant's schema"),
        ("ALTER", _) if has_words(statement, &["SET", "SCHEMA"]) => {
            (Rule::Elsewhere, "would leave the tenant's schema")
        }
        ("CREATE" | "ALTER" | "DROP", "EXTENSION") => (Rule::Extension, "belongs to a whole database"),
        ("CREATE" | "IMPORT", "FOREIGN") => (Rule::ForeignTable, "has no wall"),
        ("CREATE", "TABLE") if statement.words.get(1).is_some_and(|word| word == "VIRTUAL") => (
            Rule::ForeignTable,
            "is virtual and has no keys that begin with tenant_id",
        ),
        ("CREATE" | "ALTER", "RULE") => (Rule::RewriteRule, "rewrites statements behind the walls"),
        ("CREATE" | "ALTER", "MATERIALIZED") => (Rule::MaterializedView, "has no row-level security"),
        _ => return None,
    };
    Some(found)
}

/// What makes or changes tables, views and their keys.
fn relation(dialect: Dialect, statement: &SqlStatement, verb: &str, object: &str) -> Option<(Rule, &'static str)> {
    match (verb, object) {
        // There words may stand between (`CREATE DEFINER = … SQL SECURITY … VIEW`), and everything with keys is an index
        // too; only these hold no key.
        ("CREATE", "FULLTEXT" | "SPATIAL") if dialect == Dialect::MySql => None,
        ("CREATE" | "ALTER" | "DROP", _) if dialect == Dialect::MySql && !is_plain_index(statement, verb, object) => {
            Some((Rule::UnreadableTable, "cannot be read"))
        }
        // Alone in its statement it changes how a column is stored, and no key.
        ("ALTER", "TABLE") if stores_otherwise(statement) => Some((Rule::Unreadable, "cannot be read")),
        ("CREATE", "INDEX") if !statement.has_word("UNIQUE") => None,
        ("CREATE", "INDEX")
        | ("CREATE" | "ALTER" | "DROP", "TABLE" | "VIEW" | "FOREIGN" | "SEQUENCE" | "MATERIALIZED") => {
            Some((Rule::UnreadableTable, "cannot be read"))
        }
        _ => None,
    }
}

fn is_plain_index(statement: &SqlStatement, verb: &str, object: &str) -> bool {
    (verb, object) == ("CREATE", "INDEX") && !statement.has_word("UNIQUE")
}

fn rest(scope: &mut Scope<'_>, verb: &str, object: &str, reason: &str) {
    let message = format!("{verb} {object} cannot be read ({reason})");
    match (verb, object) {
        ("CREATE" | "ALTER", "FUNCTION" | "PROCEDURE" | "ROUTINE" | "AGGREGATE") => routine(scope, verb, reason),
        ("CREATE", "TRIGGER") => scope.find(Rule::Trigger, message),
        ("INSERT" | "UPDATE" | "DELETE" | "MERGE" | "WITH" | "REPLACE", _) => {
            if scope.options.shared {
                scope.find(Rule::Rows, format!("{verb} touches the rows of every tenant"));
            }
            scope.find(Rule::Unreadable, message);
        }
        ("CREATE" | "ALTER" | "DROP" | "COMMENT" | "REINDEX" | "ANALYZE" | "CLUSTER", _) => {
            scope.find(Rule::Unreadable, message);
        }
        // What is left can run anything as the owner (DO, CALL, EXECUTE, SELECT of a function).
        _ => scope.find_as(Rule::Unreadable, Severity::Error, message),
    }
}

fn has_words(statement: &SqlStatement, wanted: &[&str]) -> bool {
    statement
        .words
        .windows(wanted.len())
        .any(|words| words.iter().zip(wanted).all(|(have, want)| have == want))
}

fn stores_otherwise(statement: &SqlStatement) -> bool {
    let kinds = ["STATISTICS", "STORAGE", "COMPRESSION"];
    !statement.text.contains(',') && kinds.iter().any(|kind| has_words(statement, &["SET", kind]))
}

/// A routine is judged by its words; what stands in its body is a string to the tokenizer.
fn routine(scope: &mut Scope<'_>, verb: &str, reason: &str) {
    let statement = scope.statement;
    if statement.has_word("DEFINER") {
        scope.find(Rule::DefinerFunction, "the function is SECURITY DEFINER");
    }
    if scope.dialect() == Dialect::Postgres && verb == "CREATE" && !statement.has_word("SEARCH_PATH") {
        scope.find(Rule::FunctionSearchPath, "the function's search_path is not pinned");
    }
    let mut words = statement.words.iter().skip_while(|word| *word != "LANGUAGE").skip(1);
    if let Some(language) = words.next()
        && !matches!(language.as_str(), "SQL" | "PLPGSQL")
    {
        scope.find(
            Rule::FunctionLanguage,
            format!("the function is in {}", language.to_lowercase()),
        );
    }
    scope.find(Rule::Unreadable, format!("the function cannot be read ({reason})"));
}
