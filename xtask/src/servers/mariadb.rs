//! MariaDB for the tests: found or fetched, fresh files, a random superuser password, a log of every statement.

use std::fs;

use crate::failure::{Doing, Failure, Outcome};
use crate::servers::container::Launcher;
use crate::servers::folder::Folder;
use crate::servers::postgres::random_password;
use crate::servers::supervise::{Supervised, free_port};
use crate::servers::{MARIADB_LOG, MARIADB_URL, Servers, packages, programs};
use crate::workspace::Workspace;
use crate::{run, say};

/// The image for machines that have nothing but containers.
const IMAGE: &str = "docker.io/library/mariadb:10.11";
/// How often another port is tried when somebody took ours between looking and listening.
const TRIES: usize = 3;
/// The superuser's own database: what its URL names.
const DATABASE: &str = "work";

/// How the server's two programs are called: they are not in one folder everywhere.
struct Launchers {
    install: Launcher,
    server: Launcher,
}

/// Brings the server up.
pub(crate) fn up(servers: &mut Servers, workspace: &Workspace) -> Outcome {
    if servers.given(MARIADB_URL).is_some() {
        say::step(&format!("MariaDB: the one of {MARIADB_URL}"));
        servers.given(MARIADB_LOG);
        return Ok(());
    }
    let folder = servers.folder(workspace)?;
    let launchers = launchers(folder)?;
    let password = random_password()?;
    init(&launchers.install, folder, &password)?;
    let (server, port) = start(&launchers.server, folder)?;
    let log = folder.file("mariadb-statements.log");
    servers.running.push(server);
    servers.env.push((
        MARIADB_URL,
        format!("mariadb://root:{password}@127.0.0.1:{port}/{DATABASE}"),
    ));
    servers.env.push((MARIADB_LOG, log));
    say::step(&format!("MariaDB is up on port {port}"));
    Ok(())
}

/// Programs already there, else the system's packages, else a container.
fn launchers(folder: &Folder) -> Outcome<Launchers> {
    let found = programs::mariadb().or_else(|| {
        say::step("no MariaDB of version 10.11 or later on this machine");
        packages::apt(&folder.account, &["mariadb-server"])
            .then(programs::mariadb)
            .flatten()
    });
    if let Some((server, install)) = found {
        say::step(&format!(
            "MariaDB {}.{}: {}",
            server.version.0,
            server.version.1,
            server.program.display()
        ));
        return Ok(Launchers {
            install: Launcher::beside(&install),
            server: Launcher::beside(&server.program),
        });
    }
    say::step(&format!("trying a container: {IMAGE}"));
    let container = Launcher::container(IMAGE).ok_or_else(|| {
        Failure::new(format!(
            "no MariaDB: install version 10.11 or later (Debian: `apt-get install mariadb-server`), \
             or set {MARIADB_URL} to a superuser's URL"
        ))
    })?;
    Ok(Launchers {
        install: container.clone(),
        server: container,
    })
}

/// Makes the first files, and the script that the server runs when it starts: one superuser, nobody else.
fn init(launcher: &Launcher, folder: &Folder, password: &str) -> Outcome {
    say::step("making MariaDB's first files");
    // Its own: a server that starts removes what it takes for leftovers in the system's, of other servers too.
    let temporary = folder.path.join("mariadb-tmp");
    fs::create_dir(&temporary).doing(format!("making {}", temporary.display()))?;
    folder.account.own(&temporary)?;
    let datadir = format!("--datadir={}", folder.file("mariadb"));
    let args = [
        "--no-defaults",
        &datadir,
        "--auth-root-authentication-method=normal",
        "--skip-test-db",
        "--skip-name-resolve",
    ];
    let name = format!("mtp-mariadb-install-{}", std::process::id());
    let words = launcher.argv("mariadb-install-db", &args, folder, &name)?;
    run::capture(launcher.caller(folder).command(&words)?.current_dir(&folder.path))?;
    folder.write("mariadb-init.sql", &superuser(password))
}

