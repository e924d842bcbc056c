//! `GET /api/health`: alive, and ready.

use std::{collections::BTreeMap, sync::Arc, time::Instant};

use axum::{
    Json,
    extract::{RawQuery, State},
    response::{IntoResponse, Response},
};
use http::StatusCode;
use mtp_core::TenantManager;
use mtp_middleware::NoStore;
use tokio::sync::Mutex;

use crate::{
    api::Api,
    limits::{HEALTH_MEMORY, HEALTH_TIMEOUT},
    types::{HealthBody, HealthCheck, HealthStatus},
};

/// The last look at the databases. One looks at a time; the others wait for what it sees.
#[derive(Default)]
pub(crate) struct Health {
    last: Mutex<Option<(Instant, HealthBody)>>,
}

impl Health {
    async fn look(&self, manager: &TenantManager) -> HealthBody {
        let mut last = self.last.lock().await;
        if let Some((at, body)) = &*last
            && at.elapsed() < HEALTH_MEMORY
        {
            return body.clone();
        }
        let body = look(manager).await;
        *last = Some((Instant::now(), body.clone()));
        body
    }
}

async fn look(manager: &TenantManager) -> HealthBody {
    let answered = tokio::time::timeout(HEALTH_TIMEOUT, manager.health()).await;
    let checks: BTreeMap<String, HealthCheck> = if let Ok(checks) = answered {
        checks
            .into_iter()
            .map(|(name, result)| (name.clone(), check(&name, &result)))
            .collect()
    } else {
        tracing::warn!("the health checks took longer than {} s", HEALTH_TIMEOUT.as_secs());
        let status = HealthStatus::Fail;
        BTreeMap::from([("deadline".to_owned(), HealthCheck { status })])
    };
    HealthBody {
        status: overall(&checks),
        checks,
    }
}

/// One server of several that is down takes no instance out of service: the tenants of the others need it. The checks
/// say which it is.
fn overall(checks: &BTreeMap<String, HealthCheck>) -> HealthStatus {
    let good = |check: &HealthCheck| check.status == HealthStatus::Ok;
    let (servers, others): (Vec<_>, Vec<_>) = checks.iter().partition(|(name, _)| name.starts_with("server:"));
    let served = servers.is_empty() || servers.iter().any(|(_, check)| good(check));
    if served && others.iter().all(|(_, check)| good(check)) {
        HealthStatus::Ok
    } else {
        HealthStatus::Fail
    }
}

fn check(name: &str, result: &mtp_core::Result<()>) -> HealthCheck {
    let status = match result {
        Ok(()) => HealthStatus::Ok,
        Err(error) => {
            // The log knows why; the answer is for anyone.
            tracing::warn!(check = name, %error, "a health check failed");
            HealthStatus::Fail
        }
    };
    HealthCheck { status }
}

/// Whether the service can work; with `?live`, only whether it runs.
#[utoipa::path(
    get,
    path = "/api/health",
    tag = "service",
    params(("live" = Option<String>, Query, description = "Present: only whether the process runs")),
    responses(
        (status = 200, description = "It can", body = HealthBody),
        (status = 503, description = "The central database, or every server of tenants, does not answer", body = HealthBody),
    ),
    security(())
)]
pub(crate) async fn health(State(api): State<Arc<Api>>, RawQuery(query): RawQuery) -> Response {
    let live = query
        .iter()
        .flat_map(|query| query.split('&'))
        .any(|part| part == "live" || part.starts_with("live="));
    let body = if live {
        HealthBody {
            status: HealthStatus::Ok,
            checks: BTreeMap::new(),
        }
    } else {
        api.health.look(&api.manager).await
    };
    let status = match body.status {
        HealthStatus::Ok => StatusCode::OK,
        HealthStatus::Fail => StatusCode::SERVICE_UNAVAILABLE,
    };
    NoStore((status, Json(body))).into_response()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_server_of_two_may_be_down_and_nothing_else() {
        let of = |parts: &[(&str, bool)]| {
            let check = |good| HealthCheck {
                status: if good { HealthStatus::Ok } else { HealthStatus::Fail },
            };
            overall(
                &parts
                    .iter()
                    .map(|(name, good)| ((*name).to_owned(), check(*good)))
                    .collect(),
            )
        };
        assert_eq!(
            of(&[("central", true), ("server:a", true), ("server:b", false)]),
            HealthStatus::Ok
        );
        assert_eq!(
            of(&[("central", true), ("server:a", false), ("server:b", false)]),
            HealthStatus::Fail
        );
        assert_eq!(of(&[("central", false), ("server:a", true)]), HealthStatus::Fail);
        assert_eq!(of(&[("deadline", false)]), HealthStatus::Fail);
        assert_eq!(of(&[("central", true)]), HealthStatus::Ok);
    }
}
