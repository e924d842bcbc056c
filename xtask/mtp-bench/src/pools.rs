//! A budget of connections that is far smaller than the number of tenants with a database each: traffic as real tenants
//! make it, then one of them flooding the service, and then one flooding past the service's limits.
//!
//! Every request goes through the whole chain (tenant, token, rate limit with its default) to a handler that reads from
//! the tenant's database. There is no network, so that the load costs little of what it measures.

mod traffic;

use std::{
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    time::Duration,
};

use axum::{Json, Router, routing::get};
use clap::Args as ClapArgs;
use mtp::{Dsn, Isolation, LocalKeys, Platform, Problem, TenantDb, TenantManager};

use self::traffic::{Caller, Traffic};
use crate::{
    Failure, ground,
    report::{Line, Report},
};

#[derive(ClapArgs)]
pub(crate) struct Args {
    /// A superuser's URL on a server that is the bench's own; `cargo xtask bench pools` brings one up and gives it.
    #[arg(long, env = "MTP_TEST_POSTGRES_URL")]
    url: String,
    /// Tenants, each with its own database.
    #[arg(long, default_value_t = 200)]
    tenants: usize,
    /// Connections for all of them.
    #[arg(long, default_value_t = 50)]
    budget: u32,
    /// Requests a second.
    #[arg(long, default_value_t = 150)]
    rate: u32,
    /// Seconds of quiet traffic, and of traffic beside each flood.
    #[arg(long, default_value_t = 20)]
    seconds: u64,
    /// Requests a second of the flooding tenant.
    #[arg(long, default_value_t = 1500)]
    flood_rate: u32,
    /// Statements that the tenant which floods past the limits always has on their way.
    #[arg(long, default_value_t = 100)]
    flood_statements: usize,
}

/// What each request reads.
const READ: &str = "SELECT count(*) FROM t01 WHERE id = 'x'";

pub(crate) fn run(args: &Args, report: &Report) -> Result<(), Failure> {
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(2)
        .enable_all()
        .build()?;
    runtime.block_on(measure(args, report))
}

async fn count(db: TenantDb) -> Result<Json<i64>, Problem> {
    let (n,): (i64,) = db.query(READ).fetch_one().await?;
    Ok(Json(n))
}

async fn measure(args: &Args, report: &Report) -> Result<(), Failure> {
    let url = ground::provisioner(&args.url).await?;
    let (budget, hashes) = (args.budget, ground::cheap_hashes()?);
    let platform = Platform::builder("bench")
        .central_db_url(Dsn::parse(url)?)
        .master_keys(LocalKeys::new(ground::master_key()?))
        .migrations(&[(1, "tables", &*ground::tables().leak())])
        .manager(move |m| m.max_connections(budget).hash_params(hashes))
        .start()
        .await?;
    let manager = platform.manager();
    ground::tenants(manager, "p", Isolation::Database, args.tenants).await?;
    let mut callers = Vec::with_capacity(args.tenants);
    for n in 0..args.tenants {
        let handle = manager.handle(&format!("p{n}").parse()?).await?;
        callers.push(Caller::new(&platform, &handle)?);
    }
    let app = platform.wrap(Router::new().route("/count", get(count)))?;
    let traffic = Traffic::new(app, callers, args.rate, Duration::from_secs(args.seconds));

    let before = gauges(manager);
    let quiet = traffic.run(None).await?;
    let after = gauges(manager);
    // One from the middle, which asks for little otherwise.
    let loud = args.tenants / 2;
    let flood = traffic.flood(loud, args.flood_rate);
    let (beside, flooded) = tokio::join!(traffic.run(Some(loud)), flood);
    let (beside, flooded) = (beside?, flooded?);
    let past = past_the_limits(args, manager, &traffic, loud).await?;

    #[expect(
        clippy::cast_precision_loss,
        reason = "counts of requests and connections are far below 2^52"
    )]
    let (count, a_second) = (|n: u64| n as f64, |n: u64| n as f64 / args.seconds as f64);
    let case = format!("postgres/database/{}", args.tenants);
    let line = |case: &str, metric: &str, value: f64, unit: &str, baseline: Option<(&str, f64)>| {
        report.line(&Line {
            bench: "pools",
            case,
            metric,
            value,
            unit,
            baseline,
        });
    };
    line(&case, "requests", count(quiet.requests), "requests", None);
    line(&case, "errors", count(quiet.errors), "requests", None);
    line(&case, "p50", quiet.percentile(0.5), "ms", None);
    line(&case, "p99", quiet.percentile(0.99), "ms", None);
    line(&case, "opens_per_second", a_second(after.0 - before.0), "1/s", None);
    line(&case, "evictions_per_second", a_second(after.1 - before.1), "1/s", None);
    let p99 = (case.as_str(), quiet.percentile(0.99));
    let of_flood = format!("{case}/flood");
    line(&of_flood, "asked", a_second(flooded.requests), "1/s", None);
    line(&of_flood, "limited", a_second(flooded.limited), "1/s", None);
    line(&of_flood, "errors", count(beside.errors), "requests", None);
    line(&of_flood, "p99", beside.percentile(0.99), "ms", Some(p99));
    let of_past = format!("{case}/flood-of-statements");
    line(&of_past, "statements", a_second(past.0), "1/s", None);
    line(&of_past, "errors", count(past.1.errors), "requests", None);
    line(&of_past, "p99", past.1.percentile(0.99), "ms", Some(p99));
    Ok(())
}

/// Traffic beside a tenant that no limit of requests holds back: a job of the service's own that reads as fast as it
/// may. Only the tenant's share of connections stands between it and the others. Answers its statements too.
async fn past_the_limits(
    args: &Args,
    manager: &TenantManager,
    traffic: &Traffic,
    loud: usize,
) -> Result<(u64, traffic::Seen), Failure> {
    let stop = Arc::new(AtomicBool::new(false));
    let handle = manager.handle(&format!("p{loud}").parse()?).await?;
    let floods: Vec<_> = (0..args.flood_statements)
        .map(|_| {
            let (handle, stop) = (handle.clone(), Arc::clone(&stop));
            tokio::spawn(async move {
                let mut answered = 0;
                while !stop.load(Ordering::Relaxed) {
                    // One may be refused: the tenant's share is what it has.
                    let read = handle.db().query(READ).fetch_one::<(i64,)>().await;
                    answered += u64::from(read.is_ok());
                }
                answered
            })
        })
        .collect();
    let beside = traffic.run(Some(loud)).await?;
    stop.store(true, Ordering::Relaxed);
    let mut statements = 0;
    for task in floods {
        statements += task.await?;
    }
    Ok((statements, beside))
}

/// Connections opened, and closed to make room for another's, since the start.
fn gauges(manager: &TenantManager) -> (u64, u64) {
    let gauges = manager.pool_gauges();
    let sum = |count: fn(&mtp::core::PoolGauges) -> u64| gauges.iter().map(|(_, g)| count(g)).sum();
    (sum(|g| g.opened), sum(|g| g.evicted))
}
