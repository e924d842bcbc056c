//! Which system account a server runs as: PostgreSQL, PgBouncer and MariaDB refuse to be root.

use std::os::unix::fs::chown;
use std::path::Path;
use std::process::Command;

use crate::failure::{Doing, Failure, Outcome};
use crate::run;

/// The account of a server's processes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Account {
    /// The one who runs this task.
    Own,
    /// Another one, because this task runs as root.
    Other { name: String, uid: u32, gid: u32 },
}

impl Account {
    /// Ourselves, or where we are root `postgres` if there is one, else `nobody`.
    pub(crate) fn find() -> Outcome<Self> {
        if id(&["-u"])? != 0 {
            return Ok(Self::Own);
        }
        for name in ["postgres", "nobody"] {
            if let (Ok(uid), Ok(gid)) = (id(&["-u", name]), id(&["-g", name])) {
                return Ok(Self::Other {
                    name: name.to_owned(),
                    uid,
                    gid,
                });
            }
        }
        Err(Failure::new(
            "running as root and neither account `postgres` nor `nobody` exists: run as another user",
        ))
    }

    /// Whether this task is root.
    pub(crate) fn we_are_root(&self) -> bool {
        matches!(self, Self::Other { .. })
    }

    /// `uid:gid` for a container.
    pub(crate) fn ids(&self) -> Outcome<String> {
        match self {
            Self::Own => Ok(format!("{}:{}", id(&["-u"])?, id(&["-g"])?)),
            Self::Other { uid, gid, .. } => Ok(format!("{uid}:{gid}")),
        }
    }

    /// What stands before a program so that it runs as this account.
    pub(crate) fn prefix(&self) -> Vec<String> {
        let words = |words: &[&str]| words.iter().map(|&w| w.to_owned()).collect();
        match self {
            Self::Own => Vec::new(),
            Self::Other { name, uid, gid } => {
                if run::quietly(Command::new("setpriv").arg("--version")) {
                    words(&[
                        "setpriv",
                        &format!("--reuid={uid}"),
                        &format!("--regid={gid}"),
                        "--clear-groups",
                        "--",
                    ])
                } else {
                    words(&["runuser", "-u", name, "--"])
                }
            }
        }
    }

    /// A command of this account.
    pub(crate) fn command(&self, argv: &[String]) -> Outcome<Command> {
        let mut words = self.prefix().into_iter().chain(argv.iter().cloned());
        let program = words.next().ok_or_else(|| Failure::new("an empty command"))?;
        let mut command = Command::new(program);
        command.args(words);
        Ok(command)
    }

    /// Gives a folder or file to this account.
    pub(crate) fn own(&self, path: &Path) -> Outcome {
        match self {
            Self::Own => Ok(()),
            Self::Other { uid, gid, .. } => {
                chown(path, Some(*uid), Some(*gid)).doing(format!("giving {} to another account", path.display()))
            }
        }
    }

    /// Whether this account can enter a folder (in a clone under root's own home it cannot).
    pub(crate) fn reaches(&self, folder: &Path) -> bool {
        let test = ["test".to_owned(), "-x".to_owned(), folder.display().to_string()];
        self.command(&test).is_ok_and(|mut c| run::quietly(c.current_dir("/")))
    }
}

fn id(args: &[&str]) -> Outcome<u32> {
    let text = run::capture(Command::new("id").args(args))?;
    text.trim().parse().doing("reading the output of `id`")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_account_found_is_never_root() {
        let account = Account::find().unwrap();
        let out = run::capture(&mut account.command(&["id".into(), "-u".into()]).unwrap()).unwrap();
        assert_ne!(out.trim(), "0");
    }
}
