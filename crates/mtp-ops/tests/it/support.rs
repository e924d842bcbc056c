//! A service in a folder, its operator, and what was printed.

use std::{
    io::{self, Cursor, Write},
    path::{Path, PathBuf},
    process::ExitCode,
    sync::{Arc, Mutex},
};

use mtp_core::{Dsn, HashParams, MasterKey, TenantManager, TenantManagerBuilder};
use mtp_ops::Setup;
use serde_json::Value;

pub(crate) const MASTER: &str = "6f1d2c3b4a59687786957483726150c1d2e3f405162738495a6b7c8d9eafb0c1";
pub(crate) const OTHER: &str = "0f1d2c3b4a59687786957483726150c1d2e3f405162738495a6b7c8d9eafb0c2";
const NOTES: &str =
    "CREATE TABLE notes (tenant_id TEXT NOT NULL, id TEXT NOT NULL, body TEXT, PRIMARY KEY (tenant_id, id));";

#[derive(Clone, Default)]
struct Printed(Arc<Mutex<Vec<u8>>>);

impl Write for Printed {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.lock().unwrap().write(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

impl Printed {
    fn text(&self) -> String {
        String::from_utf8(self.0.lock().unwrap().clone()).unwrap()
    }
}

/// What a call of the command line came to.
#[derive(Debug)]
pub(crate) struct Call {
    pub(crate) status: ExitCode,
    pub(crate) out: String,
    pub(crate) err: String,
}

impl Call {
    /// It went well.
    #[track_caller]
    pub(crate) fn good(self) -> Self {
        assert_eq!(self.status, ExitCode::SUCCESS, "{self:?}");
        self
    }

    /// It ended with this status.
    #[track_caller]
    pub(crate) fn ended(self, status: u8) -> Self {
        assert_eq!(self.status, ExitCode::from(status), "{self:?}");
        self
    }

    #[track_caller]
    pub(crate) fn json(&self) -> Value {
        serde_json::from_str(&self.out).unwrap_or_else(|e| panic!("{e}: {self:?}"))
    }
}

/// A service whose files are in a folder.
pub(crate) struct Service {
    pub(crate) folder: tempfile::TempDir,
    pub(crate) master: &'static str,
    pub(crate) prefix: Option<&'static str>,
    pub(crate) central: Option<String>,
}

impl Service {
    pub(crate) fn new() -> Self {
        let service = Self {
            folder: tempfile::tempdir().unwrap(),
            master: MASTER,
            prefix: None,
            central: None,
        };
        service.file("0001_notes.sql", NOTES);
        service
    }

    pub(crate) fn path(&self) -> &Path {
        self.folder.path()
    }

    pub(crate) fn file(&self, name: &str, sql: &str) -> PathBuf {
        let folder = self.path().join("migrations");
        std::fs::create_dir_all(&folder).unwrap();
        let file = folder.join(name);
        std::fs::write(&file, sql).unwrap();
        file
    }

    pub(crate) fn builder(&self) -> TenantManagerBuilder {
        let url = self
            .central
            .clone()
            .unwrap_or_else(|| format!("sqlite://{}/central.sqlite", self.path().display()));
        let builder = TenantManager::builder("notes", Dsn::parse(url).unwrap())
            .master_key(MasterKey::parse(self.master).unwrap())
            .migrations_from(self.path().join("migrations"))
            .hash_params(HashParams::new(7168, 5, 1).unwrap());
        match self.prefix {
            Some(prefix) => builder.tenant_db_prefix(prefix),
            None => builder,
        }
    }

    pub(crate) async fn call(&self, line: &str) -> Call {
        self.call_with(line, "").await
    }

    pub(crate) async fn call_with(&self, line: &str, input: &str) -> Call {
        call(line, input, self.builder().into()).await
    }
}

/// Runs a command line; arguments stand between blanks, and `_` in them for a blank.
pub(crate) async fn call(line: &str, input: &str, setup: Setup) -> Call {
    let (out, err) = (Printed::default(), Printed::default());
    let setup = setup
        .print_to(out.clone(), err.clone())
        .read_from(Cursor::new(input.to_owned()));
    let args = std::iter::once("notes".to_owned()).chain(line.split_whitespace().map(|a| a.replace('_', " ")));
    let status = mtp_ops::run(args, setup).await;
    Call {
        status,
        out: out.text(),
        err: err.text(),
    }
}
