//! Verified tokens are remembered, and forgotten when they should be.

use std::sync::{
    Arc,
    atomic::{AtomicUsize, Ordering},
};

use chrono::{Duration, Utc};
use mtp_core::{Freshness, TenantId, TenantState};
use mtp_middleware::{Authenticate, Authentication, Caller, CallerParts, Chain, Resolvers, SigningKey, TokenVerifier};

use crate::support::{Directory, World, bearer, id, notes, plenty, send};

/// Counts how often a token is verified.
struct Counting(TokenVerifier, Arc<AtomicUsize>);

impl Authenticate for Counting {
    fn authenticate(&self, token: &str, named: Option<&TenantId>) -> Authentication {
        self.1.fetch_add(1, Ordering::Relaxed);
        self.0.authenticate(token, named)
    }

    fn generation(&self) -> u64 {
        self.0.generation()
    }
}

/// Knows one caller, after a while.
struct Slow(Duration);

impl Authenticate for Slow {
    fn authenticate(&self, token: &str, _named: Option<&TenantId>) -> Authentication {
        let good = token == "x";
        let life = self.0;
        Authentication::Later(Box::pin(async move {
            tokio::task::yield_now().await;
            if !good {
                return Err(mtp_middleware::TokenFault::UnknownKey);
            }
            Ok(Caller::from(CallerParts {
                tenant_id: id("suspended"),
                tenant_uid: None,
                subject: "ada".into(),
                scopes: vec![],
                issued_at: None,
                expires_at: Utc::now() + life,
                key_id: "k".into(),
                token_id: None,
                must_change: false,
            }))
        }))
    }

    fn generation(&self) -> u64 {
        0
    }
}

fn app(world: &World) -> (axum::Router, Arc<AtomicUsize>) {
    let count = Arc::new(AtomicUsize::new(0));
    let app = Chain::new(Arc::clone(&world.directory) as _)
        .tenant(Resolvers::all(None))
        .auth(Counting(world.verifier(), Arc::clone(&count)))
        .rate_limit(plenty())
        .wrap(notes());
    (app, count)
}

#[tokio::test]
async fn a_token_is_verified_once_while_nothing_changes() {
    let world = World::new();
    let (app, count) = app(&world);
    let token = world.token("suspended");
    let verified = || count.load(Ordering::Relaxed);
    for _ in 0..5 {
        assert_eq!(send(&app, bearer("/notes", &token)).await.kind(), "tenant-suspended");
    }
    assert_eq!(verified(), 1);
    // It is remembered, and refused on another's name all the same.
    let foreign = bearer("/notes", &token).header("x-tenant-id", "active");
    assert_eq!(send(&app, foreign).await.kind(), "foreign-tenant");
    assert_eq!(verified(), 1);
    // Without fresh knowledge nothing is believed from memory.
    *world.directory.freshness.lock().unwrap() = Freshness::Stale;
    send(&app, bearer("/notes", &token)).await;
    send(&app, bearer("/notes", &token)).await;
    assert_eq!(verified(), 3);
    *world.directory.freshness.lock().unwrap() = Freshness::Fresh;
    send(&app, bearer("/notes", &token)).await;
    assert_eq!(verified(), 3);
    // Other keys: once more.
    let next = SigningKey::generate(Utc::now() + Duration::days(60)).unwrap();
    world.own.replace(&[world.key.clone(), next]).unwrap();
    send(&app, bearer("/notes", &token)).await;
    send(&app, bearer("/notes", &token)).await;
    assert_eq!(verified(), 4);
}

#[tokio::test]
async fn what_was_remembered_for_a_tenant_is_no_use_to_its_successor() {
    for bound in [true, false] {
        let world = World::new();
        let (app, _) = app(&world);
        let token = if bound {
            world.token("suspended")
        } else {
            let exp = Utc::now().timestamp() + 300;
            let claims = format!(
                r#"{{"iss":"{}","aud":"notes","sub":"x","tenant_id":"suspended","exp":{exp}}}"#,
                crate::support::PROVIDER
            );
            crate::support::hs256(r#"{"alg":"HS256"}"#, &claims)
        };
        assert_eq!(send(&app, bearer("/notes", &token)).await.status, 403);
        world.directory.set("suspended", TenantState::Suspended);
        assert_eq!(send(&app, bearer("/notes", &token)).await.status, 401, "{bound}");
        world.directory.set("suspended", TenantState::Deleting);
        assert_eq!(send(&app, bearer("/notes", &token)).await.status, 401, "{bound}");
    }
}

#[tokio::test]
async fn a_remembered_token_still_ends() {
    let world = World::with(Directory::new(true));
    let app = Chain::new(Arc::clone(&world.directory) as _)
        .tenant(Resolvers::all(None))
        .auth(Slow(Duration::milliseconds(-1)))
        .rate_limit(plenty())
        .wrap(notes());
    // A verifier that takes its time is waited for; what it gives is good once, since it is over.
    assert_eq!(send(&app, bearer("/notes", "x")).await.kind(), "tenant-suspended");
    assert_eq!(send(&app, bearer("/notes", "y")).await.status, 401);
    let count = Arc::new(AtomicUsize::new(0));
    let short = mtp_middleware::Grant {
        lifetime: std::time::Duration::from_secs(1),
        ..mtp_middleware::Grant::new(id("suspended"), world.directory.uid("suspended"), "ada")
    };
    let token = world.own.issue(&short).unwrap();
    let app = Chain::new(Arc::clone(&world.directory) as _)
        .tenant(Resolvers::all(None))
        .auth(Counting(world.verifier(), Arc::clone(&count)))
        .rate_limit(plenty())
        .wrap(notes());
    send(&app, bearer("/notes", token.token.expose())).await;
    send(&app, bearer("/notes", token.token.expose())).await;
    assert_eq!(count.load(Ordering::Relaxed), 1);
    tokio::time::sleep(std::time::Duration::from_millis(1100)).await;
    send(&app, bearer("/notes", token.token.expose())).await;
    assert_eq!(
        count.load(Ordering::Relaxed),
        2,
        "memory does not outlive the token: it is verified anew"
    );
}
