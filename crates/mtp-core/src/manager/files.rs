//! The files and folders of SQLite's databases.

use std::path::{Path, PathBuf};

use super::settings::Settings;
use crate::{
    error::{Error, Result},
    secret::Dsn,
};

fn sqlite_file(url: &Dsn) -> Result<PathBuf> {
    let options: sqlx::sqlite::SqliteConnectOptions = url
        .expose()
        .parse()
        .map_err(|_| Error::Config("the SQLite URL cannot be read".into()))?;
    let file = options.get_filename().to_owned();
    if url.expose().contains(":memory:") || url.expose().contains("mode=memory") {
        return Err(Error::Config(
            "a central database in memory forgets its tenants; use a file, sqlite://data/central.sqlite".into(),
        ));
    }
    Ok(file)
}

/// Where the tenants' files are: beside the central file, or the folder that the URL names.
pub(super) fn tenants_folder(url: &Dsn, central: bool, settings: &Settings) -> Result<PathBuf> {
    let file = sqlite_file(url)?;
    let parent = if central {
        file.parent().unwrap_or(Path::new(".")).to_owned()
    } else {
        file
    };
    Ok(parent.join(format!("{}-tenants", settings.service)))
}

/// Makes the folder that the central database's file lies in.
pub(super) async fn make_parent(url: &Dsn) -> Result<()> {
    if url.scheme() == "sqlite"
        && let Some(parent) = sqlite_file(url)?.parent()
        && !parent.as_os_str().is_empty()
    {
        tokio::fs::create_dir_all(parent).await.map_err(|source| Error::Io {
            what: "making the folder of the central database",
            source,
        })?;
    }
    Ok(())
}
