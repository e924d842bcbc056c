//! A notes service for many tenants, in one program, on an embedded database.

mod client;
mod notes;
mod tenants;
mod transcript;

use std::{io::Write, net::SocketAddr, path::PathBuf, process::ExitCode};

use axum::Router;
use clap::Parser;
use mtp::{Dsn, Isolation, Platform};

/// A notes service on mtp.
#[derive(Parser)]
#[command(version, about)]
struct Flags {
    /// Where to listen.
    #[arg(long, env = "MTP_LISTEN", default_value = "127.0.0.1:8080")]
    listen: SocketAddr,
    /// The folder for keys and, on SQLite, for all data.
    #[arg(long, env = "MTP_DATA_DIR", default_value = "quickstart-data")]
    data_dir: PathBuf,
    /// The central database; PostgreSQL and MariaDB just as well (`postgres://user:password@host/database`, `mariadb://…`)
    #[arg(long)]
    database_url: Option<String>,
    /// How tenants are kept apart: database, schema (PostgreSQL) or shared.
    #[arg(long)]
    isolation: Option<Isolation>,
    /// Run the printed transcript against this server, and exit 0 only if every answer is the expected one.
    #[arg(long)]
    once: bool,
}

type Failure = Box<dyn std::error::Error + Send + Sync>;

#[tokio::main]
async fn main() -> ExitCode {
    tracing_subscriber::fmt()
        .with_env_filter(tracing_subscriber::EnvFilter::try_from_default_env().unwrap_or_else(|_| "warn".into()))
        .with_writer(std::io::stderr)
        .init();
    match run(Flags::parse()).await {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            // Writing to a closed stderr is no reason to fail otherwise.
            let _ = writeln!(std::io::stderr(), "quickstart: {}", with_causes(&*error));
            ExitCode::FAILURE
        }
    }
}

async fn run(flags: Flags) -> Result<(), Failure> {
    let listener = tokio::net::TcpListener::bind(flags.listen).await?;
    let base = format!("http://{}", listener.local_addr()?);
    let mut builder = Platform::from_env()?
        .service("notes")
        .data_dir(&flags.data_dir)
        .base_url(&base)
        .migrations(&[(1, "notes", include_str!("../migrations/0001_notes.sql"))])
        .routes(tenants::ROUTES);
    if let Some(url) = flags.database_url {
        builder = builder.central_db_url(Dsn::parse(url)?);
    }
    if let Some(isolation) = flags.isolation {
        builder = builder.isolation(isolation);
    }
    let platform = builder.start().await?;
    let market_key = platform
        .first_market_key()
        .map(|key| key.expose().to_owned())
        .unwrap_or_default();
    let app = platform.wrap(
        Router::new()
            .merge(notes::routes())
            .merge(tenants::routes(platform.manager().clone())),
    )?;

    let script = transcript::script(&base, &market_key);
    let mut out = std::io::stdout().lock();
    writeln!(out, "listening on {base}\n\n# --- try it ---\n{script}# --- end ---")?;
    out.flush()?;
    drop(out);

    if flags.once {
        let server = tokio::spawn(platform.clone().serve_on(listener, app));
        let result = client::run(&base, &market_key).await;
        server.abort();
        return result;
    }
    platform.serve_on(listener, app).await?;
    Ok(())
}

fn with_causes(error: &(dyn std::error::Error + 'static)) -> String {
    let mut text = error.to_string();
    let mut cause = error.source();
    while let Some(e) = cause {
        let next = e.to_string();
        if !text.ends_with(&next) {
            text.push_str(": ");
            text.push_str(&next);
        }
        cause = e.source();
    }
    text
}
