//! The JSON of the market's routes. Nothing here is a type of the core, so that neither changes the other.

use std::collections::BTreeMap;

use mtp_core::{Isolation, TenantConfig, TenantId};
use mtp_middleware::Problem;
use serde::{Deserialize, Serialize};
use serde_json::Value;
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

/// A tenant that is to be made. It is told from others by `Idempotency-Key`, else by `external_id`, else by
/// `tenant_id`; one of them is needed.
#[derive(Debug, Deserialize, Serialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = ProvisionTenant)]
pub(crate) struct ProvisionBody {
    /// 1–63 of `a-z0-9-`; made from the name where it is absent.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) tenant_id: Option<String>,
    /// The name that people read.
    pub(crate) name: String,
    /// A plan of the manifest.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) plan: Option<String>,
    /// Features of the manifest.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) features: Option<Vec<String>>,
    /// Becomes the admin's user name.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) admin_email: Option<String>,
    /// The market's own number for the order or licence.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) external_id: Option<String>,
    /// `database`, `schema` or `shared`, where the manifest offers it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) isolation: Option<String>,
    /// The market's own data, kept and never interpreted.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<Object>)]
    pub(crate) metadata: Option<BTreeMap<String, Value>>,
}

impl ProvisionBody {
    /// What tells the same body from another: its members, without regard to order and spaces.
    pub(crate) fn canonical(mut self) -> (Self, String) {
        if let Some(features) = &mut self.features {
            features.sort_unstable();
            features.dedup();
        }
        let text = serde_json::to_string(&self).unwrap_or_default();
        (self, text)
    }

    /// What the core is asked for.
    pub(crate) fn config(self, market: &str) -> Result<TenantConfig, Problem> {
        let mut config = TenantConfig::new(self.name).market(market);
        if let Some(id) = &self.tenant_id {
            config.id = Some(TenantId::parse(id).map_err(mtp_core::Error::from)?);
        }
        if let Some(isolation) = &self.isolation {
            let isolation: Isolation = isolation
                .parse()
                .map_err(|e: mtp_core::UnknownIsolation| mtp_core::Error::invalid("isolation", e.to_string()))?;
            config.isolation = Some(isolation);
        }
        config.plan = self.plan;
        config.features = self.features.unwrap_or_default();
        config.admin_email = self.admin_email;
        config.external_id = self.external_id;
        config.metadata = self.metadata.unwrap_or_default();
        Ok(config)
    }
}

/// The admin's first credentials.
#[derive(Serialize, ToSchema)]
pub(crate) struct AdminCredentials {
    pub(crate) username: String,
    /// Null once it was used or changed, or 15 minutes after it was made.
    pub(crate) password: Option<String>,
    /// Where to ask for a link that sets a new one; present where `password` is null.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) rotate_url: Option<String>,
}

/// A tenant that is there.
#[derive(Serialize, ToSchema)]
#[schema(as = ProvisionedTenant)]
pub(crate) struct ProvisionedBody {
    /// Always true.
    pub(crate) success: bool,
    pub(crate) tenant_id: String,
    pub(crate) tenant_url: String,
    pub(crate) admin_credentials: AdminCredentials,
}

/// A tenant that is still being made.
#[derive(Serialize, ToSchema)]
#[schema(as = RunningProvision)]
pub(crate) struct RunningBody {
    /// Always true.
    pub(crate) success: bool,
    pub(crate) tenant_id: String,
    pub(crate) operation: String,
    /// `running`
    pub(crate) state: String,
    pub(crate) status_url: String,
}

/// How an operation stands.
#[derive(Serialize, ToSchema)]
#[schema(as = Operation)]
pub(crate) struct OperationBody {
    pub(crate) operation: String,
    /// `running`, `succeeded` or `failed`.
    pub(crate) state: String,
    pub(crate) tenant_id: String,
    /// Where it failed: what to do.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) error: Option<&'static str>,
}
