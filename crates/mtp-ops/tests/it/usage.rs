//! The command line itself.

use mtp_ops::Setup;

use crate::support::{Service, call};

#[tokio::test]
async fn help_needs_no_configuration_and_bad_lines_end_with_2() {
    let broken = || Setup::new(|| Err("MTP_CENTRAL_DB_URL is not set".into()));
    for line in ["--help", "tenant --help", "migrate up --help", "--version"] {
        let help = call(line, "", broken()).await.good();
        assert!(!help.out.is_empty() && help.err.is_empty(), "{help:?}");
    }
    for line in [
        "",
        "tenant",
        "nonsense",
        "tenant show",
        "tenant show Not.An.Id",
        "tenant list --state lost",
        "tenant list --limit 0",
    ] {
        let wrong = call(line, "", broken()).await.ended(2);
        assert!(!wrong.err.is_empty() && wrong.out.is_empty(), "{wrong:?}");
    }
    let broken = call("tenant list", "", broken()).await.ended(1);
    assert!(broken.err.contains("MTP_CENTRAL_DB_URL"), "{broken:?}");
}

#[tokio::test]
async fn a_name_that_is_taken_or_bad_says_so() {
    let service = Service::new();
    service.call("tenant create A --id acme").await.good();
    let taken = service.call("tenant create B --id acme --json").await.ended(1);
    let error: serde_json::Value = serde_json::from_str(&taken.err).unwrap();
    assert_eq!(error["error"]["kind"], "conflict");
    assert!(taken.out.is_empty(), "standard output holds results only");
    service.call("tenant create B --id admin").await.ended(2);
    service.call("tenant create B --isolation schema").await.ended(1);
    service.call("tenant create B --admin-email nobody").await.ended(2);
}
