//! Members by which a market would choose a tenant's database: refused at any depth.

use serde_json::Value;

/// Where a tenant lives is the service's own affair; only its operator may say it.
pub(crate) const FORBIDDEN: [&str; 9] = [
    "db_url",
    "database_url",
    "dsn",
    "connection_string",
    "db_host",
    "db_server",
    "database",
    "schema",
    "storage_path",
];

/// The first forbidden member of a body. `metadata` is the market's own and never interpreted, so it is not looked at.
pub(crate) fn forbidden(body: &Value) -> Option<&str> {
    match body {
        Value::Object(members) => members
            .iter()
            .filter(|(name, _)| *name != "metadata")
            .find_map(|(name, value)| is_forbidden(name).or_else(|| at_depth(value))),
        other => at_depth(other),
    }
}

// Not deeper than serde_json reads: 128.
fn at_depth(value: &Value) -> Option<&str> {
    match value {
        Value::Object(members) => members
            .iter()
            .find_map(|(name, value)| is_forbidden(name).or_else(|| at_depth(value))),
        Value::Array(items) => items.iter().find_map(at_depth),
        _ => None,
    }
}

fn is_forbidden(name: &str) -> Option<&str> {
    FORBIDDEN.contains(&name).then_some(name)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn at_any_depth_but_in_metadata() {
        for name in FORBIDDEN {
            assert_eq!(forbidden(&json!({name: 1})), Some(name));
            assert_eq!(forbidden(&json!({"a": [[{"b": {name: null}}]]})), Some(name));
            assert_eq!(forbidden(&json!({"x": {"metadata": {name: 1}}})), Some(name));
            assert_eq!(forbidden(&json!({"metadata": {name: 1, "a": [{name: 1}]}})), None);
        }
        assert_eq!(forbidden(&json!({"name": "db_url", "features": ["schema"]})), None);
    }
}
