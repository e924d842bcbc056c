use std::sync::Arc;

fn wrong(directory: Arc<dyn mtp_core::TenantDirectory>, verifier: mtp_middleware::TokenVerifier) {
    let _ = mtp_middleware::Chain::new(directory).auth(verifier);
}

fn main() {}
