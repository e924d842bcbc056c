//! PgBouncer in transaction mode before the test server: the version without prepared statements, and one with.

use crate::failure::{Failure, Outcome};
use crate::say;
use crate::servers::container::Launcher;
use crate::servers::folder::Folder;
use crate::servers::postgres::Superuser;
use crate::servers::programs::{Found, PREPARING_PGBOUNCER};
use crate::servers::supervise::{Supervised, answers, free_port};
use crate::servers::{PGBOUNCER_ONE_URL, PGBOUNCER_PREPARED_URL, PGBOUNCER_URL, Servers, later, packages, programs};
use crate::workspace::Workspace;

/// The image for machines that have nothing but containers.
const IMAGE: &str = "docker.io/edoburu/pgbouncer:v1.23.1-p2";

/// One pooler to start.
struct Pooler<'a> {
    launcher: &'a Launcher,
    program: &'a str,
    /// The environment name under which the tests find it.
    env: &'static str,
    /// Server connections for each (database, login).
    pool_size: u32,
    /// Prepared statements kept for each connection; `None` below 1.21, which does not know the setting.
    prepared: Option<u32>,
}

/// Brings the poolers up.
pub(crate) fn up(servers: &mut Servers, workspace: &Workspace, superuser: Option<&Superuser>) -> Outcome {
    if servers.given(PGBOUNCER_URL).is_some() {
        say::step(&format!("PgBouncer: the one of {PGBOUNCER_URL}"));
        for name in [PGBOUNCER_ONE_URL, PGBOUNCER_PREPARED_URL] {
            servers.given(name);
        }
        return Ok(());
    }
    let Some(superuser) = superuser else {
        return Err(Failure::new(format!(
            "{} is set and {PGBOUNCER_URL} is not: a pooler needs the server's own address; set both or neither",
            super::POSTGRES_URL
        )));
    };
    let folder = servers.folder(workspace)?;
    let mut found = programs::pgbouncers();
    if found.is_empty() {
        say::step("no PgBouncer on this machine");
        if packages::apt(&folder.account, &["pgbouncer"]) {
            found = programs::pgbouncers();
        }
    }
    if !found.iter().any(|f| f.version >= PREPARING_PGBOUNCER) {
        // Beside the temporary folder, which the servers' account can enter for sure, so that it is kept.
        let tools = folder
            .path
            .parent()
            .map_or_else(|| workspace.target.join("servers"), ToOwned::to_owned);
        found.extend(later::pgbouncer(&tools, &folder.account)?.and_then(|program| programs::pgbouncer(&program)));
    }
    found.sort_by_key(|f| f.version);
    let (first, preparing) = choose(&found);
    let container;
    let mut poolers = Vec::new();
    let (first_launcher, first_program, first_prepared);
    if let Some(first) = first {
        say::step(&format!("PgBouncer {}: {}", shown(first), first.program.display()));
        first_launcher = Launcher::beside(&first.program);
        first_program = name_of(first);
        first_prepared = (first.version >= PREPARING_PGBOUNCER).then_some(0);
    } else {
        say::step(&format!("trying a container: {IMAGE}"));
        container = Launcher::container(IMAGE).ok_or_else(|| {
            Failure::new(format!(
                "no PgBouncer: install it (Debian: `apt-get install pgbouncer`), or set {PGBOUNCER_URL}"
            ))
        })?;
        first_launcher = container;
        first_program = "pgbouncer".to_owned();
        first_prepared = Some(0);
    }
    for (env, pool_size) in [(PGBOUNCER_URL, 2), (PGBOUNCER_ONE_URL, 1)] {
        let (launcher, program) = (&first_launcher, first_program.as_str());
        poolers.push(Pooler {
            launcher,
            program,
            env,
            pool_size,
            prepared: first_prepared,
        });
    }
    let second = preparing.map(|f| (Launcher::beside(&f.program), name_of(f)));
    if let (Some((launcher, program)), Some(f)) = (&second, preparing) {
        say::step(&format!(
            "PgBouncer {} with prepared statements: {}",
            shown(f),
            f.program.display()
        ));
        let env = PGBOUNCER_PREPARED_URL;
        poolers.push(Pooler {
            launcher,
            program,
            env,
            // Whoever shares a login shares the backend, and so its prepared statements.
            pool_size: 1,
            prepared: Some(200),
        });
    } else {
        say::left_out("PgBouncer 1.21 or later (prepared statements in transaction mode): none found on PATH");
    }
    let mut up = Vec::new();
    for pooler in &poolers {
        up.push((start(pooler, folder, superuser)?, pooler.env));
    }
    for ((server, url), env) in up {
        servers.running.push(server);
        servers.env.push((env, url));
    }
    Ok(())
}

