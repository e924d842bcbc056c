//! PgBouncer of a later Debian release, unpacked beside its own C library: the system's own one is too old to keep
//! prepared statements, and too old to run a newer one.

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::process::Command;

use crate::failure::{Doing, Failure, Outcome};
use crate::servers::account::Account;
use crate::{run, say};

/// The release that it comes from.
const RELEASE: &str = "trixie";
/// The program, and every library that it is linked to, C's included.
const PACKAGES: [&str; 11] = [
    "pgbouncer",
    "libc6",
    "libcares2",
    "libevent-2.1-7t64",
    "libpam0g",
    "libaudit1",
    "libcap-ng0",
    "libssl3t64",
    "libsystemd0",
    "libcap2",
    "libzstd1",
];

/// A program that runs PgBouncer of the later release, made under `tools` where it is not there. `None` where this is no
/// system with apt, or the packages cannot be had.
pub(crate) fn pgbouncer(tools: &Path, account: &Account) -> Outcome<Option<PathBuf>> {
    let home = tools.join(format!("pgbouncer-{RELEASE}"));
    let program = home.join("pgbouncer-later");
    if program.is_file() {
        return Ok(Some(program));
    }
    let there = |tool: &str| run::quietly(Command::new(tool).arg("--version"));
    if !there("apt-get") || !there("dpkg-deb") {
        return Ok(None);
    }
    say::step(&format!(
        "unpacking PgBouncer of Debian {RELEASE} into {}",
        home.display()
    ));
    if let Err(why) = unpack(&home) {
        say::step(&format!("Debian {RELEASE} did not help: {why}"));
        return Ok(None);
    }
    let root = home.join("root");
    let Some(loader) = loader(&root) else {
        say::step("the unpacked C library has no loader");
        return Ok(None);
    };
    let libraries = loader.parent().unwrap_or(&root);
    let script = format!(
        "#!/bin/sh\nexec '{}' --library-path '{}' '{}' \"$@\"\n",
        loader.display(),
        libraries.display(),
        root.join("usr/sbin/pgbouncer").display(),
    );
    // Last, and under another name first: what is there is whole.
    let half = home.join("half");
    fs::write(&half, script).doing(format!("writing {}", half.display()))?;
    fs::set_permissions(&half, fs::Permissions::from_mode(0o755)).doing(format!("opening {}", half.display()))?;
    fs::rename(&half, &program).doing(format!("making {}", program.display()))?;
    Ok(account.reaches(&home).then_some(program))
}

/// Fetches the packages by apt, with lists of its own, and unpacks them.
fn unpack(home: &Path) -> Outcome {
    let (lists, debs, root) = (home.join("lists"), home.join("debs"), home.join("root"));
    for folder in [
        &lists.join("partial"),
        &home.join("cache/archives/partial"),
        &debs,
        &root,
    ] {
        fs::create_dir_all(folder).doing(format!("making {}", folder.display()))?;
    }
    let sources = home.join("sources.list");
    fs::write(&sources, format!("deb http://deb.debian.org/debian {RELEASE} main\n"))
        .doing(format!("writing {}", sources.display()))?;
    let apt = |args: &[String]| {
        let mut command = Command::new("apt-get");
        command
            .current_dir(&debs)
            .args(["-q", "-o", &format!("Dir::Etc::SourceList={}", sources.display())])
            .args(["-o", "Dir::Etc::SourceParts=-"])
            .args(["-o", &format!("Dir::State::Lists={}", lists.display())])
            .args(["-o", &format!("Dir::Cache={}", home.join("cache").display())])
            .args(args);
        run::capture(&mut command)
    };
    apt(&["update".into()])?;
    let wanted = PACKAGES.iter().map(|name| format!("{name}/{RELEASE}"));
    apt(&std::iter::once("download".to_owned()).chain(wanted).collect::<Vec<_>>())?;
    let mut unpacked = 0;
    for entry in fs::read_dir(&debs)
        .doing(format!("reading {}", debs.display()))?
        .flatten()
    {
        run::capture(Command::new("dpkg-deb").arg("-x").arg(entry.path()).arg(&root))?;
        unpacked += 1;
    }
    if unpacked < PACKAGES.len() {
        return Err(Failure::new(format!("only {unpacked} packages came")));
    }
    Ok(())
}

/// The loader of the unpacked C library, whatever the processor is called.
fn loader(root: &Path) -> Option<PathBuf> {
    let folders = fs::read_dir(root.join("usr/lib")).ok()?.flatten();
    folders
        .filter_map(|folder| fs::read_dir(folder.path()).ok())
        .flatten()
        .flatten()
        .map(|entry| entry.path())
        .find(|path| {
            let name = path.file_name().unwrap_or_default().to_string_lossy();
            name.starts_with("ld-linux") && name.contains(".so.")
        })
}
