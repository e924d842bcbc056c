//! django-tenants beside us: from PyPI into a folder of the bench's own, on the same server, in the same run.

use std::{path::PathBuf, time::Duration};

use sqlx::postgres::PgConnectOptions;
use tokio::process::Command;

use crate::{Failure, ground::TABLES};

/// Pinned, so that a run can be repeated.
const PACKAGES: [&str; 3] = ["Django==5.2.19", "django-tenants==4.0.1", "psycopg[binary]==3.3.9"];
/// The project: settings, a model of tenants, twelve tables.
const PROJECT: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/django");

/// A Django project with its own database on the bench's server.
#[derive(Debug)]
pub(crate) struct Django {
    packages: PathBuf,
    options: PgConnectOptions,
    password: String,
}

impl Django {
    /// Gets the packages and makes the database.
    pub(crate) async fn new(superuser: &str) -> Result<Self, Failure> {
        // Beside the folder of the bench's own program: `target/bench-django`.
        let program = std::env::current_exe()?;
        let target = program.ancestors().nth(2).ok_or("the bench lies in no target folder")?;
        let packages = target.join("bench-django");
        if !packages.join("done").is_file() {
            let mut pip = Command::new("python3");
            pip.args([
                "-m",
                "pip",
                "install",
                "--quiet",
                "--disable-pip-version-check",
                "--target",
            ]);
            pip.arg(&packages).args(PACKAGES);
            run(&mut pip).await?;
            std::fs::write(packages.join("done"), "")?;
        }
        let options: PgConnectOptions = superuser.parse()?;
        let pool = sqlx::PgPool::connect_with(options.clone()).await?;
        sqlx::raw_sql("CREATE DATABASE bench_django").execute(&pool).await?;
        pool.close().await;
        let password = superuser
            .split_once("//")
            .and_then(|(_, rest)| rest.split_once('@'))
            .and_then(|(user, _)| user.split_once(':'))
            .map_or("", |(_, password)| password)
            .to_owned();
        let options = options.database("bench_django");
        Ok(Self {
            packages,
            options,
            password,
        })
    }

    /// How long `migrate_schemas` takes where `n` tenants have everything: the command alone, without Python's start.
    pub(crate) async fn nothing(&self, n: usize) -> Result<Duration, Failure> {
        self.script(&["nothing", &n.to_string()]).await.map(|times| times[0])
    }

    /// How long the making of each of `n` tenants takes, one after the other.
    pub(crate) async fn create(&self, n: usize) -> Result<Vec<Duration>, Failure> {
        self.script(&["create", &n.to_string()]).await
    }

    async fn script(&self, args: &[&str]) -> Result<Vec<Duration>, Failure> {
        let mut python = Command::new("python3");
        python
            .arg("-B")
            .arg(format!("{PROJECT}/bench.py"))
            .args(args)
            .env("PYTHONPATH", &self.packages)
            .env("BENCH_HOST", self.options.get_host())
            .env("BENCH_PORT", self.options.get_port().to_string())
            .env("BENCH_USER", self.options.get_username())
            .env("BENCH_PASSWORD", &self.password)
            .env("BENCH_DATABASE", "bench_django")
            .env("BENCH_TABLES", TABLES.to_string());
        let said = run(&mut python).await?;
        let times: Result<Vec<f64>, _> = said.lines().map(str::parse).collect();
        let times: Vec<Duration> = times?.into_iter().map(Duration::from_secs_f64).collect();
        if times.is_empty() {
            return Err("django-tenants' script said no time".into());
        }
        Ok(times)
    }
}

async fn run(command: &mut Command) -> Result<String, Failure> {
    let output = command.stdin(std::process::Stdio::null()).output().await?;
    if !output.status.success() {
        let said = String::from_utf8_lossy(&output.stderr);
        let program = command.as_std().get_program().display();
        return Err(format!("{program} failed: {}", said.trim()).into());
    }
    Ok(String::from_utf8_lossy(&output.stdout).into_owned())
}
