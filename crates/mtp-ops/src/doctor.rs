//! `doctor`: what is wrong, and the mend; also where the service does not even start.

use mtp_core::{Error, Finding, Severity, TenantManagerBuilder};
use serde_json::json;

use crate::{
    failure::{Failure, Result, chain},
    output::Output,
    run::Ended,
};

pub(crate) async fn run(builder: Result<TenantManagerBuilder>, output: &mut Output) -> Result<Ended> {
    let findings = match builder {
        Err(Failure::Setup(e)) => vec![Finding::error(
            "configuration",
            e.to_string(),
            "set what it names; a value in the environment is overridden by none",
        )],
        Err(other) => return Err(other),
        Ok(builder) => match builder.start().await {
            Ok(manager) => manager.diagnose().await,
            Err(e) => start_failed(e),
        },
    };
    let errors = findings.iter().filter(|f| f.severity == Severity::Error).count();
    let value = json!({
        "healthy": errors == 0,
        "errors": errors,
        "warnings": findings.len() - errors,
        "findings": findings,
    });
    output.result(&value, || {
        if findings.is_empty() {
            return "all is well".to_owned();
        }
        let mut lines: Vec<String> = findings.iter().map(ToString::to_string).collect();
        lines.push(format!("{errors} errors, {} warnings", findings.len() - errors));
        lines.join("\n")
    })?;
    Ok(if errors == 0 { Ended::Well } else { Ended::WithFaults })
}

/// Why a service does not start, and the mend.
fn start_failed(error: Error) -> Vec<Finding> {
    let what = chain(&error);
    let (rule, mend) = match error {
        Error::WallDown(findings) => return findings,
        Error::Unavailable { .. } | Error::Database(_) => (
            "central-away",
            "see that the central database runs, that MTP_CENTRAL_DB_URL is right, and that its login may create what \
             is needed",
        ),
        Error::Keys(_) => (
            "master-key",
            "set MTP_MASTER_KEY or MTP_MASTER_KEY_FILE to the key that the service was first started with",
        ),
        Error::Migration(_) => ("migrations", "mend the files that it names"),
        Error::Io { .. } => (
            "file-system",
            "give the service's user the right to that folder, and room on the disk",
        ),
        Error::Config(_) | Error::Invalid { .. } => ("configuration", "set what it names to a value that is allowed"),
        _ => ("start", "see the cause"),
    };
    vec![Finding::error(
        rule,
        format!("the service does not start: {what}"),
        mend,
    )]
}
