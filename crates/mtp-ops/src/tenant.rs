//! `tenant …`: make, find, change and end tenants.

use mtp_core::{Tenant, TenantConfig, TenantFilter, TenantManager};
use serde_json::{Value, json};

use crate::{
    cli::{CreateArgs, ListArgs, TenantVerb},
    failure::{Failure, Result},
    output::{Output, pairs, table},
    run::Ended,
    server::hidden_url,
};

pub(crate) async fn run(manager: &TenantManager, verb: TenantVerb, output: &mut Output) -> Result<Ended> {
    match verb {
        TenantVerb::Create(args) => show_made(&manager.create(config(args, output)?).await?, output)?,
        TenantVerb::Retry(args) => show_made(&manager.retry(&args.id).await?, output)?,
        TenantVerb::List(args) => list(manager, args, output).await?,
        TenantVerb::Show(args) => show(&manager.get(&args.id).await?, output)?,
        TenantVerb::Suspend(args) => show(&manager.suspend(&args.id).await?, output)?,
        TenantVerb::Resume(args) => show(&manager.resume(&args.id).await?, output)?,
        TenantVerb::Delete(args) => show(&manager.delete(&args.id).await?, output)?,
        TenantVerb::Restore(args) => show(&manager.restore(&args.id).await?, output)?,
        TenantVerb::Purge(args) => {
            // A name that nobody has needs no question.
            manager.get(&args.id).await?;
            if !args.yes {
                let typed = output.ask(&format!(
                    "This destroys all data of tenant {} for good. Type its id to go on: ",
                    args.id
                ))?;
                if typed != args.id.as_str() {
                    return Err(Failure::Refused(
                        "not confirmed, nothing was done; type the tenant's id, or say --yes".into(),
                    ));
                }
            }
            show(&manager.purge(&args.id).await?, output)?;
        }
    }
    Ok(Ended::Well)
}

fn config(args: CreateArgs, output: &mut Output) -> Result<TenantConfig> {
    let mut config = TenantConfig::new(args.name);
    config.id = args.id;
    config.plan = args.plan;
    config.features = args.features;
    config.isolation = args.isolation;
    config.server = args.server;
    config.admin_email = args.admin_email;
    config.db_url = hidden_url(
        ["--db-url-env", "--db-url-file"],
        args.db_url_env,
        args.db_url_file,
        output,
    )?;
    Ok(config)
}

async fn list(manager: &TenantManager, args: ListArgs, output: &mut Output) -> Result<()> {
    let mut filter = TenantFilter::default().limit(args.limit);
    filter.state = args.state;
    filter.server = args.server;
    filter.plan = args.plan;
    filter.prefix = args.prefix;
    filter.after = args.after;
    let page = manager.list(&filter).await?;
    let value = json!({ "tenants": page.items.iter().map(as_json).collect::<Vec<_>>(), "next": page.next });
    output.result(&value, || {
        let rows: Vec<_> = page
            .items
            .iter()
            .map(|t| {
                [
                    t.id.to_string(),
                    t.state.to_string(),
                    t.isolation.to_string(),
                    t.placement.as_ref().map(|p| p.server.clone()).unwrap_or_default(),
                    t.plan.clone().unwrap_or_default(),
                    t.schema_version.to_string(),
                    t.created_at.format("%Y-%m-%d %H:%M").to_string(),
                    t.name.clone(),
                ]
            })
            .collect();
        table(
            [
                "TENANT",
                "STATE",
                "ISOLATION",
                "SERVER",
                "PLAN",
                "VERSION",
                "CREATED (UTC)",
                "NAME",
            ],
            &rows,
        )
    })?;
    if let Some(next) = page.next {
        output.remark(&format!("there are more: --after {next}"))?;
    }
    Ok(())
}

fn show(tenant: &Tenant, output: &mut Output) -> Result<()> {
    output.result(&as_json(tenant), || pairs(&lines(tenant)))
}

/// As [`show`], with the credentials, which nobody sees again after they were used.
fn show_made(tenant: &Tenant, output: &mut Output) -> Result<()> {
    let mut value = as_json(tenant);
    let mut lines = lines(tenant);
    if let Some(credentials) = &tenant.admin_credentials {
        let password = credentials.password.as_ref().map(|p| p.expose().to_owned());
        if let Value::Object(value) = &mut value {
            let credentials = json!({ "username": credentials.username, "password": password });
            value.insert("admin_credentials".into(), credentials);
        }
        lines.push(("username", credentials.username.clone()));
        lines.push(("password", password.unwrap_or_else(|| "(used already)".into())));
    }
    output.result(&value, || pairs(&lines))
}

fn lines(tenant: &Tenant) -> Vec<(&'static str, String)> {
    let mut lines = vec![
        ("tenant", tenant.id.to_string()),
        ("uid", tenant.uid.to_string()),
        ("name", tenant.name.clone()),
        ("url", tenant.url.clone()),
        ("state", tenant.state.to_string()),
        ("isolation", tenant.isolation.to_string()),
        ("version", tenant.schema_version.to_string()),
        ("created", tenant.created_at.to_rfc3339()),
    ];
    let mut some = |name, value: Option<String>| lines.extend(value.map(|value| (name, value)));
    some("plan", tenant.plan.clone());
    some("features", Some(tenant.features.join(", ")).filter(|f| !f.is_empty()));
    some("market", tenant.market.clone());
    some("external id", tenant.external_id.clone());
    some("purge after", tenant.purge_after.map(|at| at.to_rfc3339()));
    if let Some(placement) = &tenant.placement {
        some("server", Some(placement.server.clone()));
        some("database", Some(placement.database.clone()));
        some("schema", placement.schema.clone());
    }
    lines
}

fn as_json(tenant: &Tenant) -> Value {
    json!({
        "tenant_id": tenant.id.as_str(),
        "uid": tenant.uid,
        "name": tenant.name,
        "url": tenant.url,
        "state": tenant.state,
        "plan": tenant.plan,
        "features": tenant.features,
        "isolation": tenant.isolation,
        "placement": tenant.placement,
        "market": tenant.market,
        "external_id": tenant.external_id,
        "metadata": tenant.metadata,
        "created_at": tenant.created_at.to_rfc3339(),
        "updated_at": tenant.updated_at.to_rfc3339(),
        "purge_after": tenant.purge_after.map(|at| at.to_rfc3339()),
        "schema_version": tenant.schema_version,
    })
}
