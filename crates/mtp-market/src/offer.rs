//! What is asked for, checked against what the service offers.

use http::StatusCode;
use mtp_core::TenantConfig;
use mtp_manifest::Manifest;
use mtp_middleware::Problem;

/// Refuses a plan, a feature or an isolation that the manifest does not have, and says what is allowed.
pub(crate) fn check(manifest: &Manifest, config: &TenantConfig) -> Result<(), Problem> {
    if let Some(plan) = &config.plan
        && manifest.plan(plan).is_none()
    {
        return Err(refuse("plan", manifest.plans.iter().map(|plan| plan.id.as_str())));
    }
    if config
        .features
        .iter()
        .any(|feature| !manifest.features.contains(feature))
    {
        return Err(refuse("features", manifest.features.iter().map(String::as_str)));
    }
    let offered = &manifest.isolation.offered;
    if let Some(isolation) = config.isolation
        && !offered.iter().any(|offer| offer.as_str() == isolation.as_str())
    {
        return Err(refuse("isolation", offered.iter().map(|offer| offer.as_str())));
    }
    Ok(())
}

fn refuse<'a>(field: &'static str, allowed: impl Iterator<Item = &'a str>) -> Problem {
    let allowed: Vec<&str> = allowed.collect();
    let detail = if allowed.is_empty() {
        format!("{field}: this service offers none; leave it out")
    } else {
        format!("{field}: this service offers {}", allowed.join(", "))
    };
    Problem::new(StatusCode::BAD_REQUEST, "invalid", "A value is not allowed")
        .member("field", field)
        .member("allowed", allowed)
        .detail(detail)
}
