//! `server …`.

use crate::support::Service;

#[tokio::test]
async fn a_second_server_takes_tenants_until_it_is_drained() {
    let service = Service::new();
    let url = format!("sqlite:{}/second", service.path().display());
    let added = service
        .call_with(
            "server add second --url-file - --capacity 7 --json",
            &format!("{url}\n"),
        )
        .await
        .good();
    let added = added.json();
    assert_eq!(added["servers"][0]["capacity"], 7);
    assert_eq!(added["servers"][0]["state"], "accepting");
    let listed = service.call("server list").await.good();
    assert!(
        listed.out.contains("default") && listed.out.contains("second"),
        "{listed:?}"
    );
    assert!(
        !listed.out.contains(&url) && !listed.err.contains(&url),
        "the URL is sealed"
    );
    for name in ["second", "default"] {
        let twice = service.call(&format!("server add {name} --url {url}")).await.ended(2);
        assert!(twice.err.contains("already"), "{twice:?}");
    }

    service.call("tenant create A --server second").await.good();
    assert!(service.path().join("second/notes-tenants").read_dir().unwrap().count() > 0);
    let drained = service.call("server drain second --json").await.good().json();
    assert_eq!(
        (&drained["servers"][0]["state"], &drained["servers"][0]["tenants"]),
        (&"draining".into(), &1.into())
    );
    service.call("server drain default").await.good();
    let nowhere = service.call("tenant create B --json").await;
    assert_ne!(nowhere.status, std::process::ExitCode::SUCCESS, "{nowhere:?}");
    service.call("server accept second").await.good();
    let made = service.call("tenant create C --json").await.good().json();
    assert_eq!(made["placement"]["server"], "second");
    let unknown = service.call("server drain mars").await.ended(2);
    assert!(unknown.err.contains("server list"), "{unknown:?}");
}

#[tokio::test]
async fn a_bad_server_is_not_written_down() {
    let service = Service::new();
    for (line, says) in [
        ("server add x --url postgres://u:hunter2@127.0.0.1/x", "--url-env"),
        ("server add x --url mysql://127.0.0.1/x", "this kind of database"),
        ("server add x --url nonsense", "begins with"),
        ("server add x --url-env MTP.NOT.SET", "not set"),
        ("server add x --url-file /nowhere/url", "cannot read"),
        ("server add x", "--url"),
        ("server add X! --url sqlite:/tmp/x", "a-z"),
        ("server add x --url sqlite:/proc/nowhere", "folder"),
    ] {
        let refused = service.call(line).await;
        assert_ne!(refused.status, std::process::ExitCode::SUCCESS, "{line}: {refused:?}");
        assert!(refused.err.contains(says), "{line}: {refused:?}");
        assert!(!refused.err.contains("hunter2"), "{refused:?}");
    }
    let listed = service.call("server list --json").await.good().json();
    assert_eq!(listed["servers"].as_array().unwrap().len(), 1);
}

#[tokio::test]
async fn only_seals_have_a_secret_to_rotate() {
    let service = Service::new();
    for (line, says) in [
        ("server rotate-seals default", "no seals"),
        ("server rotate-seals default --at-once", "no seals"),
        ("server rotate-seals mars", "server list"),
        (
            "server rotate-seals default --at-once --retire-after 5",
            "cannot be used with",
        ),
    ] {
        let refused = service.call(line).await.ended(2);
        assert!(refused.err.contains(says), "{line}: {refused:?}");
    }
}
