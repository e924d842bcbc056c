//! A PostgreSQL server that its test kills and starts again.

use std::{
    env,
    process::{Child, Command, Stdio},
    time::{Duration, Instant},
};

use sqlx::{Connection, postgres::PgConnection};

use crate::postgres::{PostgresServer, missing, url_of};

const URL: &str = "MTP_TEST_POSTGRES_MORTAL_URL";
const START: &str = "MTP_TEST_POSTGRES_MORTAL_START";
const KILL: &str = "MTP_TEST_POSTGRES_MORTAL_KILL";
/// How long it may take until it answers, its recovery included.
const START_LIMIT: Duration = Duration::from_mins(1);

/// A server of one test's own. Dropping it kills it.
#[derive(Debug)]
pub struct MortalPostgres {
    server: PostgresServer,
    running: Child,
}

impl MortalPostgres {
    /// Starts it and waits until it answers.
    ///
    /// # Panics
    /// When `cargo xtask test` has not said how (`MTP_TEST_POSTGRES_MORTAL_…`), or it does not answer.
    pub async fn start() -> Self {
        let server = PostgresServer::at(url_of(URL).unwrap_or_else(|| missing(URL)));
        let running = up(&server).await;
        Self { server, running }
    }

    /// The server.
    pub fn server(&self) -> &PostgresServer {
        &self.server
    }

    /// Kills it with SIGKILL: nothing of it is ended in order.
    ///
    /// # Panics
    /// When it cannot be killed.
    pub fn kill(&mut self) {
        let killed = Command::new("sh").arg(script(KILL)).status();
        assert!(killed.is_ok_and(|status| status.success()), "the server was not killed");
        // Nothing is left to do where it was waited for already.
        let _ = self.running.wait();
    }

    /// Starts it again after it was killed, and waits until it answers.
    ///
    /// # Panics
    /// When it does not.
    pub async fn start_again(&mut self) {
        self.running = up(&self.server).await;
    }
}

impl Drop for MortalPostgres {
    fn drop(&mut self) {
        // A test that failed may have killed it already.
        let _ = Command::new("sh").arg(script(KILL)).stderr(Stdio::null()).status();
        let _ = self.running.wait();
    }
}

fn script(name: &str) -> String {
    env::var(name)
        .ok()
        .filter(|v| !v.is_empty())
        .unwrap_or_else(|| missing(name))
}

async fn up(server: &PostgresServer) -> Child {
    let begun = Instant::now();
    let mut running = spawn();
    loop {
        if let Ok(conn) = PgConnection::connect(&server.url()).await {
            // It answers; a failing good-bye changes nothing.
            let _ = conn.close().await;
            return running;
        }
        assert!(begun.elapsed() < START_LIMIT, "the server does not answer");
        if !matches!(running.try_wait(), Ok(None)) {
            // What is left of the one that was killed may still be in its way.
            running = spawn();
        }
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
}

fn spawn() -> Child {
    let command = Command::new("sh").arg(script(START)).stdin(Stdio::null()).spawn();
    command.unwrap_or_else(|e| panic!("starting a server: {e}"))
}