/// A new server has roots without a password and users without a name, who would be found before a login of ours.
/// One statement a line: that is how the server reads it.
fn superuser(password: &str) -> String {
    format!(
        "DELETE FROM mysql.global_priv WHERE User IN ('', 'root');\n\
         FLUSH PRIVILEGES;\n\
         CREATE USER root@'%' IDENTIFIED BY '{password}';\n\
         GRANT ALL PRIVILEGES ON *.* TO root@'%' WITH GRANT OPTION;\n\
         CREATE DATABASE IF NOT EXISTS {DATABASE};\n"
    )
}

/// The settings of the test server, as flags.
///
/// Durability is off: the files are thrown away. The general log is what a careless operator of a production server
/// might turn on: it holds each statement as it was sent, **and the bound values** of prepared ones, as the server
/// puts them into the text. A seal must not be found in it all the same.
fn settings(folder: &Folder, port: u16) -> Vec<String> {
    let file = |name: &str, file: &str| format!("--{name}={}", folder.file(file));
    let mut flags = vec![
        "--no-defaults".to_owned(),
        file("datadir", "mariadb"),
        file("tmpdir", "mariadb-tmp"),
        file("init-file", "mariadb-init.sql"),
        file("general-log-file", "mariadb-statements.log"),
        format!("--port={port}"),
    ];
    let fixed = [
        // Relative to its own folder: the path of a socket may not be longer than 107 bytes.
        "--socket=mariadb.sock",
        "--pid-file=mariadb.pid",
        "--general-log=1",
        "--log-output=FILE",
        "--bind-address=127.0.0.1",
        "--skip-name-resolve",
        "--skip-log-bin",
        "--max-connections=300",
        // What Debian's packages set; without them it would be latin1.
        "--character-set-server=utf8mb4",
        "--collation-server=utf8mb4_general_ci",
        "--innodb-buffer-pool-size=128M",
        "--innodb-log-file-size=32M",
        "--innodb-flush-log-at-trx-commit=0",
        "--innodb-flush-method=nosync",
        "--innodb-doublewrite=0",
        "--sync-frm=0",
    ];
    flags.extend(fixed.map(str::to_owned));
    flags
}

/// Starts the server.
fn start(launcher: &Launcher, folder: &Folder) -> Outcome<(Supervised, u16)> {
    let mut tries = 0;
    loop {
        let port = free_port()?;
        let flags = settings(folder, port);
        let name = format!("mtp-mariadb-{}", std::process::id());
        let args: Vec<&str> = flags.iter().map(String::as_str).collect();
        let words = launcher.argv("mariadbd", &args, folder, &name)?;
        let log = folder.path.join("mariadb.log");
        let server = Supervised::start(
            "MariaDB",
            &launcher.caller(folder),
            &words,
            // Its files are thrown away: it need not write them first.
            &launcher.stop("KILL", &name),
            &log,
        )?;
        match server.until(|s| s.log_text().contains("ready for connections")) {
            Ok(()) => return Ok((server, port)),
            Err(Failure::Interrupted) => return Err(Failure::Interrupted),
            Err(_) if tries < TRIES && server.log_text().contains("Bind on TCP/IP port") => tries += 1,
            Err(failure) => return Err(failure),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::servers::account::Account;

    #[test]
    fn it_logs_every_statement_and_listens_nowhere_else() {
        let path = tempfile::tempdir().unwrap().keep();
        let folder = Folder {
            path,
            account: Account::Own,
        };
        let flags = settings(&folder, 7).join(" ");
        assert!(
            flags.starts_with("--no-defaults ") && flags.contains("--port=7"),
            "{flags}"
        );
        assert!(flags.contains("--general-log=1") && flags.contains("--bind-address=127.0.0.1"));
    }

    #[test]
    fn each_statement_of_the_first_script_is_one_line() {
        let script = superuser("secret");
        assert!(script.lines().all(|line| line.ends_with(';')), "{script}");
    }
}
