//! What the walls cost: statements through the tenant handle against raw sqlx on the same table without any wall of the
//! server's, with the filter written by hand. The variants take turns within each round.

mod mariadb;
mod postgres;
mod raw;
mod walled;

use std::{
    future::Future,
    pin::Pin,
    sync::Arc,
    time::{Duration, Instant},
};

use clap::{Args as ClapArgs, ValueEnum};

use crate::{
    Failure,
    report::{Line, Report, median},
};

#[derive(ClapArgs)]
pub(crate) struct Args {
    /// A superuser's URL on a PostgreSQL that is the bench's own; `cargo xtask bench scoped` brings one up and gives it.
    #[arg(long, env = "MTP_TEST_POSTGRES_URL")]
    url: Option<String>,
    /// The same on MariaDB.
    #[arg(long, env = "MTP_TEST_MARIADB_URL")]
    mariadb_url: Option<String>,
    /// On this database only.
    #[arg(long)]
    on: Option<On>,
    /// Milliseconds of each variant in each round.
    #[arg(long, default_value_t = 600)]
    millis: u64,
    /// Rounds.
    #[arg(long, default_value_t = 5)]
    rounds: usize,
}

#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
enum On {
    Postgres,
    Mariadb,
}

/// Rows of each tenant.
const ROWS: i64 = 10_000;
/// Rows of a list.
const LIST: i64 = 100;
/// Connections of each variant.
const CONNECTIONS: u32 = 8;
/// The tenant whose rows are read and written, where the filter is written by hand.
const TENANT: &str = "acme";

/// One of the four statements.
#[derive(Clone, Copy)]
enum Kind {
    Point,
    List,
    Insert,
    Update,
}

impl Kind {
    const ALL: [(Self, &str); 4] = [
        (Self::Point, "point"),
        (Self::List, "list"),
        (Self::Insert, "insert"),
        (Self::Update, "update"),
    ];
}

/// What one statement is done by.
type Done<'a> = Pin<Box<dyn Future<Output = Result<(), Failure>> + Send + 'a>>;

/// One way to run the four statements.
trait Variant: Send + Sync {
    /// Runs one; `n` says on which row.
    fn run(&self, kind: Kind, n: i64) -> Done<'_>;
}

/// A variant with its name; the first of several is the baseline.
type Named = (String, Arc<dyn Variant>);

pub(crate) fn run(args: &Args, report: &Report) -> Result<(), Failure> {
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(2)
        .enable_all()
        .build()?;
    runtime.block_on(async {
        let wanted = |on| args.on.is_none_or(|only| only == on);
        if wanted(On::Postgres) {
            let url = args.url.as_deref().ok_or("no PostgreSQL: give --url")?;
            compare("postgres", &postgres::variants(url).await?, args, report).await?;
        }
        if wanted(On::Mariadb) {
            let url = args.mariadb_url.as_deref().ok_or("no MariaDB: give --mariadb-url")?;
            compare("mariadb", &mariadb::variants(url).await?, args, report).await?;
        }
        Ok(())
    })
}

async fn compare(database: &str, variants: &[Named], args: &Args, report: &Report) -> Result<(), Failure> {
    for tasks in [1_usize, 8] {
        for (kind, of_kind) in Kind::ALL {
            let mut rates = vec![Vec::new(); variants.len()];
            for round in 0..=args.rounds {
                for (at, (_, variant)) in variants.iter().enumerate() {
                    let rate = rate(variant, kind, tasks, Duration::from_millis(args.millis)).await?;
                    // The first round warms up.
                    if round > 0 {
                        rates[at].push(rate);
                    }
                }
            }
            let rates: Vec<f64> = rates.into_iter().map(median).collect();
            let baseline = format!("{database}/raw/{of_kind}/{tasks}");
            for (at, (name, _)) in variants.iter().enumerate() {
                report.line(&Line {
                    bench: "scoped",
                    case: &format!("{database}/{name}/{of_kind}/{tasks}"),
                    metric: "statements_per_second",
                    value: rates[at],
                    unit: "1/s",
                    baseline: (at > 0).then_some((baseline.as_str(), rates[0])),
                });
            }
        }
    }
    Ok(())
}

/// Statements a second by `tasks` tasks at once. Each call counts on, so that inserts never meet a row.
async fn rate(variant: &Arc<dyn Variant>, kind: Kind, tasks: usize, time: Duration) -> Result<f64, Failure> {
    static NEXT: std::sync::atomic::AtomicI64 = std::sync::atomic::AtomicI64::new(0);
    let start = Instant::now();
    let mut running = Vec::new();
    for _ in 0..tasks {
        let variant = variant.clone();
        running.push(tokio::spawn(async move {
            let mut done = 0_u64;
            while start.elapsed() < time {
                let n = NEXT.fetch_add(1, std::sync::atomic::Ordering::Relaxed);
                variant.run(kind, n).await?;
                done += 1;
            }
            Ok::<_, Failure>(done)
        }));
    }
    let mut done = 0;
    for task in running {
        done += task.await??;
    }
    #[expect(clippy::cast_precision_loss, reason = "counts of statements are far below 2^52")]
    Ok(done as f64 / start.elapsed().as_secs_f64())
}
