//! `tenant …`.

use std::sync::Arc;

use mtp_core::{StepEvent, StepPhase};

use crate::support::{Service, call};

#[tokio::test]
async fn a_tenant_lives_and_dies_by_its_operator() {
    let service = Service::new();
    let made = service
        .call("tenant create Acme_Inc. --plan pro --feature search --feature export --admin-email root@acme.example --json")
        .await
        .good()
        .json();
    assert_eq!(made["tenant_id"], "acme-inc");
    assert_eq!(made["state"], "active");
    assert_eq!(made["features"], serde_json::json!(["search", "export"]));
    assert_eq!(made["admin_credentials"]["username"], "root@acme.example");
    let password = made["admin_credentials"]["password"].as_str().unwrap().to_owned();
    assert!(password.len() >= 12);

    let human = service.call("tenant create Beta --id beta").await.good();
    assert!(
        human.out.contains("password  ") && human.out.contains("/t/beta"),
        "{human:?}"
    );

    let shown = service.call("tenant show acme-inc").await.good();
    assert!(shown.out.contains("active") && shown.out.contains("pro"), "{shown:?}");
    assert!(!shown.out.contains(&password), "shown once only");
    let listed = service.call("tenant list --json").await.good();
    assert!(!listed.out.contains(&password));
    assert_eq!(listed.json()["tenants"].as_array().unwrap().len(), 2);
    let page = service.call("tenant list --limit 1").await.good();
    assert!(page.out.contains("acme-inc") && !page.out.contains("beta"), "{page:?}");
    let after = page.err.trim().rsplit(' ').next().unwrap().to_owned();
    let page = service.call(&format!("tenant list --after {after}")).await.good();
    assert!(page.out.contains("beta") && !page.out.contains("acme-inc"), "{page:?}");
    let none = service.call("tenant list --plan free --json").await.good();
    assert_eq!(none.json()["tenants"], serde_json::json!([]));

    assert_eq!(
        service.call("tenant suspend beta --json").await.good().json()["state"],
        "suspended"
    );
    let again = service.call("tenant suspend beta").await.ended(1);
    assert!(again.err.contains("suspended cannot be suspended"), "{again:?}");
    let state = service.call("tenant list --state suspended").await.good();
    assert!(state.out.contains("beta") && !state.out.contains("acme"), "{state:?}");
    assert_eq!(
        service.call("tenant resume beta --json").await.good().json()["state"],
        "active"
    );

    let early = service.call("tenant purge beta --yes").await.ended(1);
    assert!(early.err.contains("cannot be purged"), "{early:?}");
    let deleted = service.call("tenant delete beta --json").await.good().json();
    assert_eq!(deleted["state"], "deleting");
    assert!(deleted["purge_after"].is_string());
    assert_eq!(
        service.call("tenant restore beta --json").await.good().json()["state"],
        "active"
    );
    service.call("tenant delete beta").await.good();

    for typed in ["", "\n", "acme-inc\n", "BETA\n"] {
        let refused = service.call_with("tenant purge beta", typed).await.ended(1);
        assert!(refused.err.contains("not confirmed"), "{refused:?}");
    }
    assert_eq!(
        service.call("tenant show beta --json").await.good().json()["state"],
        "deleting"
    );
    let purged = service.call_with("tenant purge beta", "beta\n").await.good();
    assert!(purged.out.contains("purged"), "{purged:?}");
    let gone = service.call("tenant show beta --json").await.ended(1);
    let error: serde_json::Value = serde_json::from_str(&gone.err).unwrap();
    assert_eq!(error["error"]["kind"], "not_found");
    service.call("tenant delete acme-inc").await.good();
    service.call("tenant purge acme-inc --yes").await.good();
}

#[tokio::test]
async fn a_tenant_that_could_not_be_made_is_retried() {
    let service = Service::new();
    service.call("tenant create First").await.good();
    let broken = service
        .builder()
        .on_step(Arc::new(|event: &StepEvent| match (event.step, event.phase) {
            ("storage", StepPhase::Begin) => Err(mtp_core::Error::Config("the disk is full".into())),
            _ => Ok(()),
        }));
    let failed = call("tenant create Second", "", broken.into()).await.ended(1);
    assert!(failed.err.contains("the disk is full"), "{failed:?}");
    assert_eq!(
        service.call("tenant show second --json").await.good().json()["state"],
        "failed"
    );
    let made = service.call("tenant retry second --json").await.good().json();
    assert_eq!(made["state"], "active");
    assert!(made["admin_credentials"]["password"].is_string());
    let again = service.call("tenant retry second").await.ended(1);
    assert!(again.err.contains("cannot be retried"), "{again:?}");
}

#[tokio::test]
async fn a_database_that_a_tenant_brings_is_named_by_a_file_or_a_variable() {
    let service = Service::new();
    let url = "mysql://u:hunter2@127.0.0.1/x";
    for (line, input, says) in [
        ("tenant create A --db-url-file -", url, "db_url"),
        (
            "tenant create A --db-url-file -",
            "nonsense",
            "--db-url-file: a database URL begins with",
        ),
        ("tenant create A --db-url-file /nowhere/url", "", "cannot read"),
        ("tenant create A --db-url-env MTP.NOT.SET", "", "not set"),
        (
            "tenant create A --db-url-env X --server default",
            "",
            "cannot be used with",
        ),
        (
            "tenant create A --db-url-env X --isolation shared",
            "",
            "cannot be used with",
        ),
        (
            "tenant create A --db-url postgres://u:hunter2@127.0.0.1/x",
            "",
            "--db-url",
        ),
    ] {
        let refused = service.call_with(line, &format!("{input}\n")).await.ended(2);
        assert!(refused.err.contains(says), "{line}: {refused:?}");
        assert!(!refused.err.contains("127.0.0.1"), "{refused:?}");
    }
    let listed = service.call("tenant list --json").await.good().json();
    assert_eq!(
        listed["tenants"].as_array().unwrap().len(),
        0,
        "nothing was written down"
    );
}
