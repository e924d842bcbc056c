//! The lint: what a migration may not do, or should not, before any tenant meets it.
//!
//! It protects a service's author from mistakes, not the platform from its author: migrations run as
//! the owner of the tables. So what it cannot read it names, and the doctor looks at the live database
//! once more.

mod allow;
mod keys;
mod locks;
mod rule;
mod statements;
mod unread;

use std::collections::BTreeMap;
use std::fmt;
use std::sync::Arc;

use sqlparser::ast::{ObjectName, ObjectNamePart};
use sqlparser::tokenizer::Span;

pub use rule::{Rule, Severity};

use super::dialect::Dialect;
use super::error::{MigrationError, Position};
use super::set::MigrationSet;
use super::statement::SqlStatement;
use super::tables::{Schema, TableShape};

/// The column that every tenant table has.
pub(crate) const TENANT_ID: &str = "tenant_id";

/// What the lint is to assume.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct LintOptions {
    /// The database that the files are for.
    pub dialect: Dialect,
    /// Whether tenants may share tables (isolation `shared`). Default: true.
    pub shared: bool,
    /// Whether the files are the library's own, which may use the prefix `mtp_`. Default: false.
    pub library: bool,
}

impl LintOptions {
    /// The strictest assumptions: tenants share tables, the files are a service's.
    pub fn new(dialect: Dialect) -> Self {
        Self {
            dialect,
            shared: true,
            library: false,
        }
    }

    /// Says whether tenants may share tables.
    pub fn shared(self, shared: bool) -> Self {
        Self { shared, ..self }
    }

    /// Says that the files are the library's own.
    pub fn library(self) -> Self {
        Self { library: true, ..self }
    }
}

/// One thing that the lint found.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize)]
#[non_exhaustive]
pub struct Finding {
    /// File, line and column.
    #[serde(flatten)]
    pub at: Position,
    /// The rule.
    pub rule: Rule,
    /// How grave it is here.
    pub severity: Severity,
    /// What is wrong.
    pub message: String,
    /// What to do about it.
    pub what_to_do: &'static str,
    /// The reason given with `-- mtp:allow`, where the finding was set aside.
    pub allowed: Option<String>,
}

impl fmt::Display for Finding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let severity = match self.severity {
            Severity::Warning => "warning",
            Severity::Error => "error",
        };
        let Self {
            at,
            rule,
            message,
            what_to_do,
            ..
        } = self;
        write!(f, "{at}: {severity}[{}]: {message}: {what_to_do}", rule.id())
    }
}

/// Everything that the lint found, in the order of the files.
#[derive(Debug, Clone, Default, serde::Serialize)]
#[non_exhaustive]
pub struct LintReport {
    /// The findings, those set aside included.
    pub findings: Vec<Finding>,
    #[serde(skip)]
    pub(crate) tables: Vec<TableShape>,
}

impl LintReport {
    /// The errors that were not set aside.
    pub fn errors(&self) -> impl Iterator<Item = &Finding> {
        self.open(Severity::Error)
    }

    /// The warnings that were not set aside.
    pub fn warnings(&self) -> impl Iterator<Item = &Finding> {
        self.open(Severity::Warning)
    }

    fn open(&self, severity: Severity) -> impl Iterator<Item = &Finding> {
        self.findings
            .iter()
            .filter(move |finding| finding.severity == severity && finding.allowed.is_none())
    }

    /// Whether there is no error.
    pub fn is_clean(&self) -> bool {
        self.errors().next().is_none()
    }
}

/// What a rule sees: the statement at hand, and where to put what it finds.
pub(crate) struct Scope<'a> {
    pub(crate) options: &'a LintOptions,
    pub(crate) statement: &'a SqlStatement,
    /// The number of the file at hand.
    pub(crate) version: i64,
    pub(crate) findings: &'a mut Vec<Finding>,
}

impl Scope<'_> {
    pub(crate) fn dialect(&self) -> Dialect {
        self.options.dialect
    }

    /// The place of a part of the statement; the statement's own where the parser kept none.
    pub(crate) fn at(&self, span: Span) -> Position {
        let Position { file, line, column } = &self.statement.at;
        let (line, column) = if span.start.line == 0 {
            (*line, *column)
        } else {
            (span.start.line, span.start.column)
        };
        Position {
            file: Arc::clone(file),
            line,
            column,
        }
    }

    pub(crate) fn find(&mut self, rule: Rule, message: impl Into<String>) {
        self.find_at(rule, self.statement.at.clone(), message);
    }

    pub(crate) fn find_at(&mut self, rule: Rule, at: Position, message: impl Into<String>) {
        self.findings.push(finding(rule, at, message));
    }

    pub(crate) fn find_as(&mut self, rule: Rule, severity: Severity, message: impl Into<String>) {
        let found = finding(rule, self.statement.at.clone(), message);
        self.findings.push(Finding { severity, ..found });
    }

    /// The last part of a name as the server compares it. A name with more parts is a finding.
    pub(crate) fn name(&mut self, name: &ObjectName) -> String {
        if name.0.len() != 1 {
            self.find(Rule::Qualified, format!("{name} names a schema"));
        }
        match name.0.last() {
            Some(ObjectNamePart::Identifier(ident)) => self.dialect().fold(ident),
            _ => name.to_string(),
        }
    }
}

pub(crate) fn finding(rule: Rule, at: Position, message: impl Into<String>) -> Finding {
    let (severity, what_to_do) = (rule.severity(), rule.what_to_do());
    Finding {
        at,
        rule,
        severity,
        message: message.into(),
        what_to_do,
        allowed: None,
    }
}

pub(crate) fn run(set: &MigrationSet, options: &LintOptions) -> Result<LintReport, MigrationError> {
    let mut findings = Vec::new();
    let mut schema = Schema::default();
    let mut allows = Vec::new();
    let mut order = BTreeMap::new();
    for (at, migration) in set.iter().enumerate() {
        order.insert(Arc::clone(migration.file_name()), at);
        let statements = migration.statements(options.dialect)?;
        if !migration.is_transactional()
            && let Some(second) = statements.get(1)
        {
            let message = "a file without a transaction holds more than one statement";
            findings.push(finding(Rule::NoTransaction, second.at.clone(), message));
        }
        for statement in &statements {
            allow::collect(statement, &mut allows, &mut findings);
            let version = migration.version();
            let mut scope = Scope {
                options,
                statement,
                version,
                findings: &mut findings,
            };
            if statement.has_word("CONCURRENTLY") && migration.is_transactional() {
                scope.find(Rule::NoTransaction, "CONCURRENTLY cannot run inside a transaction");
            }
            match &statement.parsed {
                Ok(parsed) => {
                    // Locks first: they ask how the tables were before the statement.
                    locks::check(&mut scope, &schema, parsed);
                    statements::check(&mut scope, parsed);
                    schema.apply(&mut scope, parsed);
                }
                Err(reason) => unread::check(&mut scope, reason),
            }
        }
    }
    keys::check(&schema, options, &mut findings);
    allow::apply(allows, &mut findings);
    let place = |at: &Position| (order.get(&at.file).copied(), at.line, at.column);
    findings.sort_by(|a, b| (place(&a.at), a.rule, &a.message).cmp(&(place(&b.at), b.rule, &b.message)));
    findings.dedup();
    Ok(LintReport {
        findings,
        tables: schema.into_shapes(),
    })
}
