//! The JSON of the standard routes. Nothing here is a type of the core, so that neither changes the other.

use std::collections::BTreeMap;

use chrono::{DateTime, Utc};
use mtp_core::Secret;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// An error (RFC 9457, `application/problem+json`). Some have further members.
#[derive(ToSchema)]
#[schema(as = Problem)]
#[expect(dead_code, reason = "it describes what mtp_middleware::Problem writes")]
pub(crate) struct ProblemBody {
    /// A stable URN, `urn:mtp:problem:<kind>`.
    r#type: String,
    /// The kind in words, the same each time.
    title: String,
    /// The HTTP status.
    status: u16,
    /// Words for this case.
    detail: Option<String>,
}

/// How one part stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub(crate) enum HealthStatus {
    Ok,
    Fail,
}

/// How one part stands.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub(crate) struct HealthCheck {
    pub(crate) status: HealthStatus,
}

/// Whether the service can work.
#[derive(Debug, Clone, Serialize, ToSchema)]
#[schema(as = Health)]
pub(crate) struct HealthBody {
    pub(crate) status: HealthStatus,
    /// Each part by its name.
    pub(crate) checks: BTreeMap<String, HealthCheck>,
}

/// Either a name and its password, or a refresh token.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct TokenRequest {
    pub(crate) username: Option<String>,
    #[schema(value_type = Option<String>, format = Password)]
    pub(crate) password: Option<Secret>,
    /// Good once.
    #[schema(value_type = Option<String>)]
    pub(crate) refresh_token: Option<Secret>,
}

/// Tokens of one who signed in.
#[derive(Serialize, ToSchema)]
#[schema(as = Token)]
pub(crate) struct TokenBody {
    /// For `Authorization: Bearer`.
    pub(crate) access_token: String,
    /// Always `Bearer`.
    pub(crate) token_type: &'static str,
    /// Seconds.
    pub(crate) expires_in: u64,
    /// Gets the next tokens, once.
    pub(crate) refresh_token: String,
    /// Present and true where the access token can only change the password.
    #[serde(skip_serializing_if = "is_false")]
    #[schema(required = false)]
    pub(crate) must_change: bool,
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde hands a reference over")]
fn is_false(value: &bool) -> bool {
    !*value
}

/// A password for another.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct PasswordChange {
    #[schema(value_type = String, format = Password)]
    pub(crate) current: Secret,
    #[schema(value_type = String, format = Password)]
    pub(crate) new: Secret,
}

/// A password by the token of a link.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct PasswordSet {
    /// The link's token, good once.
    #[schema(value_type = String)]
    pub(crate) token: Secret,
    #[schema(value_type = String, format = Password)]
    pub(crate) new: Secret,
}

/// The tenant as its own people see it.
#[derive(Serialize, ToSchema)]
#[schema(as = TenantInfo)]
pub(crate) struct TenantBody {
    pub(crate) tenant_id: String,
    pub(crate) name: String,
    pub(crate) url: String,
    pub(crate) state: &'static str,
    pub(crate) plan: Option<String>,
    pub(crate) features: Vec<String>,
    /// `database`, `schema` or `shared`.
    pub(crate) isolation: &'static str,
    pub(crate) created_at: DateTime<Utc>,
}

/// A tenant that is ending.
#[derive(Serialize, ToSchema)]
#[schema(as = TenantDeleted)]
pub(crate) struct DeletedBody {
    pub(crate) tenant_id: String,
    /// Always `deleting`.
    pub(crate) state: &'static str,
    /// When its data is destroyed. Until then it can be restored.
    pub(crate) purge_after: Option<DateTime<Utc>>,
}

/// Whose credentials.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct RotateRequest {
    pub(crate) tenant_id: String,
}

/// A link by which the admin's password is set, once.
#[derive(Serialize, ToSchema)]
#[schema(as = CredentialsLink)]
pub(crate) struct LinkBody {
    /// Its fragment is `token=…`.
    pub(crate) set_password_url: String,
    pub(crate) expires_at: DateTime<Utc>,
}
