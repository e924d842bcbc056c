//! Nobody without a good credential learns who is a customer.

use mtp_middleware::{Chain, Limits, Resolvers, RouteTable};

use crate::support::{Directory, PROVIDER, World, b64, bearer, get, hs256, notes, send};

#[tokio::test]
async fn the_answer_is_the_same_byte_by_byte_for_every_name() {
    for in_memory in [true, false] {
        let world = World::with(Directory::new(in_memory));
        let app = world.app(RouteTable::default(), notes());
        let first = send(&app, get("/notes")).await;
        assert_eq!((first.status, first.kind().as_str()), (401, "unauthorized"));
        assert_eq!(first.headers["www-authenticate"], "Bearer");
        let other_key = World::new();
        let forged = other_key.token("active");
        let unsigned = format!(
            "{}.{}.{}",
            b64(br#"{"alg":"none"}"#),
            b64(br#"{"sub":"x","tenant_id":"active"}"#),
            b64(b"x")
        );
        for name in [
            "active",
            "suspended",
            "provisioning",
            "failed",
            "deleting",
            "purging",
            "purged",
            "nobody",
        ] {
            for request in [
                get("/notes").header("x-tenant-id", name),
                get("/notes").header("host", format!("{name}.example.com")),
                get(&format!("/t/{name}/notes")),
                get(&format!("/t/{name}/there/is/no/such/route")),
                get("/notes")
                    .header("x-tenant-id", name)
                    .header("authorization", "Basic eDp5"),
                get("/notes")
                    .header("x-tenant-id", name)
                    .header("x-api-key", "mtp_mk_x"),
                bearer("/notes", &forged).header("x-tenant-id", name),
                bearer("/notes", &unsigned).header("x-tenant-id", name),
            ] {
                assert_eq!(send(&app, request).await.whole(), first.whole(), "{name}");
            }
        }
        assert_eq!(
            world.directory.looked(),
            0,
            "nobody was looked up, so nothing shows in time"
        );
    }
}

#[tokio::test]
async fn a_good_token_of_nobody_is_no_credential() {
    let world = World::new();
    let app = world.app(RouteTable::default(), notes());
    let first = send(&app, get("/notes")).await.whole();
    let exp = chrono::Utc::now().timestamp() + 60;
    for name in ["nobody", "failed", "deleting", "purging", "purged"] {
        let claims = format!(r#"{{"iss":"{PROVIDER}","aud":"notes","sub":"x","tenant_id":"{name}","exp":{exp}}}"#);
        let token = hs256(r#"{"alg":"HS256","typ":"JWT"}"#, &claims);
        for named in [name, "active", "someone-else"] {
            let seen = send(&app, bearer("/notes", &token).header("x-tenant-id", named)).await;
            assert_eq!(seen.whole(), first, "{name} on {named}");
        }
    }
}

#[tokio::test]
async fn too_many_strangers_are_told_to_wait_and_others_are_not() {
    let world = World::new();
    let app = Chain::new(std::sync::Arc::clone(&world.directory) as _)
        .tenant(Resolvers::all(None))
        .auth(world.verifier())
        .rate_limit(Limits::default().anonymous("3/h".parse().unwrap()))
        .wrap(notes());
    for name in ["active", "nobody"] {
        for turn in 0..5 {
            let seen = send(&app, get("/notes").header("x-tenant-id", name)).await;
            let expected = if turn < 3 { 401 } else { 429 };
            assert_eq!(seen.status, expected, "{name} {turn}");
            if turn >= 3 {
                assert_eq!(seen.kind(), "rate-limited");
                let wait: u64 = seen.headers["retry-after"].to_str().unwrap().parse().unwrap();
                assert!((1..=1200).contains(&wait), "{wait}");
            }
        }
    }
    // Same address, same name, a good token: it is not a stranger.
    let token = world.token("suspended");
    for _ in 0..10 {
        let seen = send(&app, bearer("/notes", &token).header("x-tenant-id", "suspended")).await;
        assert_eq!(seen.kind(), "tenant-suspended");
    }
}
