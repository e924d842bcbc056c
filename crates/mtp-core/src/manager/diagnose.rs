//! What an operator gets wrong, beside the walls: each finding says what to do.

use chrono::Utc;
use sea_query::Query;

use super::TenantManager;
use crate::{
    catalogue::{Selection, TenantFilter},
    doctor::{Finding, Severity},
    error::Result,
    error::describe,
    fleet::FleetOptions,
    limits::{MAX_CLOCK_SKEW, MAX_PAGE_SIZE},
    tenant::{BROUGHT_SERVER, Isolation, TenantState},
};

/// Databases that tenants brought that are looked at at once.
const BROUGHT_AT_ONCE: usize = 8;

impl TenantManager {
    /// Everything that the doctor looks at: the catalogue, the clocks, the master key, the prefix, the walls of every
    /// server, the databases that tenants brought, the fleet, the market keys. It never fails: what cannot be looked at is a finding.
    pub async fn diagnose(&self) -> Vec<Finding> {
        if let Err(e) = self.inner.central.generation().await {
            return vec![Finding::error(
                "central-away",
                format!("the central database does not answer: {}", describe(&e)),
                "see that it runs and that MTP_CENTRAL_DB_URL is right",
            )];
        }
        let mut findings = Vec::new();
        let mut take = |rule: &'static str, found: Result<Vec<Finding>>| match found {
            Ok(found) => findings.extend(found),
            Err(e) => findings.push(Finding::error(
                rule,
                format!("this could not be looked at: {}", describe(&e)),
                "mend the cause and ask again",
            )),
        };
        take("clock", self.clock().await);
        take("master-key", Ok(self.master_key().await));
        take("prefix", self.prefix().await);
        take("walls", self.walls().await);
        take("brought", self.brought().await);
        take("migrations", self.versions().await);
        take("market-keys", self.keys_of_markets().await);
        findings.sort_by_key(|f| std::cmp::Reverse(f.severity));
        findings
    }

    async fn clock(&self) -> Result<Vec<Finding>> {
        let central = &self.inner.central;
        let before = Utc::now().timestamp_millis();
        let theirs: Option<(i64,)> = central
            .fetch_optional(&Query::select().expr(central.now()).to_owned())
            .await?;
        let after = Utc::now().timestamp_millis();
        // The answer was made between the two; what lies outside is skew.
        let skew = theirs.map_or(0, |(at,)| (at - after).max(before - at).max(0));
        if u128::from(skew.unsigned_abs()) <= MAX_CLOCK_SKEW.as_millis() {
            return Ok(Vec::new());
        }
        Ok(vec![Finding::error(
            "clock-skew",
            format!(
                "the clocks of this machine and of the central database differ by {} s",
                skew / 1000
            ),
            "let both follow a time server: seals and leases rest on the clocks",
        )])
    }

    async fn master_key(&self) -> Vec<Finding> {
        let scope = self.inner.service_scope();
        match self.inner.keys.ring(&self.inner.central, &scope).await {
            Ok(_) => Vec::new(),
            Err(e) => vec![Finding::error(
                "master-key",
                format!("the service's data key does not open: {}", describe(&e)),
                "set MTP_MASTER_KEY or MTP_MASTER_KEY_FILE to the key that the service was first started with",
            )],
        }
    }

    async fn prefix(&self) -> Result<Vec<Finding>> {
        let prefix = &self.inner.settings.prefix;
        let (mut own, mut matching, mut after) = (0_u64, 0_u64, None);
        loop {
            let page = self
                .inner
                .central
                .fleet_page(&Selection::default(), after.as_deref(), MAX_PAGE_SIZE)
                .await?;
            let Some(last) = page.last() else { break };
            after = Some(last.uid.clone());
            for row in &page {
                let Some(placement) = row.placement()?.filter(|p| !p.is_brought()) else {
                    continue;
                };
                let name = match placement.isolation {
                    Isolation::Database => &placement.database,
                    Isolation::Schema => placement.schema.as_ref().unwrap_or(&placement.database),
                    _ => continue,
                };
                own += 1;
                matching += u64::from(name.starts_with(prefix.as_str()));
            }
            if matching > 0 {
                break;
            }
        }
        if own == 0 || matching > 0 {
            return Ok(Vec::new());
        }
        Ok(vec![Finding::warning(
            "prefix-matches-nothing",
            format!("none of {own} tenants has a place whose name begins with {prefix:?}"),
            "see whether MTP_TENANT_DB_PREFIX is the one that they were made with, or MTP_SERVICE another service's",
        )])
    }

    async fn walls(&self) -> Result<Vec<Finding>> {
        let mut findings = self.examine().await?;
        for finding in &mut findings {
            // Who serves goes on without a server that is away; who asks the doctor wants to hear of it.
            if finding.rule == "server-away" {
                finding.severity = Severity::Error;
            }
        }
        Ok(findings)
    }

    /// Every database that a tenant brought: one that is away or open is that tenant's trouble, and no other's.
    async fn brought(&self) -> Result<Vec<Finding>> {
        let mut findings = Vec::new();
        let mut filter = TenantFilter::default()
            .server(BROUGHT_SERVER)
            .state(TenantState::Active)
            .limit(MAX_PAGE_SIZE);
        loop {
            let page = self.list(&filter).await?;
            for some in page.items.chunks(BROUGHT_AT_ONCE) {
                let looks = some.iter().map(|tenant| self.examine_tenant(&tenant.id));
                for (tenant, found) in some.iter().zip(futures::future::join_all(looks).await) {
                    let found = found.unwrap_or_else(|e| {
                        vec![Finding::error(
                            "brought-away",
                            describe(&e),
                            "see with the tenant that it runs and lets its login in",
                        )]
                    });
                    findings.extend(found.into_iter().map(|f| Finding {
                        what: format!("tenant {}: {}", tenant.id, f.what),
                        ..f
                    }));
                }
            }
            let Some(next) = page.next else { return Ok(findings) };
            filter = filter.after(next);
        }
    }

    async fn versions(&self) -> Result<Vec<Finding>> {
        let status = self.fleet().status(&FleetOptions::default()).await?;
        let mut findings = Vec::new();
        if status.behind > 0 {
            findings.push(Finding::warning(
                "tenants-behind",
                format!("{} tenants lack migrations", status.behind),
                "run `migrate up`",
            ));
        }
        if status.ahead > 0 {
            findings.push(Finding::warning(
                "tenants-ahead",
                format!(
                    "{} tenants have migrations that this release does not know",
                    status.ahead
                ),
                "run the release that has their files",
            ));
        }
        if let Some(failed) = status.failed.first() {
            findings.push(Finding::warning(
                "migrations-failed",
                format!(
                    "the last migration of {} tenants failed; the newest is {}: {}",
                    status.failed.len(),
                    failed.tenant,
                    failed.error
                ),
                "see `migrate status`, mend the cause, and run `migrate up`",
            ));
        }
        Ok(findings)
    }

    async fn keys_of_markets(&self) -> Result<Vec<Finding>> {
        let keys = self.market_keys().await?;
        if keys.iter().any(|key| key.revoked_at.is_none()) {
            return Ok(Vec::new());
        }
        Ok(vec![Finding::warning(
            "no-market-key",
            "no market has a valid key, so the webhook refuses every call",
            "run `market-key create MARKET` and give the key to the market",
        )])
    }
}
