//! The servers' folder: temporary, under `target/`, owned by the account that runs them.

use std::fs;
use std::io::ErrorKind;
use std::os::unix::fs::MetadataExt;
use std::path::{Path, PathBuf};
use std::process::{self, Command};

use crate::failure::{Doing, Failure, Outcome};
use crate::servers::account::Account;
use crate::workspace::Workspace;
use crate::{run, say};

/// A folder that goes when this value goes.
#[derive(Debug)]
pub(crate) struct Folder {
    pub(crate) path: PathBuf,
    pub(crate) account: Account,
}

impl Folder {
    /// Makes `target/servers/PID`, or one in the system's temporary folder where the servers' account
    /// cannot enter the first. Folders left behind by a task that was killed go first.
    pub(crate) fn new(workspace: &Workspace) -> Outcome<Self> {
        let account = Account::find()?;
        let mut base = workspace.target.join("servers");
        fs::create_dir_all(&base).doing(format!("making {}", base.display()))?;
        if !account.reaches(&base) {
            base = shared()?;
        }
        sweep(&base);
        let path = base.join(process::id().to_string());
        fs::create_dir_all(&path).doing(format!("making {}", path.display()))?;
        account.own(&path)?;
        Ok(Self { path, account })
    }

    /// A path in this folder as text (its names are ours, and ASCII but for the workspace's own path).
    pub(crate) fn file(&self, name: &str) -> String {
        self.path.join(name).display().to_string()
    }

    /// Writes a file that the servers' account owns and nobody else reads.
    pub(crate) fn write(&self, name: &str, text: &str) -> Outcome {
        use std::io::Write;
        use std::os::unix::fs::OpenOptionsExt;
        let path = self.path.join(name);
        let mut file = fs::OpenOptions::new()
            .write(true)
            .create(true)
            .truncate(true)
            .mode(0o600)
            .open(&path)
            .doing(format!("writing {}", path.display()))?;
        file.write_all(text.as_bytes())
            .doing(format!("writing {}", path.display()))?;
        self.account.own(&path)
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        if let Err(e) = fs::remove_dir_all(&self.path) {
            say::step(&format!("could not remove {}: {e}", self.path.display()));
        }
    }
}

/// Our folder in the system's temporary folder, where somebody else may have put one of that name before us.
fn shared() -> Outcome<PathBuf> {
    let user = run::capture(Command::new("id").arg("-u"))?;
    let base = std::env::temp_dir().join(format!("mtp-servers-{}", user.trim()));
    let doing = format!("making {}", base.display());
    match fs::create_dir(&base) {
        Err(e) if e.kind() != ErrorKind::AlreadyExists => return Err(e).doing(doing),
        _ => {}
    }
    let there = fs::symlink_metadata(&base).doing(doing)?;
    if there.is_dir() && there.uid().to_string() == user.trim() {
        return Ok(base);
    }
    Err(Failure::new(format!(
        "{} belongs to somebody else: set TMPDIR to a folder of your own",
        base.display()
    )))
}

/// Removes the folders of processes that no longer exist.
fn sweep(base: &Path) {
    let Ok(entries) = fs::read_dir(base) else {
        return;
    };
    for entry in entries.flatten() {
        let name = entry.file_name();
        let Some(pid) = name.to_str().and_then(|n| n.parse::<u32>().ok()) else {
            continue;
        };
        if !run::signal("0", pid) && fs::remove_dir_all(entry.path()).is_ok() {
            say::step(&format!("removed {} of a task that was killed", entry.path().display()));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_folders_of_dead_processes_are_swept() {
        let base = tempfile::tempdir().unwrap();
        let mut child = process::Command::new("true").spawn().unwrap();
        let dead = base.path().join(child.id().to_string());
        child.wait().unwrap();
        let live = base.path().join(process::id().to_string());
        let other = base.path().join("notes");
        for folder in [&dead, &live, &other] {
            fs::create_dir(folder).unwrap();
        }
        sweep(base.path());
        assert!(!dead.exists() && live.exists() && other.exists());
    }
}
