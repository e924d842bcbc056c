//! The statements of the isolation suites: a tenant's schema and rows, what services write, what attackers write.
//!
//! The files in `corpus/` are data; this reads them and knows no database. An entry begins with `-- name: …`, header
//! lines follow, then the statement up to the next entry. What the headers mean stands at the top of each file.

use std::path::{Path, PathBuf};

use serde_json::Value;

/// What a `{mark}` evaluates to: a row or an error text that holds it tells something of the other tenant, since the
/// statement's own text never holds it in one piece.
pub(crate) const LEAK_MARK: &str = "seen-across-the-wall";

/// The tables of the schema, parents before children.
pub(crate) const TABLES: [&str; 8] = [
    "customers",
    "items",
    "orders",
    "order_lines",
    "tags",
    "item_tags",
    "notes",
    "events",
];

/// Whose words a file is written in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Dialect {
    Postgres,
    /// MariaDB, and MySQL but for what MariaDB alone has.
    MySql,
    Sqlite,
}

impl Dialect {
    /// The folder of the service's migrations for its tenants.
    pub(crate) fn migrations(self) -> PathBuf {
        let folder = match self {
            Self::Postgres => "postgres",
            Self::MySql => "mysql",
            Self::Sqlite => "sqlite",
        };
        Path::new(env!("CARGO_MANIFEST_DIR"))
            .join("tests/it/corpus/migrations")
            .join(folder)
    }

    /// The rows of one tenant as a script of INSERTs: the same ids for every tenant, `canary` in every row. Neither
    /// text may hold a quote.
    pub(crate) fn seed(self, tenant: &str, canary: &str) -> String {
        let text = match self {
            Self::Postgres => include_str!("corpus/seed.postgres.sql"),
            Self::MySql => include_str!("corpus/seed.mysql.sql"),
            Self::Sqlite => include_str!("corpus/seed.sqlite.sql"),
        };
        text.replace("{tenant}", tenant).replace("{canary}", canary)
    }

    /// Statements as services write them.
    pub(crate) fn legitimate(self) -> Vec<Statement> {
        parse(match self {
            Self::Postgres => include_str!("corpus/legitimate.postgres.sql"),
            Self::MySql => include_str!("corpus/legitimate.mysql.sql"),
            Self::Sqlite => include_str!("corpus/legitimate.sqlite.sql"),
        })
    }

    /// How the first placeholder of a statement is written.
    pub(crate) fn placeholder(self) -> &'static str {
        match self {
            Self::MySql => "?",
            Self::Postgres | Self::Sqlite => "$1",
        }
    }

    /// Attacks to be sent through the handle.
    pub(crate) fn hostile(self, attack: &Attack<'_>) -> Vec<Statement> {
        let attacks = parse(match self {
            Self::Postgres => include_str!("corpus/hostile.postgres.sql"),
            Self::MySql => include_str!("corpus/hostile.mysql.sql"),
            Self::Sqlite => include_str!("corpus/hostile.sqlite.sql"),
        });
        attack.aim(self, attacks)
    }

    /// Attacks to be sent raw behind the first wall; none where there is no second one.
    pub(crate) fn second_wall(self, attack: &Attack<'_>) -> Vec<Statement> {
        let attacks = match self {
            Self::Postgres => parse(include_str!("corpus/second_wall.postgres.sql")),
            Self::MySql => parse(include_str!("corpus/second_wall.mysql.sql")),
            Self::Sqlite => Vec::new(),
        };
        attack.aim(self, attacks)
    }

    /// An expression of [`LEAK_MARK`] that does not hold it in one piece.
    fn mark(self) -> String {
        let (head, tail) = LEAK_MARK.split_at(LEAK_MARK.len() / 2);
        match self {
            // `||` is an OR there in some modes.
            Self::MySql => format!("concat('{head}', '{tail}')"),
            Self::Postgres | Self::Sqlite => format!("('{head}' || '{tail}')"),
        }
    }
}

/// One entry of a file.
#[derive(Debug, Clone, PartialEq)]
#[expect(
    clippy::struct_excessive_bools,
    reason = "each is one header of the file, free of the others"
)]
pub(crate) struct Statement {
    /// Unique in its file; an attack's begins with its category and `/`.
    pub(crate) name: String,
    /// The text as it is to be sent.
    pub(crate) sql: String,
    /// Values to bind, in order: whole numbers as 64 bits, fractions as doubles, truth values and texts.
    pub(crate) params: Vec<Value>,
    /// The rows come in no order of their own.
    pub(crate) unordered: bool,
    /// The tables it may change; empty for a read.
    pub(crate) writes: Vec<String>,
    /// Any row at all in the answer is a failure.
    pub(crate) no_rows: bool,
    /// Several statements, which only the simple protocol takes; or what cannot be prepared.
    pub(crate) stacked: bool,
    /// It may end the transaction that it runs in.
    pub(crate) ends_transaction: bool,
    /// Allowed to every login, and once committed in force for every later connection of it.
    pub(crate) poisons_login: bool,
}

/// Who attacks whom, and where the other's tables are.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Attack<'a> {
    pub(crate) tenant: &'a str,
    pub(crate) other: &'a str,
    pub(crate) other_canary: &'a str,
    /// The schema of the other's tables (`app` where all share one).
    pub(crate) other_schema: &'a str,
    /// The database of the other's tables; on SQLite its file.
    pub(crate) other_database: &'a str,
}

