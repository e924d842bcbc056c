//! What a pass would do: the places that are behind, which of them go first, and the files they lack.

use std::collections::{BTreeMap, HashMap};

use serde::Serialize;

use super::{Fleet, options::FleetOptions};
use crate::{
    catalogue::{FleetRow, FleetUnit, ServerKind},
    error::{Error, Result},
    migrate::{Finding, LintOptions},
    rewrite::Dialect,
    tenant::{Isolation, TenantId, TenantUid},
};

/// What a pass would do.
#[derive(Debug, Clone, Serialize)]
#[non_exhaustive]
pub struct FleetPlan {
    /// The service.
    pub service: String,
    /// Every file that at least one of the places lacks, oldest first, for each kind of database.
    pub files: Vec<PlannedFile>,
    /// What the lint advises on these files: locks that stop a service, things taken away that a release may still use.
    pub advice: Vec<Finding>,
    /// The places to migrate, canaries first.
    pub places: Vec<PlannedPlace>,
    /// The tenants that live in them.
    pub tenants: u64,
}

/// A migration that is to be applied.
#[derive(Debug, Clone, Serialize)]
#[non_exhaustive]
pub struct PlannedFile {
    /// The kind of database.
    pub dialect: Dialect,
    /// Its number.
    pub version: i64,
    /// The file.
    pub file: String,
    /// How many places lack it, as far as the catalogue knows.
    pub places: u64,
}

/// One place with a ledger of its own: a tenant's, or the shared tables of a server.
#[derive(Debug, Clone, Serialize)]
#[non_exhaustive]
pub struct PlannedPlace {
    /// The tenant's id, or `shared:` and the server.
    pub name: String,
    /// The tenant, where it is one's own.
    pub uid: Option<TenantUid>,
    /// The server.
    pub server: String,
    /// How the tenant's data is kept apart.
    pub isolation: Isolation,
    /// Tenants of the selection that live in it.
    pub tenants: u64,
    /// The oldest version that one of them has, as far as the catalogue knows.
    pub from: i64,
    /// The newest version.
    pub to: i64,
    /// Whether it goes first.
    pub canary: bool,
    /// Whether its last migration failed.
    pub failed_before: bool,
    #[serde(skip)]
    pub(super) dialect: Dialect,
    #[serde(skip)]
    pub(super) unit: FleetUnit,
}

impl Fleet {
    /// What a pass would do now. Where nothing is behind this is one query, however many tenants there are.
    ///
    /// # Errors
    /// [`Error::Invalid`] for a bad option or a tenant that does not exist; where the catalogue is away.
    pub async fn plan(&self, options: &FleetOptions) -> Result<FleetPlan> {
        options.check()?;
        let inner = &self.manager.inner;
        self.check_names(options).await?;
        let newest = self.newest();
        let rows = inner
            .central
            .fleet_behind(&options.selection, &newest, options.recheck)
            .await?;
        let mut plan = FleetPlan {
            service: inner.settings.service.to_string(),
            files: Vec::new(),
            advice: Vec::new(),
            tenants: rows.len() as u64,
            places: Vec::new(),
        };
        if rows.is_empty() {
            return Ok(plan);
        }
        let mut kinds = HashMap::new();
        for server in inner.central.servers().await? {
            let kind = ServerKind::parse(&server.kind)?;
            kinds.insert(server.name, kind);
        }
        plan.places = places(&rows, &kinds, &newest)?;
        if !(options.resume && self.has_begun(options, &kinds, &newest).await?) {
            choose_canaries(&mut plan.places, options.canary);
        }
        // Canaries first, places that failed before last.
        plan.places.sort_by_key(|place| (!place.canary, place.failed_before));
        for (dialect, _) in &newest {
            for migration in inner.migrations(*dialect)? {
                let lacking = plan
                    .places
                    .iter()
                    .filter(|p| p.dialect == *dialect && p.from < migration.version())
                    .count() as u64;
                if lacking > 0 {
                    plan.files.push(PlannedFile {
                        dialect: *dialect,
                        version: migration.version(),
                        file: migration.file().to_owned(),
                        places: lacking,
                    });
                }
            }
            let shared = plan.places.iter().any(|p| p.isolation == Isolation::Shared);
            let report = inner
                .migrations(*dialect)?
                .lint(&LintOptions::new(*dialect).shared(shared))?;
            let of_plan = |finding: &&Finding| {
                let mut files = plan.files.iter().filter(|file| file.dialect == *dialect);
                files.any(|file| file.file == *finding.at.file)
            };
            plan.advice.extend(report.warnings().filter(of_plan).cloned());
        }
        Ok(plan)
    }

    /// Whether some tenant of the selection has the newest version already.
    async fn has_begun(
        &self,
        options: &FleetOptions,
        kinds: &HashMap<String, ServerKind>,
        newest: &[(Dialect, i64)],
    ) -> Result<bool> {
        let central = &self.manager.inner.central;
        Ok(central.fleet_versions(&options.selection).await?.iter().any(|row| {
            newest.iter().any(|(dialect, version)| {
                kinds.get(&row.server) == Some(&ServerKind::of(*dialect)) && row.schema_version == *version
            })
        }))
    }

    /// The newest version for each kind of database whose files could be read.
    pub(super) fn newest(&self) -> Vec<(Dialect, i64)> {
        Dialect::compiled_in()
            .filter_map(|dialect| {
                let set = self.manager.inner.migrations.get(&dialect)?;
                Some((dialect, set.latest().unwrap_or(0)))
            })
            .collect()
    }

