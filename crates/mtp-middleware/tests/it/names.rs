//! Where a request names its tenant, and what is wrong with naming it badly.

use axum::{
    Router,
    extract::OriginalUri,
    http::{Method, Uri},
    routing::get as route,
};
use mtp_middleware::{Access, Chain, HeaderResolver, Resolvers, RouteAccess, RouteTable};

use crate::support::{World, bearer, get, notes, plenty, send};

#[tokio::test]
async fn places_that_disagree_are_refused() {
    let world = World::new();
    let app = world.app(RouteTable::default(), notes());
    let token = world.token("suspended");
    // Alone or in agreement, each place names the token's tenant.
    for request in [
        bearer("/notes", &token),
        bearer("/notes", &token).header("x-tenant-id", "suspended"),
        bearer("/notes", &token).header("host", "suspended.example.com"),
        bearer("/notes", &token).header("host", "SUSPENDED.Example.COM:8080"),
        bearer("/t/suspended/notes", &token),
        bearer("/t/suspended/notes", &token)
            .header("x-tenant-id", "suspended")
            .header("host", "suspended.example.com"),
        bearer("/notes", &token).header("host", "www.example.com"),
        bearer("/notes", &token).header("host", "elsewhere.org"),
        bearer("http://suspended.example.com/notes", &token),
    ] {
        let seen = send(&app, request).await;
        assert_eq!(seen.kind(), "tenant-suspended", "{}", seen.body);
    }
    for request in [
        bearer("/notes", &token)
            .header("x-tenant-id", "suspended")
            .header("host", "active.example.com"),
        bearer("/t/active/notes", &token).header("x-tenant-id", "suspended"),
        bearer("/t/active/notes", &token).header("host", "suspended.example.com"),
        get("/t/active/notes").header("x-tenant-id", "suspended"),
        bearer("/notes", &token)
            .header("x-tenant-id", "suspended")
            .header("x-tenant-id", "suspended"),
        bearer("/notes", &token)
            .header("host", "suspended.example.com")
            .header("host", "suspended.example.com"),
        bearer("http://suspended.example.com/notes", &token).header("host", "active.example.com"),
        bearer("/notes", &token).header("authorization", "Bearer x"),
    ] {
        let seen = send(&app, request).await;
        assert_eq!(
            (seen.status, seen.kind().as_str()),
            (400, "bad-request"),
            "{}",
            seen.body
        );
    }
}

#[tokio::test]
async fn a_name_that_cannot_exist_is_a_bad_request() {
    let world = World::new();
    let app = world.app(RouteTable::default(), notes());
    for name in [
        "",
        "Acme",
        "a b",
        "7a",
        "a-",
        "admin",
        "x'; DROP TABLE tenants --",
        "\u{e4}",
    ] {
        let seen = send(&app, get("/notes").header("x-tenant-id", name)).await;
        assert_eq!((seen.status, seen.kind().as_str()), (400, "bad-request"), "{name:?}");
    }
    for path in ["/t/", "/t//notes", "/t/Acme/notes", "/t/..%2f/notes", "/t/api/notes"] {
        assert_eq!(send(&app, get(path)).await.status, 400, "{path}");
    }
    assert_eq!(
        send(&app, get("/notes").header("host", "7a.example.com")).await.status,
        400
    );
    assert_eq!(world.directory.looked(), 0, "names alone make nobody look");
}

#[tokio::test]
async fn without_the_token_resolver_the_request_itself_must_name_the_tenant() {
    let world = World::new();
    let app = Chain::new(std::sync::Arc::clone(&world.directory) as _)
        .tenant(Resolvers::none().with(HeaderResolver))
        .auth(world.verifier())
        .rate_limit(plenty())
        .wrap(notes());
    let token = world.token("suspended");
    assert_eq!(send(&app, bearer("/notes", &token)).await.status, 400);
    let named = bearer("/notes", &token).header("x-tenant-id", "suspended");
    assert_eq!(send(&app, named).await.kind(), "tenant-suspended");
    // A place that the service does not look at names nobody.
    let by_path = bearer("/t/suspended/notes", &token).header("x-tenant-id", "suspended");
    assert_eq!(send(&app, by_path).await.kind(), "tenant-suspended");
}

#[tokio::test]
async fn the_router_sees_the_path_without_the_prefix() {
    let world = World::new();
    let table = RouteTable::default()
        .with([RouteAccess::new(Method::GET, "/open/{id}", Access::Public)])
        .unwrap();
    let handler = async |uri: Uri, OriginalUri(original): OriginalUri| format!("{uri} {original}");
    let router = Router::new()
        .route("/open/{id}", route(handler))
        .route("/", route(async || "root"));
    let app = world.app(table, router);
    let seen = send(&app, get("/t/acme/open/7?q=1&r=%20")).await;
    assert_eq!(seen.body, "/open/7?q=1&r=%20 /t/acme/open/7?q=1&r=%20");
    assert_eq!(send(&app, get("/open/7")).await.body, "/open/7 /open/7");
    assert_eq!(
        send(&app, get("/t/acme")).await.status,
        401,
        "the root demands a caller"
    );
    // What the table says of a path holds for that very path only.
    for path in [
        "/open",
        "/open/7/8",
        "/open//7",
        "/t/acme//open/7",
        "//open/7",
        "/open/7/",
    ] {
        assert_eq!(send(&app, get(path)).await.status, 401, "{path}");
    }
    let post = axum::http::Request::post("/open/7");
    assert_eq!(send(&app, post).await.status, 401);
    assert_eq!(send(&app, axum::http::Request::head("/open/7")).await.status, 200);
}
