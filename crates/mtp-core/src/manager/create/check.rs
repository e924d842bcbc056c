//! What a tenant's attributes may be.

use crate::{
    error::{Error, Result},
    limits,
    tenant::TenantConfig,
};

pub(in crate::manager) fn check_name(name: &str) -> Result<()> {
    let length = name.trim().chars().count();
    if length == 0 || length > limits::MAX_TENANT_NAME_LEN || name.chars().any(char::is_control) {
        return Err(Error::invalid(
            "name",
            format!("1 to {} characters, none of control", limits::MAX_TENANT_NAME_LEN),
        ));
    }
    Ok(())
}

pub(in crate::manager) fn check_label(field: &'static str, label: &str) -> Result<()> {
    let chars = label
        .bytes()
        .all(|b| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'_' | b'.' | b':'));
    if label.is_empty() || label.len() > limits::MAX_LABEL_LEN || !chars {
        return Err(Error::invalid(
            field,
            format!("1 to {} of a-z, A-Z, 0-9, '-', '_', '.', ':'", limits::MAX_LABEL_LEN),
        ));
    }
    Ok(())
}

pub(in crate::manager) fn check_features(features: &[String]) -> Result<()> {
    if features.len() > limits::MAX_TENANT_FEATURES {
        return Err(Error::invalid(
            "features",
            format!("at most {}", limits::MAX_TENANT_FEATURES),
        ));
    }
    features.iter().try_for_each(|f| check_label("features", f))
}

pub(in crate::manager) fn check_metadata(
    metadata: &std::collections::BTreeMap<String, serde_json::Value>,
) -> Result<()> {
    let bytes = serde_json::to_string(metadata).map_or(usize::MAX, |t| t.len());
    if bytes > limits::MAX_METADATA_BYTES {
        return Err(Error::invalid(
            "metadata",
            format!("at most {} bytes as JSON", limits::MAX_METADATA_BYTES),
        ));
    }
    Ok(())
}

/// Refuses a configuration that names something that may not be.
pub(super) fn check(config: &TenantConfig) -> Result<()> {
    check_name(&config.name)?;
    check_features(&config.features)?;
    check_metadata(&config.metadata)?;
    if let Some(plan) = &config.plan {
        check_label("plan", plan)?;
    }
    if let Some(market) = &config.market {
        check_label("market", market)?;
    }
    if let Some(external) = &config.external_id
        && (external.is_empty()
            || external.len() > limits::MAX_EXTERNAL_ID_LEN
            || external.chars().any(char::is_control))
    {
        return Err(Error::invalid(
            "external_id",
            format!("1 to {} bytes", limits::MAX_EXTERNAL_ID_LEN),
        ));
    }
    if let Some(email) = &config.admin_email {
        let whole =
            email.len() <= limits::MAX_EXTERNAL_ID_LEN && !email.chars().any(|c| c.is_control() || c.is_whitespace());
        let parts = email
            .split_once('@')
            .is_some_and(|(user, host)| !user.is_empty() && !host.is_empty());
        if !whole || !parts {
            return Err(Error::invalid("admin_email", "an e-mail address, user@host"));
        }
    }
    Ok(())
}
