//! `server …`: the database servers that hold tenants.

use std::{fmt::Display, path::PathBuf, time::Duration};

use mtp_core::{Dsn, Server, ServerState, TenantManager};
use serde_json::{Value, json};

use crate::{
    cli::{ServerVerb, UrlArgs},
    failure::{Failure, Result},
    output::{Output, table},
    run::Ended,
};

pub(crate) async fn run(manager: &TenantManager, verb: ServerVerb, output: &mut Output) -> Result<Ended> {
    match verb {
        ServerVerb::Add(args) => {
            let url = read_url(args.url, output)?;
            let server = manager.add_server(&args.name, url, args.capacity).await?;
            show(&[server], output)?;
        }
        ServerVerb::List => show(&manager.servers().await?, output)?,
        ServerVerb::Drain(args) => set(manager, &args.name, ServerState::Draining, output).await?,
        ServerVerb::Accept(args) => set(manager, &args.name, ServerState::Accepting, output).await?,
        ServerVerb::RotateSeals(args) => {
            let after = if args.at_once { Some(0) } else { args.retire_after };
            let rotated = manager.rotate_seals(&args.name, after.map(Duration::from_secs)).await?;
            let seconds = rotated.retires_after.as_secs();
            let value = json!({ "server": rotated.server, "secret": rotated.secret, "retires_after_seconds": seconds });
            output.result(&value, || {
                let server = &rotated.server;
                format!(
                    "seals on {server} are made with secret {}; the one before is refused in {seconds} s",
                    rotated.secret
                )
            })?;
        }
    }
    Ok(Ended::Well)
}

async fn set(manager: &TenantManager, name: &str, state: ServerState, output: &mut Output) -> Result<()> {
    manager.set_server_state(name, state).await?;
    let mut servers = manager.servers().await?;
    servers.retain(|server| server.name == name);
    show(&servers, output)
}

fn show(servers: &[Server], output: &mut Output) -> Result<()> {
    let value: Vec<Value> = servers
        .iter()
        .map(|s| {
            json!({
                "name": s.name,
                "kind": s.kind.as_str(),
                "state": s.state.as_str(),
                "capacity": s.capacity,
                "tenants": s.tenants,
                "created_at": s.created_at.to_rfc3339(),
            })
        })
        .collect();
    output.result(&json!({ "servers": value }), || {
        let rows: Vec<_> = servers
            .iter()
            .map(|s| {
                [
                    s.name.clone(),
                    s.kind.to_string(),
                    s.state.as_str().to_owned(),
                    s.tenants.to_string(),
                    s.capacity.to_string(),
                ]
            })
            .collect();
        table(["SERVER", "KIND", "STATE", "TENANTS", "CAPACITY"], &rows)
    })
}

fn read_url(args: UrlArgs, output: &mut Output) -> Result<Dsn> {
    if let Some(url) = args.url {
        if has_password(&url) {
            return Err(usage(
                "--url",
                &"a URL with a password on the command line can be read by everybody on this machine; \
                  use --url-env or --url-file",
            ));
        }
        return Dsn::parse(url).map_err(|e| usage("--url", &e));
    }
    // clap lets none through without one of them.
    hidden_url(["--url-env", "--url-file"], args.url_env, args.url_file, output)?
        .ok_or_else(|| usage("--url", &"say --url, --url-env or --url-file"))
}

fn usage(flag: &str, why: &dyn Display) -> Failure {
    Failure::Usage(format!("{flag}: {why}"))
}

/// A URL from a variable or a file, by the flags of these names.
pub(crate) fn hidden_url(
    [env_flag, file_flag]: [&str; 2],
    env: Option<String>,
    file: Option<PathBuf>,
    output: &mut Output,
) -> Result<Option<Dsn>> {
    let (flag, text) = match (env, file) {
        (Some(name), _) => match std::env::var(&name) {
            Ok(url) => (env_flag, url),
            Err(_) => return Err(usage(env_flag, &format!("the variable {name} is not set"))),
        },
        (_, Some(file)) if file.as_os_str() == "-" => (file_flag, output.read_line()?),
        (_, Some(file)) => match std::fs::read_to_string(&file) {
            Ok(text) => (file_flag, text.trim().to_owned()),
            Err(e) => return Err(usage(file_flag, &format!("cannot read {}: {e}", file.display()))),
        },
        (None, None) => return Ok(None),
    };
    Dsn::parse(text).map(Some).map_err(|e| usage(flag, &e))
}

/// Whether there is a password between scheme and host.
fn has_password(url: &str) -> bool {
    url.split_once("://")
        .and_then(|(_, rest)| rest.rsplit_once('@'))
        .is_some_and(|(user, _)| user.contains(':'))
        || url.contains("password=")
}

#[cfg(test)]
mod tests {
    use super::has_password;

    #[test]
    fn passwords_are_seen() {
        for with in ["postgres://u:p@h/d", "postgres://u:p@ss@h", "postgres://h/d?password=x"] {
            assert!(has_password(with), "{with}");
        }
        for without in [
            "postgres://u@h/d",
            "postgres://h:5432/d",
            "sqlite:/var/x",
            "sqlite://a:b",
        ] {
            assert!(!has_password(without), "{without}");
        }
    }
}
