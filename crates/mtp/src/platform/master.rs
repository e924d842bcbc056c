//! The master key: from the environment, a file, or made on first start of the embedded default.

use std::path::Path;

use mtp_core::{LocalKeys, MasterKey, Secret};

use crate::Error;

/// The name of the file in the data folder.
const FILE: &str = "master.key";

pub(super) fn parse(text: &Secret) -> Result<LocalKeys, Error> {
    LocalKeys::parse(text.expose()).map_err(|e| Error::setting("MTP_MASTER_KEY", e.to_string()))
}

pub(super) fn read(file: &Path) -> Result<LocalKeys, Error> {
    let text = std::fs::read_to_string(file)
        .map(Secret::new)
        .map_err(|source| Error::Io {
            what: "reading the master key's file",
            source,
        })?;
    parse(&text)
}

/// The key of the data folder; made, readable by its owner alone, where there is none.
pub(super) fn read_or_make(data_dir: &Path) -> Result<LocalKeys, Error> {
    let text = keep(data_dir, FILE, || {
        Ok(MasterKey::generate().map_err(|e| Error::Core(e.into()))?.to_text())
    })?;
    parse(&text)
}

/// A secret in a file of the data folder: read, or made and written for its owner alone.
pub(super) fn keep(data_dir: &Path, name: &str, make: impl FnOnce() -> Result<Secret, Error>) -> Result<Secret, Error> {
    use std::io::Write;
    let file = data_dir.join(name);
    match std::fs::read_to_string(&file) {
        Ok(text) => return Ok(Secret::new(text.trim())),
        Err(e) if e.kind() == std::io::ErrorKind::NotFound => {}
        Err(source) => {
            return Err(Error::Io {
                what: "reading a key's file",
                source,
            });
        }
    }
    let io = |source| Error::Io {
        what: "writing a key's file",
        source,
    };
    std::fs::create_dir_all(data_dir).map_err(io)?;
    let secret = make()?;
    let mut options = std::fs::OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    {
        use std::os::unix::fs::OpenOptionsExt;
        options.mode(0o600);
    }
    let mut out = options.open(&file).map_err(io)?;
    out.write_all(secret.expose().as_bytes())
        .and_then(|()| out.sync_all())
        .map_err(io)?;
    Ok(secret)
}
