//! One migration over many tenants: the fleet runner against the same DDL sent by one plain program that connects where
//! it must; and a pass with nothing to do, against `migrate_schemas` of django-tenants.

mod plain;

use std::time::{Duration, Instant};

use clap::Args as ClapArgs;
use mtp::{
    Isolation, TenantManager,
    core::{FleetOptions, TenantFilter},
};
use sqlx::{Connection, Executor, PgConnection};

use crate::{
    Failure,
    django::Django,
    fleet::plain::{Ground, mariadb, postgres, sqlite},
    ground,
    report::{Line, Report, median},
};

#[derive(ClapArgs)]
pub(crate) struct Args {
    /// A superuser's URL on a server that is the bench's own; `cargo xtask bench fleet` brings one up and gives it.
    #[arg(long, env = "MTP_TEST_POSTGRES_URL")]
    url: String,
    /// The same of MariaDB; without it that is left out.
    #[arg(long, env = "MTP_TEST_MARIADB_URL")]
    mariadb_url: Option<String>,
    /// Tenants of each kind.
    #[arg(long, default_value_t = 100)]
    tenants: usize,
    /// Tenants in the catalogue for a pass with nothing to do.
    #[arg(long, default_value_t = 10_000)]
    nothing: usize,
    /// Which kinds of place.
    #[arg(long, value_delimiter = ',', default_value = "schema,database,file,mariadb")]
    kinds: Vec<String>,
    /// Places that are migrated at once; the runner's default where it is not said.
    #[arg(long, default_value_t = mtp::core::limits::DEFAULT_FLEET_JOBS)]
    jobs: usize,
    /// Leave django-tenants out.
    #[arg(long)]
    no_django: bool,
}

/// The measured migration; the plain program's differs in the column's name only.
const CHANGE: &str = "ALTER TABLE t01 ADD COLUMN added TEXT; CREATE INDEX t01_added ON t01 (tenant_id, added);";

/// The same where a key needs a length.
const MARIADB_CHANGE: &str =
    "ALTER TABLE t01 ADD COLUMN added VARCHAR(100); CREATE INDEX t01_added ON t01 (tenant_id, added);";

pub(crate) fn run(args: &Args, report: &Report) -> Result<(), Failure> {
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(2)
        .enable_all()
        .build()?;
    runtime.block_on(measure(args, report))
}

async fn measure(args: &Args, report: &Report) -> Result<(), Failure> {
    let url = ground::provisioner(&args.url).await?;
    let tables: &'static str = ground::tables().leak();
    let old = [(1, "tables", tables)];
    let new = [(1, "tables", tables), (2, "change", CHANGE)];
    let wants = |kind: &str| args.kinds.iter().any(|k| k == kind);
    for isolation in [Isolation::Schema, Isolation::Database] {
        if !wants(isolation.as_str()) {
            continue;
        }
        let prefix = &isolation.as_str()[..1];
        let manager = ground::builder(&url, &old)?
            .hash_params(ground::cheap_hashes()?)
            .background(false)
            .start()
            .await?;
        ground::tenants(&manager, prefix, isolation, args.tenants).await?;
        let grounds = grounds(&manager, prefix, |database, schema| (database, schema)).await?;
        drop(manager);
        let manager = ground::builder(&url, &new)?.background(false).start().await?;
        let plain = |name: &'static str| postgres(&url, isolation, &grounds, name);
        let before = plain("plain_before").await?;
        let took = pass(&manager, args, prefix).await?;
        let after = plain("plain_after").await?;
        line(
            report,
            &format!("postgres/{isolation}/{}", args.tenants),
            took,
            before,
            after,
        );
    }
    if wants("file") {
        let folder = tempfile::tempdir()?;
        let url = format!("sqlite://{}/central.sqlite", folder.path().display());
        let manager = ground::builder(&url, &old)?
            .hash_params(ground::cheap_hashes()?)
            .background(false)
            .start()
            .await?;
        ground::tenants(&manager, "f", Isolation::Database, args.tenants).await?;
        let files: Vec<Ground> = grounds(&manager, "f", |database, _| {
            let file = folder.path().join("bench-tenants").join(format!("{database}.sqlite"));
            (file.display().to_string(), String::new())
        })
        .await?;
        drop(manager);
        let manager = ground::builder(&url, &new)?.background(false).start().await?;
        let before = sqlite(&files, "plain_before").await?;
        let took = pass(&manager, args, "f").await?;
        let after = sqlite(&files, "plain_after").await?;
        line(
            report,
            &format!("sqlite/database/{}", args.tenants),
            took,
            before,
            after,
        );
    }
    if wants("mariadb")
        && let Some(superuser) = &args.mariadb_url
    {
        on_mariadb(args, report, superuser).await?;
    }
    nothing(args, report, &url, tables).await
}