    /// A name that nobody has would silently migrate nothing.
    pub(super) async fn check_names(&self, options: &FleetOptions) -> Result<()> {
        let central = &self.manager.inner.central;
        let names = &options.selection.tenants;
        if let Some(unknown) = match names.as_slice() {
            [] => None,
            names => central.unknown_tenants(names).await?.into_iter().next(),
        } {
            return Err(Error::invalid("tenant", format!("there is no tenant {unknown}")));
        }
        if let Some(server) = &options.selection.server
            && central.server(server).await?.is_none()
        {
            return Err(Error::invalid("server", "there is no such server; see `server list`"));
        }
        Ok(())
    }
}

/// The places that hold these tenants: one for each tenant, but one for all that share a server's tables.
fn places(
    rows: &[FleetRow],
    kinds: &HashMap<String, ServerKind>,
    newest: &[(Dialect, i64)],
) -> Result<Vec<PlannedPlace>> {
    let unread = || Error::Internal("a tenant's record cannot be read; was it written by a newer release?");
    let mut places: Vec<PlannedPlace> = Vec::with_capacity(rows.len());
    let mut shared: HashMap<&str, usize> = HashMap::new();
    for row in rows {
        let isolation: Isolation = row.isolation.parse().map_err(|_| unread())?;
        let kind = kinds.get(&row.server).ok_or_else(unread)?;
        let (dialect, to) = newest
            .iter()
            .copied()
            .find(|(dialect, _)| ServerKind::of(*dialect) == *kind)
            .ok_or_else(unread)?;
        let is_shared = isolation == Isolation::Shared;
        if let Some(place) = shared.get(row.server.as_str()).and_then(|at| places.get_mut(*at))
            && is_shared
        {
            place.tenants += 1;
            place.from = place.from.min(row.schema_version);
            place.failed_before |= row.failed;
            continue;
        }
        if is_shared {
            shared.insert(row.server.as_str(), places.len());
        }
        let unit = if is_shared {
            FleetUnit::Shared(row.server.clone())
        } else {
            FleetUnit::Own(row.uid.clone())
        };
        places.push(PlannedPlace {
            name: if is_shared {
                unit.key()
            } else {
                TenantId::parse(&row.id).map_err(|_| unread())?.to_string()
            },
            uid: if is_shared {
                None
            } else {
                Some(row.uid.parse().map_err(|_| unread())?)
            },
            server: row.server.clone(),
            isolation,
            tenants: 1,
            from: row.schema_version,
            to,
            canary: false,
            failed_before: row.failed,
            dialect,
            unit,
        });
    }
    Ok(places)
}

/// Marks a share of each server's places, spread evenly from the oldest tenant to the newest.
fn choose_canaries(places: &mut [PlannedPlace], share: f64) {
    if share <= 0.0 {
        return;
    }
    let mut by_server: BTreeMap<String, Vec<usize>> = BTreeMap::new();
    for (at, place) in places.iter().enumerate().filter(|(_, p)| !p.failed_before) {
        by_server.entry(place.server.clone()).or_default().push(at);
    }
    for of in by_server.values() {
        let wanted = wanted(of.len(), share);
        for n in 0..wanted {
            if let Some(place) = of.get(n * of.len() / wanted).and_then(|at| places.get_mut(*at)) {
                place.canary = true;
            }
        }
    }
}

/// The share of a number, rounded up, at least 1 and at most all.
#[expect(
    clippy::cast_precision_loss,
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "a share between 0 and 1 of a number of tenants, rounded up and clamped to it"
)]
fn wanted(of: usize, share: f64) -> usize {
    ((of as f64 * share).ceil() as usize).clamp(1, of.max(1))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn row(n: usize, server: &str, isolation: &str, version: i64, failed: bool) -> FleetRow {
        FleetRow {
            uid: TenantUid::new().to_string(),
            id: format!("t{n}"),
            server: server.into(),
            isolation: isolation.into(),
            schema_version: version,
            failed,
        }
    }

    fn of(rows: &[FleetRow]) -> Vec<PlannedPlace> {
        let dialect = Dialect::compiled_in().next().unwrap();
        let kinds = ["a", "b"].map(|s| (s.to_owned(), ServerKind::of(dialect))).into();
        places(rows, &kinds, &[(dialect, 3)]).unwrap()
    }

    #[test]
    fn shared_tables_are_one_place_for_all_who_share_them() {
        let rows = [
            row(0, "a", "shared", 2, false),
            row(1, "a", "database", 2, false),
            row(2, "a", "shared", 1, false),
            row(3, "b", "shared", 2, false),
        ];
        let places = of(&rows);
        let names: Vec<_> = places.iter().map(|p| (p.name.as_str(), p.tenants, p.from)).collect();
        assert_eq!(names, [("shared:a", 2, 1), ("t1", 1, 2), ("shared:b", 1, 2)]);
    }

    #[test]
    fn canaries_are_spread_over_servers_and_never_failed_before() {
        let mut rows: Vec<_> = (0..100).map(|n| row(n, "a", "database", 1, n == 0)).collect();
        rows.push(row(100, "b", "database", 1, false));
        let mut places = of(&rows);
        choose_canaries(&mut places, 0.05);
        let chosen: Vec<_> = places.iter().filter(|p| p.canary).map(|p| p.name.as_str()).collect();
        assert_eq!(chosen.len(), 6, "{chosen:?}");
        assert!(chosen.contains(&"t100") && !chosen.contains(&"t0"), "{chosen:?}");
        let mut places = of(&rows);
        choose_canaries(&mut places, 0.0);
        assert!(places.iter().all(|p| !p.canary));
        choose_canaries(&mut places, 1.0);
        assert_eq!(places.iter().filter(|p| p.canary).count(), 100);
    }
}
