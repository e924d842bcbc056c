//! `pools`: the connections of every running instance to every server.

use mtp_core::TenantManager;
use serde_json::json;

use crate::{
    failure::Result,
    output::{Output, table},
    run::Ended,
};

pub(crate) async fn run(manager: &TenantManager, output: &mut Output) -> Result<Ended> {
    let pools = manager.pools().await?;
    output.result(&json!({ "pools": pools }), || {
        if pools.is_empty() {
            return "no instance of the service runs".into();
        }
        let rows: Vec<_> = pools
            .iter()
            .map(|pool| {
                let gauges = &pool.gauges;
                [
                    pool.server.clone(),
                    pool.instance.clone(),
                    gauges.budget.to_string(),
                    gauges.open.to_string(),
                    gauges.idle.to_string(),
                    gauges.waiting.to_string(),
                    format!("{:.1}", pool.opens_per_second),
                    gauges.evicted.to_string(),
                    gauges.timeouts.to_string(),
                ]
            })
            .collect();
        table(
            [
                "SERVER", "INSTANCE", "BUDGET", "OPEN", "IDLE", "WAITING", "OPENS/S", "EVICTED", "TIMEOUTS",
            ],
            &rows,
        )
    })?;
    Ok(Ended::Well)
}
