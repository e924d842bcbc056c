use std::sync::Arc;

use mtp_middleware::{Chain, Resolvers, TokenVerifier};

fn wrong(directory: Arc<dyn mtp_core::TenantDirectory>, verifier: TokenVerifier, router: axum::Router) {
    let _ = Chain::new(directory)
        .tenant(Resolvers::all(None))
        .auth(verifier)
        .wrap(router);
}

fn main() {}
