//! What the chain costs: a bare handler and the same handler behind tenant, auth, rate limit and span.
//!
//! The server runs as a process of its own on one core, the load on the other; the cases take turns.

use std::{
    io::{BufRead, BufReader},
    process::{Child, Command, Stdio},
    time::Duration,
};

use axum::{Json, Router, routing::get};
use clap::Args as ClapArgs;
use mtp::{Limits, Platform, RateLimit, TenantConfig};

use crate::{
    Failure, load,
    report::{Line, Report, median},
};

#[derive(ClapArgs)]
pub(crate) struct Args {
    /// Milliseconds of each round: short ones, so that what else the machine does meets both cases alike.
    #[arg(long, default_value_t = 500)]
    millis: u64,
    /// Rounds of each case.
    #[arg(long, default_value_t = 40)]
    rounds: usize,
    /// Connections at once.
    #[arg(long, default_value_t = 32)]
    connections: usize,
}

#[derive(ClapArgs)]
pub(crate) struct ServeArgs {
    /// `bare` or `mtp`.
    case: String,
}

/// An answer of 300 bytes.
fn answer() -> Json<serde_json::Value> {
    Json(serde_json::json!({ "id": "0190b3e2-6c1f-7000-8000-000000000000", "text": "x".repeat(244) }))
}

/// The server: prints its address and the headers to send, then serves until it is killed.
pub(crate) fn serve(args: &ServeArgs) -> Result<(), Failure> {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    runtime.block_on(async {
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await?;
        let address = listener.local_addr()?;
        let router = Router::new().route("/thing", get(|| async { answer() }));
        let say = |headers: &str| {
            use std::io::Write;
            writeln!(std::io::stdout(), "{address} {headers}")
        };
        if args.case == "bare" {
            say("-")?;
            axum::serve(listener, router).await?;
            return Ok(());
        }
        // Spans are made and written, to nowhere: what a service in production pays for them.
        tracing_subscriber::fmt()
            .with_max_level(tracing_subscriber::filter::LevelFilter::INFO)
            .with_writer(std::io::sink)
            // No terminal, no colours.
            .with_ansi(false)
            .init();
        let folder = tempfile::tempdir()?;
        let fast = RateLimit::parse("1000000/s")?;
        let platform = Platform::builder("bench")
            .data_dir(folder.path())
            .limits(Limits::new(fast))
            .start()
            .await?;
        let tenant = platform.manager().create(TenantConfig::new("Acme")).await?;
        let grant = mtp::middleware::Grant::new(tenant.id.clone(), tenant.uid, "bench");
        let token = platform.tokens().issue(&grant)?;
        say(&format!("{} {}", tenant.id, token.token.expose()))?;
        platform.serve_with(listener, router).await?;
        Ok(())
    })
}

struct Server {
    child: Child,
    address: String,
    /// The headers that its chain demands.
    headers: String,
}

impl Drop for Server {
    fn drop(&mut self) {
        // It may be gone already; then there is nothing to do.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

impl Server {
    fn start(case: &str) -> Result<Self, Failure> {
        let mut child = Command::new("taskset")
            .args(["-c", "0"])
            .arg(std::env::current_exe()?)
            .args(["serve", case])
            .stdout(Stdio::piped())
            .spawn()?;
        let out = child.stdout.take().ok_or("the server has no output")?;
        let mut line = String::new();
        BufReader::new(out).read_line(&mut line)?;
        let mut words = line.split_whitespace();
        let address = words.next().ok_or("the server did not start")?.to_owned();
        let headers = match (words.next().filter(|w| *w != "-"), words.next()) {
            (Some(tenant), Some(token)) => format!("x-tenant-id: {tenant}\r\nauthorization: Bearer {token}\r\n"),
            _ => String::new(),
        };
        Ok(Self {
            child,
            address,
            headers,
        })
    }

    /// Seconds of CPU that the process has used, by the kernel's count.
    fn cpu_seconds(&self) -> Result<f64, Failure> {
        let stat = std::fs::read_to_string(format!("/proc/{}/stat", self.child.id()))?;
        let after = stat.rsplit_once(") ").ok_or("no process")?.1;
        let fields: Vec<&str> = after.split(' ').collect();
        let ticks: f64 =
            fields.get(11).ok_or("no utime")?.parse::<f64>()? + fields.get(12).ok_or("no stime")?.parse::<f64>()?;
        // USER_HZ is 100 on every Linux that we know.
        Ok(ticks / 100.0)
    }
}

/// Measures both cases in turns.
pub(crate) fn run(args: &Args, report: &Report) -> Result<(), Failure> {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    let servers = [("bare", Server::start("bare")?), ("mtp", Server::start("mtp")?)];
    // Both are sent the same bytes: what it costs to read a caller's headers off the wire is not the chain's.
    let headers = servers[1].1.headers.clone();
    // The load keeps off the server's core.
    let _ = Command::new("taskset")
        .args(["-cp", "1", &std::process::id().to_string()])
        .stdout(Stdio::null())
        .status();
    let mut rates = [Vec::new(), Vec::new()];
    let mut costs = [Vec::new(), Vec::new()];
    for round in 0..=args.rounds {
        for (at, (_, server)) in servers.iter().enumerate() {
            let before = server.cpu_seconds()?;
            let time = Duration::from_millis(args.millis);
            let request = format!("GET /thing HTTP/1.1\r\nhost: {}\r\n{headers}\r\n", server.address);
            let rate = runtime.block_on(load::run(&server.address, &request, args.connections, time))?;
            let cost = (server.cpu_seconds()? - before) * 1e6 / (rate * time.as_secs_f64());
            // The first round warms up.
            if round > 0 {
                rates[at].push(rate);
                costs[at].push(cost);
            }
        }
    }
    let rates = rates.map(median);
    let costs = costs.map(median);
    for (at, (case, _)) in servers.iter().enumerate() {
        let against = |values: &[f64; 2]| (at > 0).then(|| ("bare", values[0]));
        report.line(&Line {
            bench: "chain",
            case,
            metric: "requests_per_second",
            value: rates[at],
            unit: "1/s",
            baseline: against(&rates),
        });
        report.line(&Line {
            bench: "chain",
            case,
            metric: "server_cpu_per_request",
            value: costs[at],
            unit: "us",
            baseline: against(&costs),
        });
    }
    Ok(())
}
