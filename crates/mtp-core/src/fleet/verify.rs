//! Compares every ledger with the files, and with what the catalogue believes.

use std::collections::{BTreeMap, HashSet};

use futures::{StreamExt, future::join_all, stream};
use serde::Serialize;

use super::{Fleet, options::FleetOptions};
use crate::{
    catalogue::TenantRowData,
    error::describe,
    error::{Error, Result},
    limits::MAX_PAGE_SIZE,
    manager::Inner,
    migrate::{MigrationError, Mismatch},
    tenant::Isolation,
};

/// What the ledgers say.
#[derive(Debug, Clone, Serialize)]
#[non_exhaustive]
pub struct FleetVerdict {
    /// The service.
    pub service: String,
    /// Ledgers that were read or tried.
    pub checked: u64,
    /// Everything that is not as it must be, by place.
    pub findings: Vec<LedgerFinding>,
}

/// Something about a place's ledger.
#[derive(Debug, Clone, Serialize)]
#[non_exhaustive]
pub struct LedgerFinding {
    /// The tenant's id, or `shared:` and the server.
    pub name: String,
    /// The server.
    pub server: String,
    /// What it is.
    #[serde(flatten)]
    pub problem: LedgerProblem,
}

/// What can be found of a ledger.
#[derive(Debug, Clone, Serialize)]
#[serde(tag = "problem", rename_all = "snake_case")]
#[non_exhaustive]
pub enum LedgerProblem {
    /// Ledger and files disagree.
    Disagrees {
        /// How, in words that name the file.
        what: String,
        /// The same as data.
        mismatch: Mismatch,
    },
    /// Files that are not applied yet.
    Pending {
        /// Their numbers.
        versions: Vec<i64>,
    },
    /// The catalogue believes in another version than the ledger has; `migrate up --recheck` repairs it.
    Catalogue {
        /// What the catalogue believes.
        believes: i64,
        /// What the ledger has.
        has: i64,
    },
    /// The ledger could not be read.
    Unreadable {
        /// Why.
        error: String,
    },
}

impl LedgerProblem {
    /// Whether this is a fault, and not just something still to be done.
    pub fn is_error(&self) -> bool {
        !matches!(self, Self::Pending { .. })
    }
}

impl FleetVerdict {
    /// Whether no ledger disagrees with the files or the catalogue.
    pub fn is_sound(&self) -> bool {
        !self.findings.iter().any(|f| f.problem.is_error())
    }
}

impl Fleet {
    /// Reads the ledger of every selected place and compares it, checksums too, with the files and with the catalogue.
    /// Nothing is changed.
    ///
    /// # Errors
    /// [`Error::Invalid`] for a bad option; where the catalogue is away. A ledger that cannot be read is a finding.
    pub async fn verify(&self, options: &FleetOptions) -> Result<FleetVerdict> {
        options.check()?;
        self.check_names(options).await?;
        let inner = &*self.manager.inner;
        let mut verdict = FleetVerdict {
            service: inner.settings.service.to_string(),
            checked: 0,
            findings: Vec::new(),
        };
        let (mut after, mut seen) = (None, HashSet::new());
        loop {
            let page = inner
                .central
                .fleet_page(&options.selection, after.as_deref(), MAX_PAGE_SIZE)
                .await?;
            let Some(last) = page.last() else { break };
            after = Some(last.uid.clone());
            let mut servers: BTreeMap<String, Vec<TenantRowData>> = BTreeMap::new();
            for row in page {
                let server = row.server.clone().unwrap_or_default();
                // Those who share tables share a ledger.
                if row.isolation == Isolation::Shared.as_str() && !seen.insert(server.clone()) {
                    continue;
                }
                servers.entry(server).or_default().push(row);
            }
            let budget = usize::try_from(inner.settings.max_connections).unwrap_or(usize::MAX);
            let jobs = options.jobs.min(budget).max(1);
            let found = join_all(servers.into_iter().map(|(server, rows)| async move {
                stream::iter(rows)
                    .map(|row| {
                        let server = server.clone();
                        async move { (place_name(&row, &server), look(inner, &row).await, server) }
                    })
                    .buffered(jobs)
                    .collect::<Vec<_>>()
                    .await
            }))
            .await;
            for (name, problems, server) in found.into_iter().flatten() {
                verdict.checked += 1;
                verdict
                    .findings
                    .extend(problems.into_iter().map(|problem| LedgerFinding {
                        name: name.clone(),
                        server: server.clone(),
                        problem,
                    }));
            }
        }
        Ok(verdict)
    }
}

fn place_name(row: &TenantRowData, server: &str) -> String {
    if row.isolation == Isolation::Shared.as_str() {
        format!("shared:{server}")
    } else {
        row.id.clone()
    }
}

async fn look(inner: &Inner, row: &TenantRowData) -> Vec<LedgerProblem> {
    match compare(inner, row).await {
        Ok(problems) => problems,
        Err(e) => vec![LedgerProblem::Unreadable { error: describe(&e) }],
    }
}

async fn compare(inner: &Inner, row: &TenantRowData) -> Result<Vec<LedgerProblem>> {
    let placement = row.placement()?.ok_or(Error::Internal("a tenant has no place"))?;
    let (server, tenancy) = inner.tenancy(row, placement, 0).await?;
    let applied = server.applied(&tenancy).await?;
    let set = inner.migrations(server.dialect())?;
    let mut problems = Vec::new();
    match set.verify(&applied) {
        Ok(pending) if pending.is_empty() => {}
        Ok(pending) => problems.push(LedgerProblem::Pending {
            versions: pending.iter().map(|m| m.version()).collect(),
        }),
        Err(MigrationError::Ledger { mismatches }) => {
            problems.extend(mismatches.into_iter().map(|mismatch| LedgerProblem::Disagrees {
                what: mismatch.to_string(),
                mismatch,
            }));
        }
        Err(e) => return Err(e.into()),
    }
    let has = applied.iter().map(|a| a.0).max().unwrap_or(0);
    // Of shared tables each tenant's row is told after; those below are behind in the catalogue only.
    if has != row.schema_version {
        problems.push(LedgerProblem::Catalogue {
            believes: row.schema_version,
            has,
        });
    }
    Ok(problems)
}
