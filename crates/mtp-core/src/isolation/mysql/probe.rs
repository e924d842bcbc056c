//! Which server answers: MariaDB and MySQL differ in how statements are sent, accounts made and functions replaced.

use crate::{
    db::Conn,
    error::{Error, Result},
};

/// MariaDB 10.11: atomic changes of tables, and the tests run on it.
const MIN_MARIADB: (u64, u64) = (10, 11);
/// MySQL 8.0: atomic changes of tables, checks that are held.
const MIN_MYSQL: (u64, u64) = (8, 0);

/// Whose server it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Flavor {
    MariaDb,
    MySql,
}

impl Flavor {
    pub(super) fn is_mariadb(self) -> bool {
        self == Self::MariaDb
    }
}

/// Asks the server what it is.
///
/// # Errors
/// [`Error::Config`] where it is too old.
pub(super) async fn flavor(conn: &mut Conn) -> Result<Flavor> {
    let row: Option<(String,)> = conn.fetch_first("SELECT VERSION()".into(), Vec::new(), false).await?;
    let text = row.map(|r| r.0).unwrap_or_default();
    let (flavor, version) = read(&text).ok_or_else(|| Error::Config(format!("a server of an unknown kind: {text}")))?;
    let (name, least) = match flavor {
        Flavor::MariaDb => ("MariaDB", MIN_MARIADB),
        Flavor::MySql => ("MySQL", MIN_MYSQL),
    };
    if version < least {
        return Err(Error::Config(format!(
            "{name} {}.{} is too old; {}.{} or later is needed",
            version.0, version.1, least.0, least.1
        )));
    }
    Ok(flavor)
}

fn read(text: &str) -> Option<(Flavor, (u64, u64))> {
    let flavor = if text.to_ascii_lowercase().contains("mariadb") {
        Flavor::MariaDb
    } else {
        Flavor::MySql
    };
    // Some MariaDBs put this before their own number, for replicas that knew MySQL only.
    let text = text.strip_prefix("5.5.5-").unwrap_or(text);
    let mut numbers = text.split(['.', '-']).map(str::parse);
    match (numbers.next(), numbers.next()) {
        (Some(Ok(major)), Some(Ok(minor))) => Some((flavor, (major, minor))),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn versions_are_read() {
        for (text, flavor, version) in [
            ("10.11.14-MariaDB-0+deb12u2", Flavor::MariaDb, (10, 11)),
            ("5.5.5-10.6.1-MariaDB", Flavor::MariaDb, (10, 6)),
            ("8.0.36", Flavor::MySql, (8, 0)),
            ("8.4.3-commercial", Flavor::MySql, (8, 4)),
        ] {
            assert_eq!(read(text), Some((flavor, version)), "{text}");
        }
        assert_eq!(read("unknown"), None);
    }
}