impl Attack<'_> {
    fn aim(&self, dialect: Dialect, mut statements: Vec<Statement>) -> Vec<Statement> {
        for statement in &mut statements {
            statement.sql = self.expand(dialect, &statement.sql);
            for param in &mut statement.params {
                if let Value::String(text) = param {
                    *text = self.expand(dialect, text);
                }
            }
        }
        statements
    }

    fn expand(&self, dialect: Dialect, text: &str) -> String {
        let mut text = text.replace("{mark}", &dialect.mark());
        for (name, value) in [
            ("{tenant}", self.tenant),
            ("{other}", self.other),
            ("{other_canary}", self.other_canary),
            ("{other_schema}", self.other_schema),
            ("{other_database}", self.other_database),
            ("{nul}", "\0"),
            ("{cr}", "\r"),
            ("{bom}", "\u{feff}"),
            ("{zwsp}", "\u{200b}"),
            ("{nbsp}", "\u{a0}"),
            ("{rlo}", "\u{202e}"),
        ] {
            text = text.replace(name, value);
        }
        while let Some(start) = text.find("{repeat:") {
            let end = start + text[start..].find('}').expect("a {repeat has an end");
            let (count, part) = text[start + 8..end].split_once(':').expect("{repeat:N:text}");
            let repeated = part.repeat(count.parse().expect("N is a number"));
            text.replace_range(start..=end, &repeated);
        }
        text
    }
}

fn parse(file: &str) -> Vec<Statement> {
    // The part before the first name tells about the file.
    file.split("\n-- name: ").skip(1).map(entry).collect()
}

fn entry(text: &str) -> Statement {
    let (name, mut rest) = text.split_once('\n').expect("a statement follows its name");
    let mut statement = Statement {
        name: name.to_owned(),
        sql: String::new(),
        params: Vec::new(),
        unordered: false,
        writes: Vec::new(),
        no_rows: false,
        stacked: false,
        ends_transaction: false,
        poisons_login: false,
    };
    while let Some((line, after)) = rest.split_once('\n') {
        match line {
            "-- unordered" => statement.unordered = true,
            "-- no-rows" => statement.no_rows = true,
            "-- stacked" => statement.stacked = true,
            "-- ends-transaction" => statement.ends_transaction = true,
            "-- poisons-login" => statement.poisons_login = true,
            _ => {
                if let Some(params) = line.strip_prefix("-- params: ") {
                    statement.params = serde_json::from_str(params).expect("params are a JSON array");
                } else if let Some(tables) = line.strip_prefix("-- writes: ") {
                    statement.writes = tables.split(", ").map(str::to_owned).collect();
                } else {
                    break;
                }
            }
        }
        rest = after;
    }
    rest.trim_end_matches('\n').clone_into(&mut statement.sql);
    statement
}

#[test]
fn the_files_hold_what_the_suites_count_on() {
    let attack = Attack {
        tenant: "acme",
        other: "bolt",
        other_canary: "cnry-bolt",
        other_schema: "t_bolt",
        other_database: "db_bolt",
    };
    for dialect in [Dialect::Postgres, Dialect::MySql, Dialect::Sqlite] {
        let legitimate = dialect.legitimate();
        let writes = legitimate
            .iter()
            .filter(|statement| !statement.writes.is_empty())
            .count();
        assert!(
            legitimate.len() >= 310 && writes * 4 >= legitimate.len(),
            "{dialect:?}: {writes} writes"
        );
        assert!(
            legitimate
                .iter()
                .flat_map(|s| &s.writes)
                .all(|table| TABLES.contains(&table.as_str()))
        );
        let seed = dialect.seed("acme", "cnry-acme");
        let rows = seed.lines().filter(|line| line.trim_start().starts_with("('acme'"));
        assert!(rows.clone().count() >= 40 && rows.clone().all(|row| row.contains("cnry-acme")));
        assert!(dialect.migrations().join("0001_shop.sql").is_file());
        check_names(&legitimate);
        check_attacks(&dialect.hostile(&attack), 220);
    }
    for dialect in [Dialect::Postgres, Dialect::MySql] {
        let wall = dialect.second_wall(&attack);
        check_attacks(&wall, 70);
        // Every header is read somewhere, none is taken for a comment of the statement.
        assert!(wall.iter().any(|s| s.no_rows) && wall.iter().any(|s| s.stacked));
        assert!(wall.iter().any(|s| s.ends_transaction) && wall.iter().any(|s| s.poisons_login));
    }
    let legitimate = Dialect::Postgres.legitimate();
    assert!(legitimate.iter().any(|s| s.unordered) && legitimate.iter().any(|s| !s.params.is_empty()));
}

fn check_attacks(attacks: &[Statement], least: usize) {
    assert!(attacks.len() >= least, "only {}", attacks.len());
    check_names(attacks);
    for attack in attacks {
        // Else the statement's text in an answer would pass for a leak.
        assert!(
            !attack.sql.contains(LEAK_MARK) && !attack.sql.contains("cnry-bolt"),
            "{}",
            attack.name
        );
        assert!(
            !attack.sql.contains("{other") && !attack.sql.contains("{repeat"),
            "{}",
            attack.name
        );
        assert!(attack.name.contains('/'), "{} has no category", attack.name);
    }
}

fn check_names(statements: &[Statement]) {
    let names: std::collections::BTreeSet<_> = statements.iter().map(|statement| &statement.name).collect();
    assert_eq!(names.len(), statements.len(), "a name stands twice");
    assert!(statements.iter().all(|statement| !statement.sql.is_empty()));
}