async fn on_mariadb(args: &Args, report: &Report, superuser: &str) -> Result<(), Failure> {
    let url = ground::mariadb_provisioner(superuser).await?;
    let tables: &'static str = ground::mariadb_tables().leak();
    let manager = ground::builder(&url, &[(1, "tables", tables)])?
        .hash_params(ground::cheap_hashes()?)
        .background(false)
        .start()
        .await?;
    ground::tenants(&manager, "m", Isolation::Database, args.tenants).await?;
    let grounds = grounds(&manager, "m", |database, schema| (database, schema)).await?;
    drop(manager);
    let manager = ground::builder(&url, &[(1, "tables", tables), (2, "change", MARIADB_CHANGE)])?
        .background(false)
        .start()
        .await?;
    let before = mariadb(&url, &grounds, "plain_before").await?;
    let took = pass(&manager, args, "m").await?;
    let after = mariadb(&url, &grounds, "plain_after").await?;
    line(
        report,
        &format!("mariadb/database/{}", args.tenants),
        took,
        before,
        after,
    );
    Ok(())
}

/// Where the tenants are, oldest first.
async fn grounds(
    manager: &TenantManager,
    prefix: &str,
    of: impl Fn(String, String) -> (String, String),
) -> Result<Vec<Ground>, Failure> {
    let mut grounds = Vec::new();
    let mut filter = TenantFilter::default().prefix(prefix).limit(1000);
    loop {
        let page = manager.list(&filter).await?;
        for tenant in page.items {
            let placement = tenant.placement.ok_or("a tenant has no place")?;
            let (database, schema) = of(placement.database, placement.schema.unwrap_or_default());
            grounds.push(Ground { database, schema });
        }
        match page.next {
            Some(next) => filter = filter.after(next),
            None => return Ok(grounds),
        }
    }
}

/// The pass, from its plan to its report.
async fn pass(manager: &TenantManager, args: &Args, prefix: &str) -> Result<Duration, Failure> {
    let options = FleetOptions::default().prefix(prefix).jobs(args.jobs);
    let began = Instant::now();
    let report = manager.fleet().run(&options).await?;
    let took = began.elapsed();
    if !report.is_complete() || report.migrated != args.tenants as u64 {
        return Err(format!("the pass did not do its work: {report:?}").into());
    }
    Ok(took)
}

/// The plain program went before and after, so that who finds the server's memory warm is both; its mean counts.
fn line(report: &Report, case: &str, took: Duration, before: Duration, after: Duration) {
    let plain = f64::midpoint(before.as_secs_f64(), after.as_secs_f64());
    let raw = format!("raw/{case}");
    for (case, value, baseline) in [
        (raw.as_str(), plain, None),
        (case, took.as_secs_f64(), Some((raw.as_str(), plain))),
    ] {
        report.line(&Line {
            bench: "fleet",
            case,
            metric: "seconds",
            value,
            unit: "s",
            baseline,
        });
    }
}

/// A pass that finds nothing to do: over as many tenants as the others had, beside django-tenants with as many schemas,
/// and over a large catalogue.
async fn nothing(args: &Args, report: &Report, url: &str, tables: &'static str) -> Result<(), Failure> {
    let files = [(1, "tables", tables)];
    let central = url.replace("/bench_central", "/bench_nothing");
    let options: sqlx::postgres::PgConnectOptions = url.parse()?;
    let mut conn = PgConnection::connect_with(&options).await?;
    conn.execute("CREATE DATABASE bench_nothing").await?;
    let seconds = |value: f64, case: &str, baseline: Option<(&str, f64)>| {
        report.line(&Line {
            bench: "fleet",
            case,
            metric: "seconds",
            value,
            unit: "s",
            baseline,
        });
    };
    let manager = TenantManager::builder("idle", mtp::Dsn::parse(central.clone())?)
        .master_key(mtp::MasterKey::generate()?)
        .migrations(&files)
        .background(false)
        .start()
        .await?;
    ground::tenants(&manager, "x", Isolation::Schema, 1).await?;
    let mut conn = PgConnection::connect(&central).await?;
    let (mut have, mut took) = (1, Vec::new());
    for n in [args.tenants, args.nothing] {
        // Rows are all that such a pass looks at.
        sqlx::query(
            "INSERT INTO mtp_central.tenants (service, uid, id, id_slot, name, state, features, metadata, isolation, server, \
               placement, url, admin_username, request, schema_version, generation, created_at, updated_at) \
             SELECT service, '01900000-0000-7000-8000-' || lpad(i::text, 12, '0'), 'y' || i, 'y' || i, name, state, features, \
               metadata, isolation, server, placement, url, admin_username, request, schema_version, generation, created_at, \
               updated_at FROM mtp_central.tenants, generate_series($1::bigint, $2::bigint - 1) i WHERE id = 'x0'",
        )
        .bind(i64::try_from(have)?)
        .bind(i64::try_from(n)?)
        .execute(&mut conn)
        .await?;
        have = have.max(n);
        let mut times = Vec::new();
        for _ in 0..5 {
            let began = Instant::now();
            let done = manager.fleet().run(&FleetOptions::default()).await?;
            times.push(began.elapsed().as_secs_f64());
            if !done.places.is_empty() {
                return Err("a pass with nothing to do found something".into());
            }
        }
        took.push(median(times));
    }
    if !args.no_django {
        let django = Django::new(&args.url).await?.nothing(args.tenants).await?.as_secs_f64();
        let case = format!("django/nothing/{}", args.tenants);
        seconds(django, &case, None);
        seconds(
            took[0],
            &format!("postgres/nothing/{}", args.tenants),
            Some((&case, django)),
        );
    }
    seconds(took[1], &format!("postgres/nothing/{}", args.nothing), None);
    Ok(())
}
