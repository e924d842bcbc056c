//! `market-key …`.

use crate::support::Service;

#[tokio::test]
async fn a_market_key_is_shown_once_and_revoked_at_once() {
    let service = Service::new();
    let made = service.call("market-key create shop --json").await.good().json();
    let key = made["key"].as_str().unwrap();
    assert!(key.starts_with("mtp_mk_"));
    let human = service.call("market-key create fair").await.good();
    assert!(
        human.out.contains("mtp_mk_") && human.err.contains("not shown again"),
        "{human:?}"
    );
    let listed = service.call("market-key list").await.good();
    assert!(
        listed.out.contains("shop") && listed.out.contains("fair") && !listed.out.contains(key),
        "{listed:?}"
    );

    let manager = service.builder().background(false).start().await.unwrap();
    let directory = manager.market_directory();
    assert_eq!(directory.market(&key.into()).await.unwrap().unwrap().name, "shop");
    let number = made["key_id"].as_str().unwrap();
    service.call(&format!("market-key revoke {number}")).await.good();
    assert!(directory.market(&key.into()).await.unwrap().is_none());
    let twice = service.call(&format!("market-key revoke {number}")).await.ended(1);
    assert!(twice.err.contains("market-key list"), "{twice:?}");
    let valid = service.call("market-key list").await.good();
    assert!(!valid.out.contains("shop"), "{valid:?}");
    let all = service.call("market-key list --all").await.good();
    assert!(all.out.contains("revoked"), "{all:?}");
    service.call("market-key revoke 7").await.ended(2);
}
