//! A good credential: on its own tenant, and on another's name.

use std::sync::{Arc, Mutex};

use mtp_core::{Freshness, TenantState};
use mtp_middleware::{AuditSink, Chain, CrossTenantAttempt, Limits, Resolvers, RouteTable};

use crate::support::{Directory, PROVIDER, World, bearer, get, hs256, notes, plenty, send};

#[derive(Default)]
struct Kept(Mutex<Vec<CrossTenantAttempt>>);

impl AuditSink for Kept {
    fn cross_tenant(&self, attempt: CrossTenantAttempt) {
        self.0.lock().unwrap().push(attempt);
    }
}

#[tokio::test]
async fn on_another_name_the_answer_is_one_403_whether_it_exists_or_not() {
    for in_memory in [true, false] {
        let world = World::with(Directory::new(in_memory));
        let kept = Arc::new(Kept::default());
        let chain = Chain::new(Arc::clone(&world.directory) as _)
            .audit(Arc::clone(&kept) as _)
            .tenant(Resolvers::all(Some("example.com")))
            .auth(world.verifier())
            .rate_limit(plenty());
        let counts = chain.counts();
        let app = chain.wrap(notes());
        let token = world.token("active");
        let others = [
            "suspended",
            "provisioning",
            "failed",
            "deleting",
            "purging",
            "purged",
            "nobody",
        ];
        let mut answers = Vec::new();
        for name in others {
            for request in [
                bearer("/notes", &token).header("x-tenant-id", name),
                bearer("/notes", &token).header("host", format!("{name}.example.com")),
                bearer(&format!("/t/{name}/notes"), &token),
                bearer(&format!("/t/{name}/no/such/route"), &token),
            ] {
                let seen = send(&app, request).await;
                assert_eq!((seen.status, seen.kind().as_str()), (403, "foreign-tenant"));
                answers.push(seen.whole());
            }
        }
        answers.dedup();
        assert_eq!(answers.len(), 1, "{answers:#?}");
        assert!(
            world
                .directory
                .names
                .lock()
                .unwrap()
                .iter()
                .all(|name| name == "active"),
            "the other name was never looked up"
        );
        assert_eq!(counts.cross_tenant(), 28);
        assert_eq!(counts.refused(), 0);
        let kept = kept.0.lock().unwrap();
        assert_eq!(kept.len(), 28);
        assert_eq!(kept[0].tenant_id.as_str(), "active");
        assert_eq!(kept[0].tenant_uid, world.directory.uid("active"));
        assert_eq!(kept[0].named.as_str(), "suspended");
        assert_eq!(kept[0].subject, "admin@example.org");
    }
}

#[tokio::test]
async fn its_own_caller_learns_how_a_tenant_stands() {
    for in_memory in [true, false] {
        let world = World::with(Directory::new(in_memory));
        let app = world.app(RouteTable::default(), notes());
        for state in TenantState::ALL {
            let seen = send(&app, bearer("/notes", &world.token(state.as_str()))).await;
            let expected = match state {
                TenantState::Suspended => (403, "tenant-suspended"),
                // The fake directory has no handle to give: as while a tenant moves.
                TenantState::Active | TenantState::Provisioning => (503, "unavailable"),
                _ => (401, "unauthorized"),
            };
            assert_eq!((seen.status, seen.kind().as_str()), expected, "{state}");
            assert_eq!(seen.headers.contains_key("retry-after"), seen.status == 503);
        }
    }
}

#[tokio::test]
async fn a_name_that_is_used_again_inherits_nothing() {
    let world = World::new();
    let app = world.app(RouteTable::default(), notes());
    let token = world.token("suspended");
    let now = chrono::Utc::now().timestamp();
    let claims = |iat: i64, exp: i64| {
        format!(r#"{{"iss":"{PROVIDER}","aud":"notes","sub":"x","tenant_id":"suspended","iat":{iat},"exp":{exp}}}"#)
    };
    let header = r#"{"alg":"HS256"}"#;
    let old = hs256(header, &claims(now - 3600, now + 3600));
    let new = hs256(header, &claims(now, now + 3600));
    assert_eq!(send(&app, bearer("/notes", &token)).await.kind(), "tenant-suspended");
    assert_eq!(send(&app, bearer("/notes", &new)).await.kind(), "tenant-suspended");
    assert_eq!(
        send(&app, bearer("/notes", &old)).await.status,
        401,
        "older than its tenant"
    );
    world.directory.set("suspended", TenantState::Suspended);
    assert_eq!(
        send(&app, bearer("/notes", &token)).await.status,
        401,
        "bound to the former one"
    );
}

#[tokio::test]
async fn a_catalogue_that_is_away_is_503_without_a_word_of_why() {
    let world = World::with(Directory::new(false));
    let app = world.app(RouteTable::default(), notes());
    *world.directory.freshness.lock().unwrap() = Freshness::Lost;
    let seen = send(&app, bearer("/notes", &world.token("active"))).await;
    assert_eq!((seen.status, seen.kind().as_str()), (503, "unavailable"));
    assert_eq!(seen.headers["retry-after"], "7");
    assert!(
        !seen.body.contains("db.internal") && !seen.body.contains("hunter2"),
        "{}",
        seen.body
    );
    assert_eq!(
        send(&app, get("/notes")).await.status,
        401,
        "strangers learn nothing of that either"
    );
}

#[tokio::test]
async fn attempts_across_tenants_are_counted_past_the_limit_and_not_logged() {
    let world = World::new();
    let kept = Arc::new(Kept::default());
    let chain = Chain::new(Arc::clone(&world.directory) as _)
        .audit(Arc::clone(&kept) as _)
        .tenant(Resolvers::all(None))
        .auth(world.verifier())
        .rate_limit(Limits::default().anonymous("2/h".parse().unwrap()));
    let counts = chain.counts();
    let app = chain.wrap(notes());
    let token = world.token("active");
    for turn in 0..6 {
        let seen = send(&app, bearer("/notes", &token).header("x-tenant-id", "nobody")).await;
        assert_eq!(seen.status, if turn < 2 { 403 } else { 429 });
    }
    assert_eq!((counts.cross_tenant(), kept.0.lock().unwrap().len()), (6, 2));
}
