//! A budget of connections that is far smaller than the number of tenants with a database each: traffic as real tenants
//! make it, and then one of them flooding.

use std::{
    sync::{
        Arc,
        atomic::{AtomicBool, AtomicU64, Ordering},
    },
    time::{Duration, Instant},
};

use clap::Args as ClapArgs;
use mtp::{Isolation, TenantManager, core::TenantHandle};

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
    /// Seconds of quiet traffic, and of traffic beside the flood.
    #[arg(long, default_value_t = 20)]
    seconds: u64,
    /// Requests that the flooding tenant always has on their way.
    #[arg(long, default_value_t = 100)]
    flood: usize,
}

/// How much more often the first tenant asks than the others: the n-th asks 1/n^1.1 as often.
const SKEW: f64 = 1.1;

pub(crate) fn run(args: &Args, report: &Report) -> Result<(), Failure> {
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(2)
        .enable_all()
        .build()?;
    runtime.block_on(measure(args, report))
}

async fn measure(args: &Args, report: &Report) -> Result<(), Failure> {
    let url = ground::provisioner(&args.url).await?;
    let files = [(1, "tables", &*ground::tables().leak())];
    let manager = ground::builder(&url, &files)?
        .hash_params(ground::cheap_hashes()?)
        .max_connections(args.budget)
        .start()
        .await?;
    ground::tenants(&manager, "p", Isolation::Database, args.tenants).await?;
    let mut handles = Vec::with_capacity(args.tenants);
    for n in 0..args.tenants {
        handles.push(manager.handle(&format!("p{n}").parse()?).await?);
    }
    let traffic = Traffic {
        skew: Skew::new(args.tenants),
        handles,
        rate: args.rate,
        time: Duration::from_secs(args.seconds),
    };
    let before = gauges(&manager);
    let quiet = traffic.run(None).await?;
    let after = gauges(&manager);
    #[expect(clippy::cast_precision_loss, reason = "counts of connections are far below 2^52")]
    let a_second = |n: u64| n as f64 / traffic.time.as_secs_f64();
    // One from the middle, which asks for little otherwise.
    let loud = args.tenants / 2;
    let stop = Arc::new(AtomicBool::new(false));
    let floods = (0..args.flood).map(|_| tokio::spawn(flood(traffic.handles[loud].clone(), stop.clone())));
    let floods: Vec<_> = floods.collect();
    let beside = traffic.run(Some(loud)).await?;
    stop.store(true, Ordering::Relaxed);
    let mut flooded = 0;
    for task in floods {
        flooded += task.await??;
    }

    let case = format!("postgres/database/{}", args.tenants);
    let of_flood = format!("{case}/flood");
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
    #[expect(clippy::cast_precision_loss, reason = "counts of requests are far below 2^52")]
    let count = |n: u64| n as f64;
    line(&case, "requests", count(quiet.requests), "requests", None);
    line(&case, "errors", count(quiet.errors), "errors", None);
    line(&case, "p50", quiet.percentile(0.5), "ms", None);
    line(&case, "p99", quiet.percentile(0.99), "ms", None);
    line(&case, "opens_per_second", a_second(after.0 - before.0), "1/s", None);
    line(&case, "evictions_per_second", a_second(after.1 - before.1), "1/s", None);
    line(
        &of_flood,
        "flood",
        count(flooded) / traffic.time.as_secs_f64(),
        "1/s",
        None,
    );
    line(&of_flood, "errors", count(beside.errors), "errors", None);
    let p99 = (case.as_str(), quiet.percentile(0.99));
    line(&of_flood, "p99", beside.percentile(0.99), "ms", Some(p99));
    Ok(())
}

/// Connections opened, and closed to make room for another's, since the start.
fn gauges(manager: &TenantManager) -> (u64, u64) {
    let gauges = manager.pool_gauges();
    let sum = |count: fn(&mtp::core::PoolGauges) -> u64| gauges.iter().map(|(_, g)| count(g)).sum();
    (sum(|g| g.opened), sum(|g| g.evicted))
}

