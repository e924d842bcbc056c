//! What a new tenant costs: made from the template, and from the warm pool, against raw SQL by one connection (a role, a
//! copy of a database, grants), and against django-tenants' creation of a schema with as many tables.

use std::time::{Duration, Instant};

use clap::Args as ClapArgs;
use mtp::{Isolation, TenantConfig, TenantManager};
use sqlx::{AssertSqlSafe, Connection, Executor, PgConnection};

use crate::{
    Failure,
    django::Django,
    ground,
    report::{Line, Report, median},
};

#[derive(ClapArgs)]
pub(crate) struct Args {
    /// A superuser's URL on a server that is the bench's own; `cargo xtask bench provision` brings one up and gives it.
    #[arg(long, env = "MTP_TEST_POSTGRES_URL")]
    url: String,
    /// Tenants that are made each way.
    #[arg(long, default_value_t = 20)]
    tenants: usize,
    /// Leave django-tenants out.
    #[arg(long)]
    no_django: bool,
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
    let files = [(1, "tables", &*ground::tables().leak())];
    let manager = ground::builder(&url, &files)?.background(false).start().await?;
    // The first tenant makes the template.
    create(&manager, "first", Isolation::Database).await?;

    let mut raw = Raw::new(&url).await?;
    let (mut plain, mut ours, mut schemas) = (Vec::new(), Vec::new(), Vec::new());
    // They take turns, so that what the machine is busy with meets all alike.
    for n in 0..args.tenants {
        plain.push(raw.make(n).await?.as_secs_f64());
        ours.push(
            create(&manager, &format!("d{n}"), Isolation::Database)
                .await?
                .as_secs_f64(),
        );
        schemas.push(
            create(&manager, &format!("s{n}"), Isolation::Schema)
                .await?
                .as_secs_f64(),
        );
    }
    drop(manager);
    let n = args.tenants;
    let raw = (format!("raw/postgres/database/{n}"), median(plain));
    line(report, &raw.0, raw.1, None);
    let of_raw = Some((raw.0.as_str(), raw.1));
    line(report, &format!("postgres/database/{n}"), median(ours), of_raw);

    let manager = ground::builder(&url, &files)?.warm_tenants(n).start().await?;
    while manager.warm_tenants().await? < n {
        tokio::time::sleep(Duration::from_millis(200)).await;
    }
    let mut warm = Vec::new();
    for at in 0..n {
        warm.push(
            create(&manager, &format!("w{at}"), Isolation::Database)
                .await?
                .as_secs_f64(),
        );
    }
    drop(manager);
    line(report, &format!("postgres/warm/{n}"), median(warm), of_raw);
    let schemas = median(schemas);
    let mut of_django = None;
    let case = format!("django/schema/{n}");
    if !args.no_django {
        let times = Django::new(&args.url).await?.create(n).await?;
        let django = median(times.iter().map(Duration::as_secs_f64).collect());
        line(report, &case, django, None);
        of_django = Some((case.as_str(), django));
    }
    line(report, &format!("postgres/schema/{n}"), schemas, of_django);
    Ok(())
}

fn line(report: &Report, case: &str, seconds: f64, baseline: Option<(&str, f64)>) {
    report.line(&Line {
        bench: "provision",
        case,
        metric: "milliseconds",
        value: seconds * 1000.0,
        unit: "ms",
        baseline: baseline.map(|(case, seconds)| (case, seconds * 1000.0)),
    });
}

/// From the call to its answer: the tenant is served then, and its credentials are in the answer.
async fn create(manager: &TenantManager, id: &str, isolation: Isolation) -> Result<Duration, Failure> {
    let began = Instant::now();
    let tenant = manager
        .create(TenantConfig::new("T").id(id.parse()?).isolation(isolation))
        .await?;
    let took = began.elapsed();
    if tenant.admin_credentials.and_then(|c| c.password).is_none() {
        return Err("a tenant was made without credentials".into());
    }
    Ok(took)
}

/// A plain program with one connection, and a template of its own with the same tables.
struct Raw {
    conn: PgConnection,
}

impl Raw {
    async fn new(url: &str) -> Result<Self, Failure> {
        let options: sqlx::postgres::PgConnectOptions = url.parse()?;
        let mut conn = PgConnection::connect_with(&options).await?;
        conn.execute("CREATE DATABASE raw_template TEMPLATE template0").await?;
        let mut inside = PgConnection::connect_with(&options.database("raw_template")).await?;
        inside
            .execute(sqlx::raw_sql(AssertSqlSafe(format!(
                "CREATE SCHEMA app; SET search_path = app; {}",
                ground::tables()
            ))))
            .await?;
        inside.close().await?;
        Ok(Self { conn })
    }

    async fn make(&mut self, n: usize) -> Result<Duration, Failure> {
        let began = Instant::now();
        for sql in [
            format!("CREATE ROLE raw_{n} LOGIN PASSWORD 'raw-{n}-0123456789abcdef'"),
            format!("CREATE DATABASE raw_{n} TEMPLATE raw_template"),
            format!("REVOKE ALL ON DATABASE raw_{n} FROM PUBLIC"),
            format!("GRANT CONNECT ON DATABASE raw_{n} TO raw_{n}"),
        ] {
            self.conn.execute(sqlx::raw_sql(AssertSqlSafe(sql))).await?;
        }
        Ok(began.elapsed())
    }
}
