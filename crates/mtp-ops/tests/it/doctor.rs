//! `doctor`: what an operator gets wrong is found and its mend said.

use mtp_ops::Setup;
use serde_json::Value;

use crate::support::{OTHER, Service, call};

fn rules(report: &Value) -> Vec<&str> {
    report["findings"]
        .as_array()
        .unwrap()
        .iter()
        .map(|f| {
            assert!(!f["mend"].as_str().unwrap().is_empty());
            f["rule"].as_str().unwrap()
        })
        .collect()
}

#[tokio::test]
async fn a_sound_service_is_well_and_what_is_not_is_found() {
    let mut service = Service::new();
    let fresh = service.call("doctor --json").await.good().json();
    assert_eq!(rules(&fresh), ["no-market-key"]);
    service.call("market-key create shop").await.good();
    service.call("tenant create Acme").await.good();
    assert_eq!(service.call("doctor").await.good().out.trim(), "all is well");

    service.prefix = Some("other_");
    let report = service.call("doctor --json").await.good().json();
    assert_eq!(rules(&report), ["prefix-matches-nothing"]);
    service.prefix = None;

    service.file(
        "0002_tags.sql",
        "CREATE TABLE tags (tenant_id TEXT NOT NULL, id TEXT NOT NULL, PRIMARY KEY (tenant_id, id));",
    );
    let report = service.call("doctor").await.good();
    assert!(
        report.out.contains("tenants-behind") && report.out.contains("do: run `migrate up`"),
        "{report:?}"
    );
    service.call("migrate up").await.good();

    service.master = OTHER;
    let report = service.call("doctor --json").await.ended(1).json();
    assert_eq!(rules(&report), ["master-key"]);
    assert_eq!(report["healthy"], false);
    service.master = crate::support::MASTER;

    // A server that went away.
    let second = service.path().join("second");
    service
        .call(&format!("server add second --url sqlite:{}", second.display()))
        .await
        .good();
    std::fs::remove_dir_all(&second).unwrap();
    std::fs::write(&second, "in the way").unwrap();
    let report = service.call("doctor --json").await.ended(1).json();
    assert_eq!(rules(&report), ["server-away"]);
}

#[tokio::test]
async fn a_service_that_does_not_start_is_told_why() {
    let mut service = Service::new();
    service.call("tenant create Acme").await.good();
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        let folder = service.path().join("notes-tenants");
        std::fs::set_permissions(&folder, std::fs::Permissions::from_mode(0o755)).unwrap();
        let report = service.call("doctor --json").await.ended(1).json();
        assert_eq!(rules(&report), ["sqlite-folder"]);
        let refused = service.call("tenant list").await.ended(1);
        assert!(refused.err.contains("chmod 700"), "{refused:?}");
        std::fs::set_permissions(&folder, std::fs::Permissions::from_mode(0o700)).unwrap();
    }
    let bad = service.file("0002_bad.sql", "CREATE TABLE bad (id TEXT PRIMARY KEY);");
    let report = service.call("doctor --json").await.ended(1).json();
    assert_eq!(rules(&report), ["migrations"]);
    assert!(report["findings"][0]["what"].as_str().unwrap().contains("0002_bad.sql"));
    std::fs::remove_file(bad).unwrap();

    service.prefix = Some("Not a prefix");
    let report = service.call("doctor --json").await.ended(1).json();
    assert_eq!(rules(&report), ["configuration"]);
    service.prefix = None;
    service.central = Some("sqlite:///proc/nowhere/central.sqlite".into());
    let report = service.call("doctor --json").await.ended(1).json();
    assert_eq!(rules(&report), ["file-system"]);
    let file = service.path().join("not-a-database");
    std::fs::write(&file, "x".repeat(4096)).unwrap();
    service.central = Some(format!("sqlite://{}", file.display()));
    let report = service.call("doctor --json").await.ended(1).json();
    assert_eq!(rules(&report), ["central-away"]);

    let unset = Setup::new(|| Err("MTP_MASTER_KEY is not set".into()));
    let report = call("doctor", "", unset).await.ended(1);
    assert!(
        report.out.contains("MTP_MASTER_KEY is not set") && report.out.contains("1 errors"),
        "{report:?}"
    );
}
