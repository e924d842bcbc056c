use std::sync::Arc;

use mtp_middleware::{Chain, Limits, Resolvers};

fn wrong(directory: Arc<dyn mtp_core::TenantDirectory>) {
    let _ = Chain::new(directory)
        .tenant(Resolvers::all(None))
        .rate_limit(Limits::default());
}

fn main() {}
