//! The market's routes as an OpenAPI document, generated from the handlers.

use utoipa::{
    Modify, OpenApi,
    openapi::security::{ApiKey, ApiKeyValue, SecurityScheme},
};

use crate::{operation, provision, types::ProblemBody};

#[derive(OpenApi)]
#[openapi(
    info(title = "Market", description = "What a service market calls."),
    paths(provision::provision, operation::operation),
    components(schemas(ProblemBody)),
    modifiers(&Schemes),
    tags((name = "market", description = "For service markets"))
)]
struct Market;

struct Schemes;

impl Modify for Schemes {
    fn modify(&self, openapi: &mut utoipa::openapi::OpenApi) {
        let components = openapi.components.get_or_insert_default();
        let key = ApiKeyValue::with_description("X-API-Key", "A market's key, mtp_mk_…");
        components.add_security_scheme("market_key", SecurityScheme::ApiKey(ApiKey::Header(key)));
    }
}

/// The OpenAPI document of the market's routes, to be merged into the service's.
pub fn openapi() -> utoipa::openapi::OpenApi {
    Market::openapi()
}
