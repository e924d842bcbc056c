//! Finding server programs that are already on this machine.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use crate::run;

/// A version as far as decisions need it.
pub(crate) type Version = (u32, u32);

/// PostgreSQL's programs in one folder.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Found {
    /// The program itself, links followed (PostgreSQL finds its own files beside it).
    pub(crate) program: PathBuf,
    pub(crate) version: Version,
}

/// The oldest PostgreSQL that the platform supports.
pub(crate) const OLDEST_POSTGRES: Version = (15, 0);
/// The oldest MariaDB that the platform supports.
pub(crate) const OLDEST_MARIADB: Version = (10, 11);
/// From here on PgBouncer keeps prepared statements in transaction mode.
pub(crate) const PREPARING_PGBOUNCER: Version = (1, 21);

/// The folders of PATH and, after them, those where Debian keeps servers.
fn folders() -> Vec<PathBuf> {
    let path = std::env::var_os("PATH").unwrap_or_default();
    let mut folders: Vec<PathBuf> = std::env::split_paths(&path).collect();
    folders.extend(["/usr/sbin", "/usr/local/sbin"].map(PathBuf::from));
    let mut debian: Vec<PathBuf> = fs::read_dir("/usr/lib/postgresql")
        .map(|entries| entries.flatten().map(|e| e.path().join("bin")).collect())
        .unwrap_or_default();
    debian.sort();
    folders.extend(debian.into_iter().rev());
    folders
}

/// A PostgreSQL that is new enough and can make a cluster.
pub(crate) fn postgres() -> Option<Found> {
    folders().iter().find_map(|folder| postgres_in(folder))
}

/// The PostgreSQL of one folder, if it is new enough and `initdb` is beside it.
pub(crate) fn postgres_in(folder: &Path) -> Option<Found> {
    let program = fs::canonicalize(folder.join("postgres")).ok()?;
    if !program.with_file_name("initdb").is_file() {
        return None;
    }
    let version = version(&program)?;
    (version >= OLDEST_POSTGRES).then_some(Found { program, version })
}

/// A MariaDB server that is new enough, and the program that makes its first files.
pub(crate) fn mariadb() -> Option<(Found, PathBuf)> {
    let folders = folders();
    let install = folders
        .iter()
        .map(|folder| folder.join("mariadb-install-db"))
        .find(|program| program.is_file())?;
    let server = folders.iter().find_map(|folder| {
        let program = fs::canonicalize(folder.join("mariadbd")).ok()?;
        let version = version(&program)?;
        (version >= OLDEST_MARIADB).then_some(Found { program, version })
    })?;
    Some((server, install))
}

/// Every PgBouncer of the folders, whatever its name ends in (`pgbouncer-1.24`), each once.
pub(crate) fn pgbouncers() -> Vec<Found> {
    let mut found: Vec<Found> = Vec::new();
    for entry in folders()
        .iter()
        .filter_map(|f| fs::read_dir(f).ok())
        .flatten()
        .flatten()
    {
        if !entry.file_name().to_string_lossy().starts_with("pgbouncer") {
            continue;
        }
        let Ok(program) = fs::canonicalize(entry.path()) else {
            continue;
        };
        if found.iter().any(|f| f.program == program) {
            continue;
        }
        found.extend(version(&program).map(|version| Found { program, version }));
    }
    found
}

/// A PgBouncer that was brought here, if it runs.
pub(crate) fn pgbouncer(program: &Path) -> Option<Found> {
    let version = version(program)?;
    Some(Found {
        program: program.to_owned(),
        version,
    })
}

fn version(program: &Path) -> Option<Version> {
    parse_version(&run::capture(Command::new(program).arg("--version")).ok()?)
}

/// The first `A.B` (or `A`) of a text such as `postgres (PostgreSQL) 15.18 (Debian 15.18-0)`.
pub(crate) fn parse_version(text: &str) -> Option<Version> {
    let word = text
        .split_whitespace()
        .find(|w| w.starts_with(|c: char| c.is_ascii_digit()))?;
    let mut numbers = word.split(|c: char| !c.is_ascii_digit()).map(|n| n.parse::<u32>().ok());
    Some((numbers.next()??, numbers.next().flatten().unwrap_or(0)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn versions_are_read_as_the_programs_print_them() {
        assert_eq!(
            parse_version("postgres (PostgreSQL) 15.18 (Debian 15.18-0+deb12u1)\n"),
            Some((15, 18))
        );
        assert_eq!(parse_version("postgres (PostgreSQL) 19beta1"), Some((19, 0)));
        assert_eq!(
            parse_version("PgBouncer 1.18.0\nlibevent 2.1.12-stable\n"),
            Some((1, 18))
        );
        assert_eq!(
            parse_version("mariadbd  Ver 10.11.14-MariaDB-0+deb12u2 for debian-linux-gnu on x86_64 (Debian 12)"),
            Some(OLDEST_MARIADB)
        );
        assert_eq!(parse_version("nothing"), None);
        assert!((1, 18) < PREPARING_PGBOUNCER && (14, 9) < OLDEST_POSTGRES);
    }
}
