//! `market-key …`: the keys by which markets call this service.

use mtp_core::{MarketKeyInfo, TenantManager};
use serde_json::{Value, json};

use crate::{
    cli::MarketKeyVerb,
    failure::{Failure, Result},
    output::{Output, pairs, table},
    run::Ended,
};

pub(crate) async fn run(manager: &TenantManager, verb: MarketKeyVerb, output: &mut Output) -> Result<Ended> {
    match verb {
        MarketKeyVerb::Create { market } => {
            let made = manager.create_market_key(&market).await?;
            let mut value = as_json(&made.info);
            if let Value::Object(value) = &mut value {
                value.insert("key".into(), made.key.expose().into());
            }
            output.result(&value, || {
                pairs(&[
                    ("market", made.info.market.clone()),
                    ("number", made.info.key_id.to_string()),
                    ("key", made.key.expose().to_owned()),
                ])
            })?;
            output.remark("keep the key now: it is not shown again")?;
        }
        MarketKeyVerb::List { all } => {
            let mut keys = manager.market_keys().await?;
            keys.retain(|key| all || key.revoked_at.is_none());
            let value = json!({ "market_keys": keys.iter().map(as_json).collect::<Vec<_>>() });
            output.result(&value, || {
                let rows: Vec<_> = keys
                    .iter()
                    .map(|key| {
                        [
                            key.key_id.to_string(),
                            key.market.clone(),
                            format!("{}…", key.prefix),
                            key.created_at.format("%Y-%m-%d %H:%M").to_string(),
                            key.revoked_at.map_or("valid", |_| "revoked").to_owned(),
                        ]
                    })
                    .collect();
                table(["NUMBER", "MARKET", "KEY", "CREATED (UTC)", "STATE"], &rows)
            })?;
        }
        MarketKeyVerb::Revoke { key_id } => {
            let revoked = manager.revoke_market_key(key_id).await?;
            if !revoked {
                return Err(Failure::Refused(
                    "there is no valid key of that number; see `market-key list`".into(),
                ));
            }
            output.result(&json!({ "key_id": key_id, "revoked": true }), || {
                format!("revoked {key_id}; calls with it are refused from now on")
            })?;
        }
    }
    Ok(Ended::Well)
}

fn as_json(key: &MarketKeyInfo) -> Value {
    json!({
        "key_id": key.key_id,
        "market": key.market,
        "prefix": key.prefix,
        "created_at": key.created_at.to_rfc3339(),
        "revoked_at": key.revoked_at.map(|at| at.to_rfc3339()),
    })
}
