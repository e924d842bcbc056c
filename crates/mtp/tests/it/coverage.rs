//! Every route, by whoever may not: the table fails when a route is added without a row.

use http::StatusCode;
use mtp::{RouteAccess, middleware::RouteTable};
use serde_json::json;

use crate::service::{Service, call};

/// What a route answers to nobody, to a tenant at another's door, and to a suspended tenant's own caller.
struct Row {
    method: &'static str,
    path: &'static str,
    anonymous: u16,
    wrong_tenant: u16,
    suspended: u16,
}

const fn row(method: &'static str, path: &'static str, anonymous: u16, wrong_tenant: u16, suspended: u16) -> Row {
    Row {
        method,
        path,
        anonymous,
        wrong_tenant,
        suspended,
    }
}

/// The routes of the platform and of the service under test.
const ROWS: &[Row] = &[
    row("GET", "/api/health", 200, 200, 200),
    row("GET", "/api/openapi.json", 200, 200, 200),
    row("GET", "/api/manifest", 404, 404, 404),
    row("GET", "/.well-known/jwks.json", 200, 200, 200),
    row("POST", "/api/tenant/token", 401, 401, 401),
    row("POST", "/api/tenant/set-password", 401, 401, 401),
    row("POST", "/api/tenant/password", 401, 403, 403),
    row("GET", "/api/tenant/info", 401, 403, 403),
    row("DELETE", "/api/tenant/{tenant_id}", 401, 403, 403),
    row("POST", "/api/tenant/credentials/rotate", 401, 401, 401),
    row("POST", "/api/tenant/webhook/auto-provision", 401, 401, 401),
    row("GET", "/api/tenant/operations/{id}", 401, 401, 401),
    row("GET", "/notes", 401, 403, 403),
    row("POST", "/notes", 401, 403, 403),
    row("GET", "/notes/{id}", 401, 403, 403),
    row("PUT", "/notes/{id}", 401, 403, 403),
    row("DELETE", "/notes/{id}", 401, 403, 403),
    row("GET", "/whoami", 401, 403, 403),
    row("GET", "/no/such/route", 401, 403, 403),
];

/// A body that every route can read, so that none is refused for its body.
fn body(path: &str) -> serde_json::Value {
    match path {
        "/api/tenant/token" => json!({ "username": "admin", "password": "wrong wrong wrong" }),
        "/api/tenant/set-password" => json!({ "token": "mtp_ot_wrong", "new": "a long enough new one" }),
        "/api/tenant/password" => json!({ "current": "wrong", "new": "a long enough new one" }),
        "/api/tenant/credentials/rotate" => json!({ "tenant_id": "bolt" }),
        "/api/tenant/webhook/auto-provision" => json!({ "name": "X", "tenant_id": "x" }),
        _ => json!({ "id": "1", "body": "x" }),
    }
}

#[tokio::test]
async fn every_route_refuses_whoever_may_not() {
    let s = Service::start().await;
    let mut wrong = Vec::new();
    for suspended in [false, true] {
        if suspended {
            s.platform.manager().suspend(&s.a.id).await.unwrap();
        }
        for row in ROWS {
            let path = row.path.replace("{tenant_id}", s.b.id.as_str()).replace("{id}", "1");
            let request = call(row.method, path).json(body(row.path));
            let cases = if suspended {
                vec![("suspended", request.of(&s.a), row.suspended)]
            } else {
                vec![
                    ("anonymous", request.clone().tenant(&s.b.id), row.anonymous),
                    (
                        "wrong tenant",
                        request.tenant(&s.b.id).token(&s.a.token),
                        row.wrong_tenant,
                    ),
                ]
            };
            for (case, request, expected) in cases {
                let answer = request.send(&s.app).await;
                if answer.status.as_u16() != expected {
                    wrong.push(format!(
                        "{} {} as {case}: {} instead of {expected}",
                        row.method, row.path, answer.status
                    ));
                }
                if answer.status.is_client_error() {
                    let kind = answer.headers.get("content-type").and_then(|v| v.to_str().ok());
                    assert_eq!(
                        kind,
                        Some("application/problem+json"),
                        "{} {}: {answer:?}",
                        row.method,
                        row.path
                    );
                }
            }
        }
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
}

#[test]
fn no_route_of_the_platform_is_without_a_row() {
    let table = RouteTable::default()
        .with(mtp::standard_api::ROUTES)
        .and_then(|table| table.with(mtp::market::ROUTES))
        .unwrap();
    let missing: Vec<&RouteAccess> = table
        .rows()
        .iter()
        .filter(|access| {
            !ROWS
                .iter()
                .any(|row| row.method == access.method.as_str() && row.path == access.path)
        })
        .collect();
    assert!(missing.is_empty(), "{missing:#?}");
    let documented: serde_json::Value = serde_json::to_value(mtp::standard_api::openapi()).unwrap();
    let market: serde_json::Value = serde_json::to_value(mtp::market::openapi()).unwrap();
    for document in [documented, market] {
        for (path, verbs) in document["paths"].as_object().unwrap() {
            for verb in verbs.as_object().unwrap().keys() {
                assert!(
                    ROWS.iter()
                        .any(|row| row.path == path && row.method.eq_ignore_ascii_case(verb)),
                    "{verb} {path} has no row"
                );
            }
        }
    }
}

#[tokio::test]
async fn a_method_that_is_not_there_is_a_problem_too() {
    let s = Service::start().await;
    let answer = call("PATCH", "/notes").of(&s.a).send(&s.app).await;
    assert_eq!(answer.status, StatusCode::METHOD_NOT_ALLOWED);
    assert!(answer.headers.contains_key("allow"));
    assert_eq!(answer.headers["content-type"], "application/problem+json");
}
