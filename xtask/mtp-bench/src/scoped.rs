//! What the walls cost on PostgreSQL: statements through the tenant handle against raw sqlx on the same table without
//! row-level security, with the filter written by hand. The variants take turns within each round.

use std::{
    future::Future,
    pin::Pin,
    sync::Arc,
    time::{Duration, Instant},
};

use clap::Args as ClapArgs;
use mtp::{Dsn, Isolation, MasterKey, TenantConfig, TenantManager, core::TenantDb};
use sqlx::{Connection, PgPool, postgres::PgPoolOptions};

use crate::{
    Failure, ground,
    report::{Line, Report, median},
};

#[derive(ClapArgs)]
pub(crate) struct Args {
    /// A superuser's URL on a server that is the bench's own; `cargo xtask bench scoped` brings one up and gives it.
    #[arg(long, env = "MTP_TEST_POSTGRES_URL")]
    url: String,
    /// Milliseconds of each variant in each round.
    #[arg(long, default_value_t = 600)]
    millis: u64,
    /// Rounds.
    #[arg(long, default_value_t = 5)]
    rounds: usize,
}

const TABLE: &str = "CREATE TABLE items (
    tenant_id TEXT NOT NULL,
    id BIGINT NOT NULL,
    name TEXT NOT NULL,
    qty INTEGER NOT NULL,
    PRIMARY KEY (tenant_id, id)
);";
/// Rows of each tenant.
const ROWS: i64 = 10_000;
const KINDS: [&str; 4] = ["point", "list", "insert", "update"];

/// One way to run the four statements.
trait Variant: Send + Sync {
    fn run(&self, kind: &'static str, n: i64) -> Pin<Box<dyn Future<Output = Result<(), Failure>> + Send + '_>>;
}

struct Raw(PgPool);

impl Variant for Raw {
    fn run(&self, kind: &'static str, n: i64) -> Pin<Box<dyn Future<Output = Result<(), Failure>> + Send + '_>> {
        Box::pin(async move {
            match kind {
                "point" => {
                    let _: (i64, String, i32) =
                        sqlx::query_as("SELECT id, name, qty FROM items WHERE tenant_id = $1 AND id = $2")
                            .bind("acme")
                            .bind(n % ROWS)
                            .fetch_one(&self.0)
                            .await?;
                }
                "list" => {
                    let _: Vec<(i64, String, i32)> = sqlx::query_as(
                        "SELECT id, name, qty FROM items WHERE tenant_id = $1 AND id >= $2 ORDER BY id LIMIT 100",
                    )
                    .bind("acme")
                    .bind(n % (ROWS - 100))
                    .fetch_all(&self.0)
                    .await?;
                }
                "insert" => {
                    sqlx::query("INSERT INTO items (tenant_id, id, name, qty) VALUES ($1, $2, $3, $4)")
                        .bind("acme")
                        .bind(ROWS + n)
                        .bind("made by the bench")
                        .bind(1)
                        .execute(&self.0)
                        .await?;
                }
                _ => {
                    sqlx::query("UPDATE items SET qty = qty + 1 WHERE tenant_id = $1 AND id = $2")
                        .bind("acme")
                        .bind(n % ROWS)
                        .execute(&self.0)
                        .await?;
                }
            }
            Ok(())
        })
    }
}

impl Variant for TenantDb {
    fn run(&self, kind: &'static str, n: i64) -> Pin<Box<dyn Future<Output = Result<(), Failure>> + Send + '_>> {
        Box::pin(async move {
            match kind {
                "point" => {
                    let _: (i64, String, i32) = self
                        .query("SELECT id, name, qty FROM items WHERE id = $1")
                        .bind(n % ROWS)
                        .fetch_one()
                        .await?;
                }
                "list" => {
                    let _: Vec<(i64, String, i32)> = self
                        .query("SELECT id, name, qty FROM items WHERE id >= $1 ORDER BY id LIMIT 100")
                        .bind(n % (ROWS - 100))
                        .fetch_all()
                        .await?;
                }
                "insert" => {
                    self.query("INSERT INTO items (id, name, qty) VALUES ($1, $2, $3)")
                        .bind(ROWS + n)
                        .bind("made by the bench")
                        .bind(1)
                        .execute()
                        .await?;
                }
                _ => {
                    self.query("UPDATE items SET qty = qty + 1 WHERE id = $1")
                        .bind(n % ROWS)
                        .execute()
                        .await?;
                }
            }
            Ok(())
        })
    }
}

pub(crate) fn run(args: &Args, report: &Report) -> Result<(), Failure> {
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(2)
        .enable_all()
        .build()?;
    runtime.block_on(measure(args, report))
}

async fn measure(args: &Args, report: &Report) -> Result<(), Failure> {
    let url = ground::provisioner(&args.url).await?;
    // Without its ping before each statement, which a service that counts round trips switches off too.
    let raw = PgPoolOptions::new()
        .max_connections(8)
        .test_before_acquire(false)
        .connect(&url)
        .await?;
    sqlx::raw_sql(sqlx::AssertSqlSafe(TABLE)).execute(&raw).await?;
    sqlx::query("INSERT INTO items SELECT t, n, 'item ' || n, 1 FROM unnest(ARRAY['acme', 'bolt']) t, generate_series(0, $1 - 1) n")
        .bind(ROWS)
        .execute(&raw)
        .await?;
    let mut variants: Vec<(String, Arc<dyn Variant>)> = vec![("raw".into(), Arc::new(Raw(raw.clone())))];
    let manager = TenantManager::builder("bench", Dsn::parse(url)?)
        .master_key(MasterKey::generate()?)
        .migrations(&[(1, "items", TABLE)])
        .pool_size(8)
        .start()
        .await?;
    for isolation in [Isolation::Database, Isolation::Schema, Isolation::Shared] {
        let name = format!("acme-{isolation}");
        let tenant = manager
            .create(TenantConfig::new("Acme").id(name.parse()?).isolation(isolation))
            .await?;
        let db = manager.handle(&tenant.id).await?.db().clone();
        db.insert_many(
            "items",
            &["id", "name", "qty"],
            (0..ROWS).map(|n| vec![n.into(), format!("item {n}").into(), 1_i32.into()]),
        )
        .await?;
        variants.push((isolation.to_string(), Arc::new(db)));
        // Every side plans by statistics, as on a server that has run for a while.
        let database = tenant.placement.ok_or("a tenant without a place")?.database;
        let options = args
            .url
            .parse::<sqlx::postgres::PgConnectOptions>()?
            .database(&database);
        let mut conn = sqlx::PgConnection::connect_with(&options).await?;
        sqlx::query("ANALYZE").execute(&mut conn).await?;
    }
    sqlx::query("ANALYZE").execute(&raw).await?;

    for tasks in [1_usize, 8] {
        for kind in KINDS {
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
            let baseline = format!("postgres/raw/{kind}/{tasks}");
            for (at, (name, _)) in variants.iter().enumerate() {
                report.line(&Line {
                    bench: "scoped",
                    case: &format!("postgres/{name}/{kind}/{tasks}"),
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
async fn rate(variant: &Arc<dyn Variant>, kind: &'static str, tasks: usize, time: Duration) -> Result<f64, Failure> {
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
