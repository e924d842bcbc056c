//! A whole set of migrations: from a folder or embedded, and against a ledger.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use super::dialect::{DIALECT_FOLDERS, Dialect};
use super::error::{MigrationError, Mismatch};
use super::file::{FileName, Migration, check_length};
use super::lint::{self, LintOptions, LintReport};
use super::tables::TableShape;

/// What [`MigrationSet::verify`] leaves to be run, oldest first.
pub type Pending<'a> = Vec<&'a Migration>;

/// Migrations in the order of their numbers. It may be empty: a service without tables of its own.
#[derive(Debug, Clone, Default)]
pub struct MigrationSet {
    migrations: Vec<Migration>,
}

impl MigrationSet {
    /// Reads a folder of `NNNN_name.sql` files, as sqlx does. It blocks on the file system: call it at
    /// start-up, or on a blocking thread.
    ///
    /// Where the folder has subfolders `postgres`, `sqlite` or `mysql`, the one of `dialect` is read;
    /// else the same files serve every database. Of sqlx's reversible pairs the `.up.sql` is taken and
    /// the `.down.sql` is left alone. Files that do not end in `.sql` and hidden files are not looked
    /// at, but a `.sql` file with a wrong name is an error, because it would silently never run.
    ///
    /// # Errors
    /// [`MigrationError`] for a folder or file that cannot be read, a wrong name, a number used twice.
    pub fn from_dir(path: impl AsRef<Path>, dialect: Dialect) -> Result<Self, MigrationError> {
        let path = path.as_ref();
        let (mut files, folders) = list(path)?;
        if let Some(found) = DIALECT_FOLDERS.into_iter().find(|name| folders.contains(*name)) {
            if !files.is_empty() {
                return Err(MigrationError::MixedFolder {
                    path: path.to_owned(),
                    folder: found,
                });
            }
            let wanted = dialect.folder();
            if !folders.contains(wanted) {
                return Err(MigrationError::NoDialectFolder {
                    path: path.to_owned(),
                    wanted,
                });
            }
            files = list(&path.join(wanted))?.0;
        }
        let mut up = Vec::new();
        let mut down: Vec<(i64, Arc<str>)> = Vec::new();
        for file in files {
            let shown: Arc<str> = file.display().to_string().into();
            let name = file
                .file_name()
                .and_then(|name| name.to_str())
                .and_then(FileName::parse);
            match name {
                None => return Err(MigrationError::BadName { file: shown }),
                Some(name) if name.down => down.push((name.version, shown)),
                Some(name) => up.push(Migration::read(&file, &name)?),
            }
        }
        let set = Self::sorted(up)?;
        match down.into_iter().find(|(version, _)| set.get(*version).is_none()) {
            Some((version, file)) => Err(MigrationError::DownWithoutUp { file, version }),
            None => Ok(set),
        }
    }

    /// Takes migrations that are compiled into the program:
    /// `MigrationSet::from_static(&[(1, "notes", include_str!("../migrations/0001_notes.sql"))])`.
    /// The text is treated as a file's, so both ways give the same checksums.
    ///
    /// # Errors
    /// [`MigrationError`] for a number below 1 or used twice, or a text that is too long.
    pub fn from_static(migrations: &[(i64, &str, &str)]) -> Result<Self, MigrationError> {
        let mut list = Vec::with_capacity(migrations.len());
        for (version, name, sql) in migrations {
            let file: Arc<str> = format!("{version:04}_{name}.sql").into();
            if *version < 1 {
                return Err(MigrationError::BadName { file });
            }
            check_length(&file, sql.as_bytes())?;
            list.push(Migration::new(*version, name, file, sql));
        }
        Self::sorted(list)
    }

    fn sorted(mut migrations: Vec<Migration>) -> Result<Self, MigrationError> {
        migrations.sort_by(|a, b| (a.version(), a.file()).cmp(&(b.version(), b.file())));
        for pair in migrations.windows(2) {
            if let [first, second] = pair
                && first.version() == second.version()
            {
                return Err(MigrationError::DuplicateVersion {
                    version: first.version(),
                    first: Arc::clone(first.file_name()),
                    second: Arc::clone(second.file_name()),
                });
            }
        }
        Ok(Self { migrations })
    }

