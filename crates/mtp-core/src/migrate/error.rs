//! What can be wrong with migration files, and where.

use std::fmt;
use std::path::PathBuf;
use std::sync::Arc;

use super::lint::LintReport;

/// A place in a migration file. Lines and columns count from 1, columns in characters.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord, serde::Serialize)]
pub struct Position {
    /// The file's path, or the name given with an embedded migration.
    pub file: Arc<str>,
    /// Line, from 1.
    pub line: u64,
    /// Column in characters, from 1.
    pub column: u64,
}

impl fmt::Display for Position {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}:{}", self.file, self.line, self.column)
    }
}

/// One way in which the files and a ledger of applied migrations disagree.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
#[non_exhaustive]
pub enum Mismatch {
    /// The file's text is not the text that was applied.
    Changed {
        /// The migration's number.
        version: i64,
        /// The file that was changed.
        file: Arc<str>,
    },
    /// The ledger names a version that no file has.
    Missing {
        /// The migration's number.
        version: i64,
    },
    /// A file that was never applied has a smaller number than one that was.
    OutOfOrder {
        /// The migration's number.
        version: i64,
        /// The file that came too late.
        file: Arc<str>,
        /// The highest number that was applied.
        applied: i64,
    },
}

impl fmt::Display for Mismatch {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Changed { version, file } => write!(
                f,
                "{file} (version {version}) was changed after it was applied: put the applied text back and write the change as a new migration"
            ),
            Self::Missing { version } => write!(
                f,
                "version {version} was applied but has no file: put the file back, or run the release that has it"
            ),
            Self::OutOfOrder { version, file, applied } => write!(
                f,
                "{file} (version {version}) is older than the applied version {applied}: give it a number above {applied}"
            ),
        }
    }
}

/// Migration files that cannot be used.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum MigrationError {
    /// The folder or a file cannot be read.
    #[error("cannot read {}: check that it exists and may be read", path.display())]
    Io {
        /// What was to be read.
        path: PathBuf,
        /// The system's answer.
        source: std::io::Error,
    },
    /// A file is not text.
    #[error("{file} is not UTF-8: save it as UTF-8")]
    NotUtf8 {
        /// The file.
        file: Arc<str>,
    },
    /// A file is longer than [`MAX_MIGRATION_BYTES`](super::MAX_MIGRATION_BYTES).
    #[error("{file} has {bytes} bytes, {limit} are allowed: load large data by a program, not by a migration")]
    TooLong {
        /// The file.
        file: Arc<str>,
        /// Its length.
        bytes: u64,
        /// The limit.
        limit: u64,
    },
    /// A `.sql` file whose name is not `NNNN_name.sql`. It would silently never run.
    #[error("{file} is not named NNNN_name.sql with a number from 1 to {max}: rename it, for example 0001_notes.sql", max = i64::MAX)]
    BadName {
        /// The file.
        file: Arc<str>,
    },
    /// Two files with one number.
    #[error("{first} and {second} both have version {version}: give one of them another number")]
    DuplicateVersion {
        /// The number.
        version: i64,
        /// One file.
        first: Arc<str>,
        /// The other file.
        second: Arc<str>,
    },
    /// A `.down.sql` file without its `.up.sql`.
    #[error(
        "{file} has no .up.sql beside it: down files are never run here, so write the change as {version}_name.sql"
    )]
    DownWithoutUp {
        /// The down file.
        file: Arc<str>,
        /// Its number.
        version: i64,
    },
    /// The folder has subfolders for databases, but none for this one.
    #[error("{} has folders for other databases but no folder {wanted:?}: add it, or keep one set of files for all", path.display())]
    NoDialectFolder {
        /// The folder of migrations.
        path: PathBuf,
        /// The subfolder that is missing.
        wanted: &'static str,
    },
    /// The folder has files of its own and subfolders for databases.
    #[error("{} has both .sql files and a folder {folder:?}: which of them run would be a guess, so move the files into the folders", path.display())]
    MixedFolder {
        /// The folder of migrations.
        path: PathBuf,
        /// One of the subfolders.
        folder: &'static str,
    },
    /// The text cannot be split into statements (a quote or a comment that is never closed).
    #[error("{at}: {reason}: close the quote or the comment")]
    Unsplittable {
        /// Where.
        at: Position,
        /// What the tokenizer says.
        reason: String,
    },
    /// The files and the ledger of a database disagree.
    #[error("{}", lines(mismatches))]
    Ledger {
        /// Every disagreement, by version.
        mismatches: Vec<Mismatch>,
    },
    /// A part of a file was applied, on a database where a change of a table cannot be undone (MariaDB, MySQL).
    #[error("{file} (version {version}) is half applied: {done} of {of} statements are done, {advice}")]
    HalfApplied {
        /// The file.
        file: Arc<str>,
        /// Its number.
        version: i64,
        /// How many of its statements are done.
        done: i64,
        /// How many it has.
        of: usize,
        /// What to do.
        advice: String,
        /// Why the next one failed, where it did.
        source: Option<Box<crate::db::DatabaseFault>>,
    },
    /// The lint found errors.
    #[error("{}", lines(&report.errors().collect::<Vec<_>>()))]
    Lint {
        /// Everything that was found.
        report: Box<LintReport>,
    },
}

fn lines<T: fmt::Display>(items: &[T]) -> String {
    items.iter().map(ToString::to_string).collect::<Vec<_>>().join("\n")
}
