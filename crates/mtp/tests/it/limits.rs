//! One tenant's flood is its own.

use http::StatusCode;
use mtp::{Limits, RateLimit};

use crate::service::{Service, call};

#[tokio::test]
async fn a_flood_of_one_tenant_is_refused_and_the_other_is_served() {
    let s = Service::with(|b| b.limits(Limits::new(RateLimit::parse("5/h").unwrap()))).await;
    let mut refused = None;
    for _ in 0..20 {
        let answer = call("GET", "/notes").of(&s.a).send(&s.app).await;
        if answer.status == StatusCode::TOO_MANY_REQUESTS {
            refused = Some(answer);
        }
    }
    let refused = refused.expect("twenty requests of five an hour");
    assert!(refused.headers.contains_key("retry-after"), "{refused:?}");
    assert_eq!(refused.headers["content-type"], "application/problem+json");
    assert_eq!(call("GET", "/notes").of(&s.b).send(&s.app).await.status, StatusCode::OK);
}

#[test]
fn what_took_too_long_is_told_so() {
    // As the core makes it of a statement past its time.
    let problem = mtp::Problem::from(mtp::core::Error::from(sqlx::Error::PoolTimedOut));
    assert_eq!(problem.status(), StatusCode::GATEWAY_TIMEOUT);
    assert_eq!(problem.kind(), "timeout");
    assert!(problem.to_json()["detail"].as_str().unwrap().contains("longer"));
}
