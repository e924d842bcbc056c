//! `migrate …`: the fleet's migrations.

use mtp_core::{
    Dialect, FleetOptions, FleetPlan, FleetReport, FleetStatus, FleetVerdict, LedgerProblem, StopReason, TenantManager,
};

use crate::{
    cli::{MigrateVerb, Select, UpArgs},
    failure::Result,
    output::{Output, table},
    progress,
    run::Ended,
};

/// Places that a plan names one by one; the rest is a number. `--json` has them all.
const NAMED: usize = 20;

pub(crate) async fn run(manager: &TenantManager, verb: MigrateVerb, output: &mut Output) -> Result<Ended> {
    let fleet = manager.fleet();
    let well = match verb {
        MigrateVerb::Status(select) => {
            let status = fleet.status(&options(select)).await?;
            output.result(&status, || status_text(&status))?;
            true
        }
        MigrateVerb::Plan(args) => {
            let plan = fleet.plan(&careful(args)).await?;
            output.result(&plan, || plan_text(&plan))?;
            true
        }
        MigrateVerb::Up(args) => {
            let (bar, observer) = progress::bar(output.watched && !output.json);
            let report = fleet.run(&careful(args).on_event(observer)).await?;
            bar.finish_and_clear();
            output.result(&report, || report_text(&report))?;
            report.is_complete()
        }
        MigrateVerb::Verify(args) => {
            let verdict = fleet.verify(&options(args.select).jobs(args.jobs)).await?;
            output.result(&verdict, || verdict_text(&verdict))?;
            verdict.is_sound()
        }
    };
    Ok(if well { Ended::Well } else { Ended::WithFaults })
}

fn options(select: Select) -> FleetOptions {
    let mut options = FleetOptions::default();
    for tenant in select.tenants {
        options = options.tenant(tenant);
    }
    if let Some(server) = select.server {
        options = options.server(server);
    }
    if let Some(plan) = select.plan {
        options = options.plan(plan);
    }
    if let Some(prefix) = select.prefix {
        options = options.prefix(prefix);
    }
    options
}

fn careful(args: UpArgs) -> FleetOptions {
    let options = options(args.select)
        .canary(args.canary)
        .jobs(args.jobs)
        .recheck(args.recheck)
        .resume(args.resume);
    if args.keep_going {
        options.keep_going()
    } else {
        options.max_failures(args.max_failures)
    }
}

fn status_text(status: &FleetStatus) -> String {
    let mut rows = Vec::new();
    for server in &status.servers {
        for version in &server.versions {
            let standing = match server.newest {
                Some(newest) if version.version < newest => "behind",
                Some(newest) if version.version > newest => "ahead",
                Some(_) => "current",
                None => "no files",
            };
            rows.push([
                server.server.clone(),
                server.kind.to_owned(),
                version.version.to_string(),
                standing.to_owned(),
                version.tenants.to_string(),
            ]);
        }
    }
    let mut lines = vec![
        table(["SERVER", "KIND", "VERSION", "STANDING", "TENANTS"], &rows),
        format!(
            "{} current, {} behind, {} ahead, {} being migrated now, {} failed",
            status.current,
            status.behind,
            status.ahead,
            status.running,
            status.failed.len()
        ),
    ];
    for failed in &status.failed {
        lines.push(format!("failed: {}: {}", failed.tenant, failed.error));
    }
    lines.join("\n")
}

fn plan_text(plan: &FleetPlan) -> String {
    if plan.places.is_empty() {
        return "nothing to do: every tenant has the newest version".into();
    }
    let files: Vec<_> = plan
        .files
        .iter()
        .map(|f| {
            let kind = match f.dialect {
                Dialect::Postgres => "postgres",
                Dialect::MySql => "mysql",
                Dialect::Sqlite => "sqlite",
                _ => "other",
            };
            [
                f.version.to_string(),
                f.file.clone(),
                kind.to_owned(),
                f.places.to_string(),
            ]
        })
        .collect();
    let places: Vec<_> = plan
        .places
        .iter()
        .take(NAMED)
        .map(|p| {
            let remark = match (p.canary, p.failed_before) {
                (true, _) => "canary",
                (_, true) => "failed before",
                _ => "",
            };
            [
                p.name.clone(),
                p.server.clone(),
                p.from.to_string(),
                p.to.to_string(),
                remark.to_owned(),
            ]
        })
        .collect();
    let mut lines = vec![
        table(["VERSION", "FILE", "KIND", "PLACES"], &files),
        String::new(),
        table(["PLACE", "SERVER", "FROM", "TO", ""], &places),
    ];
    if plan.places.len() > NAMED {
        lines.push(format!("and {} more", plan.places.len() - NAMED));
    }
    lines.extend(plan.advice.iter().map(ToString::to_string));
    let canaries = plan.places.iter().filter(|p| p.canary).count();
    lines.push(format!(
        "{} places of {} tenants, {canaries} of them canaries",
        plan.places.len(),
        plan.tenants
    ));
    lines.join("\n")
}

fn report_text(report: &FleetReport) -> String {
    if report.places.is_empty() {
        return "nothing to do: every tenant has the newest version".into();
    }
    let mut lines: Vec<String> = report
        .failed()
        .map(|p| format!("failed: {}: {}", p.name, p.error.as_deref().unwrap_or_default()))
        .collect();
    let took = (report.finished_at - report.started_at).num_milliseconds();
    lines.push(format!(
        "{} migrated, {} failed, {} not begun, {} gone, in {took} ms",
        report.migrated, report.failures, report.skipped, report.gone
    ));
    match &report.stopped {
        Some(StopReason::Canary { failures }) => lines.push(format!(
            "stopped: {failures} canaries failed; mend the cause and run it again"
        )),
        Some(StopReason::Failures { allowed }) => lines.push(format!(
            "stopped: more than {allowed} failed; mend the cause and run it again with --resume, or say --keep-going"
        )),
        Some(StopReason::CatalogueAway { error }) => {
            lines.push(format!(
                "stopped: the central database went away: {error}; run it again"
            ));
        }
        Some(_) => lines.push("stopped; run it again".into()),
        None => {}
    }
    if report.unrecorded > 0 {
        lines.push(format!(
            "{} results could not be written down; run it again, which repairs that",
            report.unrecorded
        ));
    }
    lines.join("\n")
}

fn verdict_text(verdict: &FleetVerdict) -> String {
    let mut lines: Vec<String> = verdict
        .findings
        .iter()
        .map(|f| {
            let what = match &f.problem {
                LedgerProblem::Disagrees { what, .. } => what.clone(),
                LedgerProblem::Pending { versions } => format!("pending: {}", list(versions)),
                LedgerProblem::Catalogue { believes, has } => format!(
                    "the catalogue believes in version {believes}, the ledger has {has}; run `migrate up --recheck`"
                ),
                LedgerProblem::Unreadable { error } => format!("its ledger cannot be read: {error}"),
                _ => "not as it must be".into(),
            };
            format!("{}: {what}", f.name)
        })
        .collect();
    lines.push(format!(
        "{} ledgers read, {} findings",
        verdict.checked,
        verdict.findings.len()
    ));
    lines.join("\n")
}

fn list(versions: &[i64]) -> String {
    versions.iter().map(ToString::to_string).collect::<Vec<_>>().join(", ")
}
