//! Every error is a problem, whoever made it.

use axum::{
    Json, Router,
    http::{HeaderMap, Method, Request, StatusCode},
    response::{Html, IntoResponse},
    routing::{get as route, post},
};
use mtp_core::{Error, TenantState};
use mtp_middleware::{Access, ApiJson, KeepBody, NoStore, Problem, RouteAccess, RouteTable};
use serde::Deserialize;

use crate::support::{World, get, id, send, send_body};

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Note {
    title: String,
}

fn app() -> Router {
    let methods = [Method::GET, Method::POST, Method::PUT];
    let table = RouteTable::new(
        methods
            .into_iter()
            .map(|method| RouteAccess::new(method, "/{*all}", Access::Public)),
    )
    .unwrap();
    let router = Router::new()
        .route("/note", post(async |ApiJson(note): ApiJson<Note>| note.title))
        .route(
            "/axum",
            post(async |Json(note): Json<serde_json::Value>| note.to_string()),
        )
        .route(
            "/number/{n}",
            route(async |axum::extract::Path(n): axum::extract::Path<u8>| n.to_string()),
        )
        .route("/text", route(async || (StatusCode::CONFLICT, "that was taken")))
        .route(
            "/fault",
            route(async || (StatusCode::INTERNAL_SERVER_ERROR, "postgres://app:hunter2@db/x")),
        )
        .route("/gateway", route(async || StatusCode::BAD_GATEWAY))
        .route("/html", route(async || (StatusCode::NOT_FOUND, Html("<p>gone</p>"))))
        .route(
            "/kept",
            route(async || {
                let mut answer = (StatusCode::NOT_FOUND, "as it is").into_response();
                answer.extensions_mut().insert(KeepBody);
                answer
            }),
        )
        .route("/fine", route(async || "fine"))
        .route("/secret", route(async || NoStore("s")))
        .route("/long", route(async || (StatusCode::CONFLICT, "x".repeat(5000))))
        .route(
            "/taken",
            route(async || {
                let taken: Result<(), Error> = Err(Error::TenantExists { id: id("acme") });
                taken.map_err(Problem::from)
            }),
        );
    World::new().app(table, router)
}

#[tokio::test]
async fn those_of_axum_and_of_handlers_too() {
    let app = app();
    for (path, status, kind) in [
        ("/nowhere", 404, "not-found"),
        ("/number/x", 400, "bad-request"),
        ("/text", 409, "conflict"),
        ("/fault", 500, "internal"),
        ("/gateway", 502, "bad-gateway"),
        ("/taken", 409, "tenant-exists"),
        ("/long", 409, "conflict"),
    ] {
        let seen = send(&app, get(path)).await;
        assert_eq!((seen.status, seen.kind().as_str()), (status, kind), "{path}");
        assert!(!seen.body.contains("hunter2") && seen.body.len() < 600, "{}", seen.body);
    }
    assert_eq!(send(&app, get("/text")).await.json()["detail"], "that was taken");
    let method = send(&app, Request::put("/note")).await;
    assert_eq!((method.status, method.kind().as_str()), (405, "method-not-allowed"));
    assert_eq!(method.headers["allow"], "POST");
    let html = send(&app, get("/html")).await;
    assert_eq!((html.status, html.body.as_str()), (404, "<p>gone</p>"));
    assert_eq!(send(&app, get("/kept")).await.body, "as it is");
    assert_eq!(send(&app, get("/fine")).await.body, "fine");
    let secret = send(&app, get("/secret")).await;
    assert_eq!(secret.headers["cache-control"], "no-store");
}

#[tokio::test]
async fn a_body_is_read_strictly() {
    let app = app();
    let json = || Request::post("/note").header("content-type", "application/json");
    assert_eq!(send_body(&app, json(), r#"{"title":"x"}"#).await.body, "x");
    let unknown = send_body(&app, json(), r#"{"title":"x","db_url":"y"}"#).await;
    assert_eq!((unknown.status, unknown.kind().as_str()), (400, "unknown-member"));
    assert_eq!(unknown.json()["member"], "db_url");
    for body in [
        "",
        "{",
        "[]",
        r#"{"title":7}"#,
        r#"{"title":"x"} x"#,
        r#"{"title":"x","title":"y"}"#,
        "\u{0}",
    ] {
        let seen = send_body(&app, json(), body).await;
        assert_eq!((seen.status, seen.kind().as_str()), (400, "invalid-body"), "{body}");
    }
    let plain = Request::post("/note").header("content-type", "text/plain");
    for request in [plain, Request::post("/note")] {
        let seen = send_body(&app, request, r#"{"title":"x"}"#).await;
        assert_eq!((seen.status, seen.kind().as_str()), (415, "unsupported-media-type"));
    }
    let large = format!(r#"{{"title":"{}"}}"#, "x".repeat(1024 * 1024));
    for path in ["/note", "/axum"] {
        let request = Request::post(path).header("content-type", "application/json");
        let seen = send_body(&app, request, large.clone()).await;
        assert_eq!(
            (seen.status, seen.kind().as_str()),
            (413, "payload-too-large"),
            "{path}"
        );
    }
    let axum = Request::post("/axum").header("content-type", "application/json");
    assert_eq!(send_body(&app, axum, "{").await.kind(), "bad-request");
}

fn answer(error: Error) -> (u16, String, HeaderMap) {
    let problem = Problem::from(error);
    let (status, kind) = (problem.status().as_u16(), problem.kind().to_owned());
    (status, kind, problem.into_response().headers().clone())
}

#[test]
fn those_of_the_core_have_a_kind_each() {
    for (error, status, kind) in [
        (Error::TenantExists { id: id("acme") }, 409, "tenant-exists"),
        (Error::TenantDiffers { field: "plan" }, 409, "tenant-differs"),
        (Error::TenantNotFound, 404, "not-found"),
        (
            Error::NotServed {
                state: TenantState::Suspended,
            },
            403,
            "tenant-suspended",
        ),
        (
            Error::NotServed {
                state: TenantState::Provisioning,
            },
            503,
            "unavailable",
        ),
        (
            Error::NotServed {
                state: TenantState::Deleting,
            },
            401,
            "unauthorized",
        ),
        (
            Error::WrongState {
                action: "resumed",
                state: TenantState::Purged,
            },
            409,
            "wrong-state",
        ),
        (Error::invalid("name", "give one"), 400, "invalid"),
        (Error::Fenced, 500, "internal"),
        (Error::Config("secret=hunter2".into()), 500, "internal"),
        (Error::Internal("row without id"), 500, "internal"),
    ] {
        let shown = error.to_string();
        let (got, name, _) = answer(error);
        assert_eq!((got, name.as_str()), (status, kind), "{shown}");
    }
    let away = Error::Unavailable {
        what: "the catalogue",
        retry_after: std::time::Duration::from_millis(2500),
        source: Some("password=hunter2".into()),
    };
    let problem = Problem::from(away);
    assert!(!problem.to_json().to_string().contains("hunter2"));
    assert_eq!(problem.into_response().headers()["retry-after"], "3");
}