    /// The migrations, oldest first.
    pub fn iter(&self) -> std::slice::Iter<'_, Migration> {
        self.migrations.iter()
    }

    /// How many migrations there are.
    pub fn len(&self) -> usize {
        self.migrations.len()
    }

    /// Whether there is no migration.
    pub fn is_empty(&self) -> bool {
        self.migrations.is_empty()
    }

    /// The migration with this number.
    pub fn get(&self, version: i64) -> Option<&Migration> {
        self.migrations
            .binary_search_by_key(&version, Migration::version)
            .ok()
            .and_then(|at| self.migrations.get(at))
    }

    /// The highest number, which an up-to-date tenant has; `None` for an empty set.
    pub fn latest(&self) -> Option<i64> {
        self.migrations.last().map(Migration::version)
    }

    /// Compares the set with what a ledger says was applied (number and checksum, in any order), and
    /// returns what is still to be run, oldest first.
    ///
    /// # Errors
    /// [`MigrationError::Ledger`] with every disagreement: a file changed after it was applied, an
    /// applied version without a file, a file numbered below one that was applied.
    pub fn verify<C: AsRef<[u8]>>(&self, applied: &[(i64, C)]) -> Result<Pending<'_>, MigrationError> {
        let applied: BTreeMap<i64, &[u8]> = applied.iter().map(|(version, sum)| (*version, sum.as_ref())).collect();
        let highest = applied.last_key_value().map(|(version, _)| *version);
        let mut mismatches = Vec::new();
        let mut pending = Vec::new();
        for migration in &self.migrations {
            let (version, file) = (migration.version(), migration.file_name());
            match (applied.get(&version), highest) {
                (Some(sum), _) if *migration.checksum() == **sum => {}
                (Some(_), _) => mismatches.push(Mismatch::Changed {
                    version,
                    file: Arc::clone(file),
                }),
                (None, Some(applied)) if version < applied => {
                    mismatches.push(Mismatch::OutOfOrder {
                        version,
                        file: Arc::clone(file),
                        applied,
                    });
                }
                (None, _) => pending.push(migration),
            }
        }
        let gone = applied.keys().filter(|version| self.get(**version).is_none());
        mismatches.extend(gone.map(|version| Mismatch::Missing { version: *version }));
        if mismatches.is_empty() {
            Ok(pending)
        } else {
            Err(MigrationError::Ledger { mismatches })
        }
    }

    /// Checks the whole set, folded: a key that a later file mends is not an error.
    ///
    /// # Errors
    /// [`MigrationError::Unsplittable`] where a file cannot even be split into statements. What the
    /// rules find is in the report, not an error.
    pub fn lint(&self, options: &LintOptions) -> Result<LintReport, MigrationError> {
        lint::run(self, options)
    }

    /// The tables and views that the whole set leads to, by name.
    ///
    /// # Errors
    /// [`MigrationError::Lint`] where the lint finds an error: the shape of a set that does not pass
    /// would be a guess, and the first wall rests on it.
    pub fn shape(&self, options: &LintOptions) -> Result<Vec<TableShape>, MigrationError> {
        let report = self.lint(options)?;
        if report.is_clean() {
            Ok(report.tables)
        } else {
            Err(MigrationError::Lint {
                report: Box::new(report),
            })
        }
    }
}

impl<'a> IntoIterator for &'a MigrationSet {
    type Item = &'a Migration;
    type IntoIter = std::slice::Iter<'a, Migration>;

    fn into_iter(self) -> Self::IntoIter {
        self.iter()
    }
}

/// The `.sql` files (not hidden ones) and the names of the folders in a folder.
fn list(path: &Path) -> Result<(Vec<PathBuf>, BTreeSet<String>), MigrationError> {
    let io = |source| MigrationError::Io {
        path: path.to_owned(),
        source,
    };
    let mut files = Vec::new();
    let mut folders = BTreeSet::new();
    for entry in fs::read_dir(path).map_err(io)? {
        let file = entry.map_err(io)?.path();
        let Some(name) = file.file_name().map(|name| name.to_string_lossy().into_owned()) else {
            continue;
        };
        // Follows links, so that a package may carry the files of another folder.
        let kind = fs::metadata(&file).map_err(|source| MigrationError::Io {
            path: file.clone(),
            source,
        })?;
        if kind.is_dir() {
            folders.insert(name);
        } else if !name.starts_with('.')
            && Path::new(&name)
                .extension()
                .is_some_and(|e| e.eq_ignore_ascii_case("sql"))
        {
            files.push(file);
        }
    }
    Ok((files, folders))
}
