//! The doctor's round through a common database: one query a topic, each finding with what to run.

mod objects;
mod rights;

use chrono::Utc;

use super::{
    PgServer, fence,
    wall::{self, Look, Relation},
};
use crate::{db::Conn, doctor::Finding, error::Result, ident::SqlIdent, limits::MAX_CLOCK_SKEW};

/// Looks whether the second wall of the service stands in every schema of the common database.
pub(super) async fn server(server: &PgServer) -> Result<Vec<Finding>> {
    let mut conn = fence::plain(&server.provisioner.clone().database(server.common.as_str())).await?;
    let mut findings = clock(&mut conn).await?;
    rights::logins(server, &mut conn, &mut findings).await?;
    rights::databases(server, &mut conn, &mut findings).await?;
    rights::schemas(server, &mut conn, &mut findings).await?;
    rights::secrets(server, &mut conn, &mut findings).await?;
    rights::settings(server, &mut conn, &mut findings).await?;
    for found in wall::relations(&mut conn, "", &server.runtime.name, Look::All, false).await? {
        findings.extend(relation(&found, server));
    }
    objects::keys(&mut conn, &mut findings).await?;
    objects::collations(&mut conn, &mut findings).await?;
    objects::functions(&mut conn, &mut findings).await?;
    conn.close().await;
    Ok(findings)
}

async fn clock(conn: &mut Conn) -> Result<Vec<Finding>> {
    let before = Utc::now().timestamp_millis();
    let sql = "SELECT (extract(epoch from clock_timestamp()) * 1000)::bigint";
    let there: Option<(i64,)> = conn.fetch_first(sql.into(), Vec::new(), false).await?;
    let after = Utc::now().timestamp_millis();
    let skew = there.map_or(0, |t| (t.0 - before.midpoint(after)).unsigned_abs());
    if u128::from(skew) <= MAX_CLOCK_SKEW.as_millis() {
        return Ok(Vec::new());
    }
    Ok(vec![Finding::error(
        "clock-skew",
        format!(
            "the server's clock is {} s off ours, and seals have a time",
            skew / 1000
        ),
        "let both machines follow a time server (timedatectl set-ntp true)",
    )])
}

/// What is wrong with one relation of a sealed schema.
pub(super) fn relation(relation: &Relation, server: &PgServer) -> Vec<Finding> {
    let runtime: &SqlIdent = &server.runtime.name;
    let mut findings = Vec::new();
    let on = relation.quoted();
    // What nobody was let at is not our business: a service's other tables may lie beside.
    let reachable = !relation.granted.is_empty() || !relation.others.is_empty();
    if relation.is_table() && !relation.tenant && !relation.is_ledger() && reachable {
        findings.push(Finding::error(
            "no-tenant-id",
            format!("table {on} has no column tenant_id, so its rows are nobody's and everybody's"),
            format!("REVOKE ALL ON {on} FROM PUBLIC, {runtime}; -- and add tenant_id TEXT NOT NULL by a migration, first in every key"),
        ));
    }
    if relation.is_table() && relation.tenant && !relation.is_ledger() {
        let mend = relation.mend_policy();
        let mut down = |fine: bool, rule: &'static str, what: &str| {
            if !fine {
                findings.push(Finding::error(
                    rule,
                    format!("table {on} {what}"),
                    mend.clone().unwrap_or_default(),
                ));
            }
        };
        down(relation.enabled, "rls-off", "has row-level security off");
        down(
            relation.forced,
            "rls-not-forced",
            "does not force row-level security on its owner",
        );
        down(
            relation.policy,
            "policy",
            "has not our policy, word for word (USING and WITH CHECK)",
        );
        if !relation.policies.is_empty() {
            let drops: Vec<String> = relation
                .policies
                .split(';')
                .map(|name| format!("DROP POLICY {name} ON {on}"))
                .collect();
            findings.push(Finding::error(
                "second-policy",
                format!("table {on} has another policy beside ours; permissive ones are joined by OR"),
                drops.join("; "),
            ));
        }
        if relation.owner != server.owner.name.as_str() {
            findings.push(Finding::error(
                "table-owner",
                format!("table {on} belongs to {}", relation.owner),
                format!("ALTER TABLE {on} OWNER TO {}", server.owner.name),
            ));
        }
    }
    if relation.kind == "v" && !relation.invoker && reachable {
        findings.push(Finding::error(
            "view-definer",
            format!("view {on} reads with its owner's rights"),
            format!("ALTER VIEW {on} SET (security_invoker = true)"),
        ));
    }
    if relation.kind == "m" && reachable {
        findings.push(Finding::error(
            "materialized-view",
            format!("materialized view {on} holds rows without any policy"),
            format!("REVOKE ALL ON {on} FROM PUBLIC, {runtime}; -- or make it a table with tenant_id"),
        ));
    }
    if relation.kind == "f" && reachable {
        findings.push(Finding::error(
            "foreign-table",
            format!("foreign table {on} has no policy that could hold"),
            format!("REVOKE ALL ON {on} FROM PUBLIC, {runtime}"),
        ));
    }
    if let Some(mend) = relation.mend_grants(runtime) {
        findings.push(Finding::error(
            "grants",
            format!(
                "on {on} {runtime} has [{}] and should have [{}]{}",
                relation.granted,
                relation.due(),
                if relation.others.is_empty() {
                    String::new()
                } else {
                    format!(", and {} has rights too", relation.others)
                }
            ),
            mend,
        ));
    }
    findings
}