/// One request: a statement that reads.
async fn ask(handle: &TenantHandle) -> mtp::core::Result<()> {
    let read = handle.db().query("SELECT count(*) FROM t01 WHERE id = 'x'");
    read.fetch_one::<(i64,)>().await.map(drop)
}

/// One of the flood's requests after the other; answers how many were answered.
async fn flood(handle: TenantHandle, stop: Arc<AtomicBool>) -> Result<u64, Failure> {
    let mut answered = 0;
    while !stop.load(Ordering::Relaxed) {
        // A request of the flood may be refused: its tenant's share is what it has.
        answered += u64::from(ask(&handle).await.is_ok());
    }
    Ok(answered)
}

struct Traffic {
    skew: Skew,
    handles: Vec<TenantHandle>,
    rate: u32,
    time: Duration,
}

/// What came of some traffic.
struct Seen {
    requests: u64,
    errors: u64,
    /// In milliseconds, smallest first.
    times: Vec<f64>,
}

impl Seen {
    fn percentile(&self, share: f64) -> f64 {
        #[expect(
            clippy::cast_precision_loss,
            clippy::cast_possible_truncation,
            clippy::cast_sign_loss,
            reason = "a share of a count of requests"
        )]
        let at = (self.times.len() as f64 * share) as usize;
        self.times
            .get(at.min(self.times.len().saturating_sub(1)))
            .copied()
            .unwrap_or(f64::NAN)
    }
}

impl Traffic {
    /// Sends requests at their times, whether those before are answered or not; a request's time counts from when it
    /// was due.
    async fn run(&self, but: Option<usize>) -> Result<Seen, Failure> {
        let errors = Arc::new(AtomicU64::new(0));
        let (began, pause) = (Instant::now(), Duration::from_secs(1) / self.rate);
        let mut random = Random(0x9e37_79b9_7f4a_7c15);
        let mut running = Vec::new();
        let mut due = began;
        while due.duration_since(began) < self.time {
            tokio::time::sleep_until(due.into()).await;
            let tenant = self.skew.pick(&mut random);
            if Some(tenant) != but {
                let (handle, errors, due) = (self.handles[tenant].clone(), errors.clone(), due);
                running.push(tokio::spawn(async move {
                    if ask(&handle).await.is_err() {
                        errors.fetch_add(1, Ordering::Relaxed);
                    }
                    due.elapsed().as_secs_f64() * 1000.0
                }));
            }
            due += pause;
        }
        let mut times = Vec::with_capacity(running.len());
        for task in running {
            times.push(task.await?);
        }
        times.sort_by(f64::total_cmp);
        Ok(Seen {
            requests: times.len() as u64,
            errors: errors.load(Ordering::Relaxed),
            times,
        })
    }
}

/// The tenants by how often they ask.
struct Skew(Vec<f64>);

impl Skew {
    fn new(tenants: usize) -> Self {
        let mut sum = 0.0;
        let mut upto = Vec::with_capacity(tenants);
        for n in 1..=tenants {
            #[expect(clippy::cast_precision_loss, reason = "a number of tenants")]
            let n = n as f64;
            sum += n.powf(-SKEW);
            upto.push(sum);
        }
        Self(upto)
    }

    fn pick(&self, random: &mut Random) -> usize {
        let whole = self.0.last().copied().unwrap_or(0.0);
        let at = random.share() * whole;
        self.0
            .partition_point(|upto| *upto < at)
            .min(self.0.len().saturating_sub(1))
    }
}

/// Numbers that look random and are the same in each run (xorshift).
struct Random(u64);

impl Random {
    fn share(&mut self) -> f64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        #[expect(clippy::cast_precision_loss, reason = "53 bits are kept")]
        let share = (self.0 >> 11) as f64 / (1_u64 << 53) as f64;
        share
    }
}