/// The pooler for the transaction path (the oldest) and the one that keeps prepared statements (the newest).
fn choose(sorted: &[Found]) -> (Option<&Found>, Option<&Found>) {
    (
        sorted.first(),
        sorted.last().filter(|f| f.version >= PREPARING_PGBOUNCER),
    )
}

fn shown(found: &Found) -> String {
    format!("{}.{}", found.version.0, found.version.1)
}

fn name_of(found: &Found) -> String {
    found
        .program
        .file_name()
        .unwrap_or_default()
        .to_string_lossy()
        .into_owned()
}

/// The configuration. Tenants' logins are made at run time, so passwords are looked up in the server itself;
/// by the superuser, because `auth_dbname` comes with 1.19 only and a lookup function would have to be in every
/// database. Every database is served under its own name.
fn configuration(pooler: &Pooler<'_>, folder: &Folder, superuser: &Superuser, port: u16) -> String {
    let Pooler { env, pool_size, .. } = pooler;
    let prepared = pooler
        .prepared
        .map(|n| format!("max_prepared_statements = {n}\n"))
        .unwrap_or_default();
    format!(
        "[databases]\n\
         * = host=127.0.0.1 port={} auth_user=postgres\n\
         [pgbouncer]\n\
         listen_addr = 127.0.0.1\n\
         listen_port = {port}\n\
         unix_socket_dir =\n\
         pool_mode = transaction\n\
         default_pool_size = {pool_size}\n\
         max_client_conn = 1000\n\
         auth_type = scram-sha-256\n\
         auth_file = {}\n\
         ignore_startup_parameters = extra_float_digits\n\
         logfile = \n\
         {prepared}",
        superuser.port,
        folder.file(&format!("{env}.users")),
    )
}

fn start(pooler: &Pooler<'_>, folder: &Folder, superuser: &Superuser) -> Outcome<(Supervised, String)> {
    let env = pooler.env;
    let port = free_port()?;
    folder.write(
        &format!("{env}.users"),
        &format!("\"postgres\" \"{}\"\n", superuser.password),
    )?;
    let ini = format!("{env}.ini");
    folder.write(&ini, &configuration(pooler, folder, superuser, port))?;
    let name = format!("mtp-{}-{}", env.to_lowercase(), std::process::id());
    let argv = pooler
        .launcher
        .argv(pooler.program, &[&folder.file(&ini)], folder, &name)?;
    let log = folder.path.join(format!("{env}.log"));
    // Nothing to keep, and what a softer signal does differs from version to version.
    let stop = pooler.launcher.stop("KILL", &name);
    let server = Supervised::start(env, &pooler.launcher.caller(folder), &argv, &stop, &log)?;
    server.until(|_| answers(port))?;
    say::step(&format!("{env} is up on port {port}"));
    Ok((
        server,
        format!("postgres://postgres:{}@127.0.0.1:{port}/postgres", superuser.password),
    ))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::servers::account::Account;

    #[test]
    fn the_oldest_serves_the_transaction_path_and_only_a_new_one_prepares() {
        let at = |version| Found {
            program: "/x/pgbouncer".into(),
            version,
        };
        let (old, new) = (at((1, 18)), at((1, 24)));
        assert_eq!(choose(&[old.clone(), new.clone()]), (Some(&old), Some(&new)));
        assert_eq!(choose(std::slice::from_ref(&old)), (Some(&old), None));
        assert_eq!(choose(&[]), (None, None));
    }

    #[test]
    fn a_version_without_prepared_statements_is_not_given_the_setting() {
        let folder = Folder {
            path: tempfile::tempdir().unwrap().keep(),
            account: Account::Own,
        };
        let superuser = Superuser {
            port: 1,
            password: "p".into(),
        };
        let launcher = Launcher::Native("/usr/sbin".into());
        let mut pooler = Pooler {
            launcher: &launcher,
            program: "pgbouncer",
            env: PGBOUNCER_URL,
            pool_size: 1,
            prepared: None,
        };
        let text = configuration(&pooler, &folder, &superuser, 2);
        assert!(text.contains("pool_mode = transaction") && !text.contains("max_prepared_statements"));
        pooler.prepared = Some(200);
        assert!(configuration(&pooler, &folder, &superuser, 2).contains("max_prepared_statements = 200"));
    }
}
