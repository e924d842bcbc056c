//! The standard routes as an OpenAPI document, generated from the handlers.

use utoipa::{
    Modify, OpenApi,
    openapi::security::{ApiKey, ApiKeyValue, Http, HttpAuthScheme, SecurityScheme},
};

use crate::{credentials, documents, health, password, tenant, token, types::ProblemBody};

#[derive(OpenApi)]
#[openapi(
    info(title = "Service", description = "A service of many tenants."),
    paths(
        health::health,
        documents::openapi,
        documents::manifest,
        documents::jwks,
        token::token,
        password::change,
        password::set,
        tenant::info,
        tenant::delete,
        credentials::rotate,
    ),
    components(schemas(ProblemBody)),
    modifiers(&Schemes),
    tags(
        (name = "service", description = "The service itself"),
        (name = "tenant", description = "For a tenant's people"),
        (name = "market", description = "For service markets"),
    )
)]
struct Standard;

struct Schemes;

impl Modify for Schemes {
    fn modify(&self, openapi: &mut utoipa::openapi::OpenApi) {
        let components = openapi.components.get_or_insert_default();
        let mut bearer = Http::new(HttpAuthScheme::Bearer);
        bearer.bearer_format = Some("JWT".to_owned());
        components.add_security_scheme("bearer", SecurityScheme::Http(bearer));
        let key = ApiKeyValue::with_description("X-API-Key", "A market's key, mtp_mk_…");
        components.add_security_scheme("market_key", SecurityScheme::ApiKey(ApiKey::Header(key)));
    }
}

/// The OpenAPI document of the standard routes. Others are merged into it by
/// [`StandardApi::openapi`](crate::StandardApi::openapi).
pub fn openapi() -> utoipa::openapi::OpenApi {
    Standard::openapi()
}
