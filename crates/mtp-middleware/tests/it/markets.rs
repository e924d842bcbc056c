//! Markets' keys, and routes that need no token.

use std::sync::Arc;

use axum::{
    Router,
    http::{Method, Request},
    routing::{delete, get as route, post},
};
use futures::{FutureExt, future::BoxFuture};
use mtp_core::{Market, MarketKeys, Secret};
use mtp_middleware::{
    Access, Caller, Chain, Limits, MarketCaller, Principal, Resolvers, RouteAccess, RouteTable, RouteTableError,
    SignInTenant, TenantHandle,
};

use crate::support::{World, bearer, get, plenty, send};

struct Keys;

impl MarketKeys for Keys {
    fn market<'a>(&'a self, key: &'a Secret) -> BoxFuture<'a, mtp_core::Result<Option<Market>>> {
        let good = key.expose() == "mtp_mk_good";
        async move { Ok(good.then(|| Market::new("bazaar", uuid::Uuid::nil()))) }.boxed()
    }
}

fn table() -> RouteTable {
    RouteTable::default()
        .with([
            RouteAccess::new(Method::POST, "/hook", Access::Market),
            RouteAccess::new(Method::DELETE, "/tenant/{id}", Access::MarketOrCaller),
            RouteAccess::new(Method::POST, "/token", Access::Tenant),
            RouteAccess::new(Method::GET, "/wrong/{what}", Access::Public),
        ])
        .unwrap()
}

fn router() -> Router {
    Router::new()
        .route("/hook", post(async |MarketCaller(market): MarketCaller| market.name))
        .route(
            "/tenant/{id}",
            delete(async |who: Principal| match who {
                Principal::Market(market) => market.name,
                Principal::Caller(caller, _) => caller.subject().to_owned(),
            }),
        )
        .route(
            "/token",
            post(async |SignInTenant(tenant): SignInTenant| {
                format!("{} {:?}", tenant.is_some(), mtp_core::current_tenant())
            }),
        )
        .route("/wrong/handle", route(async |_: TenantHandle| ()))
        .route("/wrong/caller", route(async |_: Caller| ()))
        .route("/wrong/market", route(async |_: MarketCaller| ()))
        .route("/wrong/sign-in", route(async |_: SignInTenant| ()))
        .route(
            "/wrong/optional",
            route(async |caller: Option<Caller>| caller.is_none().to_string()),
        )
}

fn app(world: &World, limits: Limits) -> Router {
    Chain::new(Arc::clone(&world.directory) as _)
        .routes(table())
        .market_keys(Arc::new(Keys))
        .tenant(Resolvers::all(None))
        .auth(world.verifier())
        .rate_limit(limits)
        .wrap(router())
}

#[tokio::test]
async fn a_market_comes_in_by_its_key_only() {
    let world = World::new();
    let app = app(&world, plenty());
    let hook = || Request::post("/hook");
    assert_eq!(
        send(&app, hook().header("x-api-key", "mtp_mk_good")).await.body,
        "bazaar"
    );
    let first = send(&app, hook()).await;
    assert_eq!((first.status, first.kind().as_str()), (401, "unauthorized"));
    let token = world.token("active");
    let long = "k".repeat(4096);
    for request in [
        hook().header("x-api-key", "mtp_mk_bad"),
        hook().header("x-api-key", ""),
        hook().header("x-api-key", long),
        hook().header("authorization", "Bearer mtp_mk_good"),
        hook().header("authorization", format!("Bearer {token}")),
    ] {
        assert_eq!(send(&app, request).await.whole(), first.whole());
    }
    let twice = hook()
        .header("x-api-key", "mtp_mk_good")
        .header("x-api-key", "mtp_mk_good");
    assert_eq!(send(&app, twice).await.status, 400);
}

#[tokio::test]
async fn either_means_one_of_them() {
    let world = World::new();
    let app = app(&world, plenty());
    let delete = || Request::delete("/tenant/active");
    assert_eq!(
        send(&app, delete().header("x-api-key", "mtp_mk_good")).await.body,
        "bazaar"
    );
    assert_eq!(send(&app, delete()).await.status, 401);
    assert_eq!(send(&app, delete().header("x-api-key", "mtp_mk_bad")).await.status, 401);
    let token = format!("Bearer {}", world.token("suspended"));
    assert_eq!(
        send(&app, delete().header("authorization", &token)).await.kind(),
        "tenant-suspended"
    );
    let both = delete()
        .header("x-api-key", "mtp_mk_good")
        .header("authorization", &token);
    assert_eq!(send(&app, both).await.status, 400);
    // A market's key opens no route of callers.
    let other = get("/else").header("x-api-key", "mtp_mk_good");
    assert_eq!(send(&app, other).await.status, 401);
}

#[tokio::test]
async fn sign_in_sees_no_difference_between_nobody_and_not_served() {
    let world = World::new();
    let app = app(&world, plenty());
    for name in ["suspended", "provisioning", "purged", "nobody"] {
        let seen = send(&app, Request::post("/token").header("x-tenant-id", name)).await;
        assert_eq!((seen.status, seen.body.as_str()), (200, "false None"), "{name}");
    }
    assert_eq!(send(&app, Request::post("/token")).await.status, 400);
}

#[tokio::test]
async fn sign_in_and_markets_have_rates_of_their_own() {
    let world = World::new();
    let limits = Limits::default()
        .anonymous("2/h".parse().unwrap())
        .market("3/h".parse().unwrap());
    let app = app(&world, limits);
    for name in ["active", "nobody"] {
        for turn in 0..4 {
            let seen = send(&app, Request::post("/token").header("x-tenant-id", name)).await;
            assert_eq!(seen.status, if turn < 2 { 200 } else { 429 }, "{name} {turn}");
        }
    }
    for turn in 0..5 {
        let seen = send(&app, Request::post("/hook").header("x-api-key", "mtp_mk_good")).await;
        assert_eq!(seen.status, if turn < 3 { 200 } else { 429 }, "{turn}");
    }
}

#[tokio::test]
async fn a_handler_that_asks_for_more_than_its_route_gives_is_a_fault_of_ours() {
    let world = World::new();
    let app = app(&world, plenty());
    for what in ["handle", "caller", "market", "sign-in"] {
        let seen = send(&app, bearer(&format!("/wrong/{what}"), &world.token("active"))).await;
        assert_eq!((seen.status, seen.kind().as_str()), (500, "internal"), "{what}");
    }
    assert_eq!(send(&app, get("/wrong/optional")).await.body, "true");
    // And so is a router without the chain.
    assert_eq!(send(&router(), get("/wrong/caller")).await.status, 500);
}

#[test]
fn a_table_with_two_answers_is_refused() {
    let twice = table().with([RouteAccess::new(Method::POST, "/hook", Access::Public)]);
    assert!(matches!(twice, Err(RouteTableError::Twice { path: "/hook", .. })));
    let wild = table().with([RouteAccess::new(Method::GET, "/wrong/{other}", Access::Caller)]);
    assert!(matches!(wild, Err(RouteTableError::Path { .. })));
    let same = table()
        .with([RouteAccess::new(Method::POST, "/hook", Access::Market)])
        .unwrap();
    assert_eq!(same.access(&Method::POST, "/hook"), Access::Market);
    assert_eq!(same.access(&Method::GET, "/hook"), Access::Caller);
    assert_eq!(same.access(&Method::GET, "/api/health"), Access::Public);
    assert_eq!(same.access(&Method::GET, "/api/health/"), Access::Caller);
}
