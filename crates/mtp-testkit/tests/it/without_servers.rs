//! What needs no server: names, ports, SQLite files; and that a missing server is a failure.

use std::process::Command;

#[test]
fn names_are_unique_and_safe_in_sql() {
    let (a, b) = (
        mtp_testkit::unique("Ünï \"x\"; --"),
        mtp_testkit::unique("Ünï \"x\"; --"),
    );
    assert_ne!(a, b);
    assert!(
        a.bytes()
            .all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == b'_')
            && a.len() < 63,
        "{a}"
    );
}

#[test]
fn a_free_port_can_be_listened_on() {
    std::net::TcpListener::bind(("127.0.0.1", mtp_testkit::free_port())).unwrap();
}

#[test]
fn sqlite_files_go_with_their_folder() {
    let dir = mtp_testkit::SqliteDir::new();
    let file = dir.file("central");
    std::fs::write(&file, "").unwrap();
    assert!(dir.url("central").starts_with("sqlite:///") && dir.url("central").ends_with("central.sqlite?mode=rwc"));
    drop(dir);
    assert!(!file.exists());
}

/// Run by the test below in a process without the servers' addresses.
#[test]
fn needs_a_server() {
    let _ = mtp_testkit::postgres();
}

/// The same of the other server.
#[test]
fn needs_mariadb() {
    let _ = mtp_testkit::mariadb();
}

#[test]
fn a_missing_server_fails_the_test_and_says_what_to_run() {
    for test in ["needs_a_server", "needs_mariadb"] {
        let output = Command::new(std::env::current_exe().unwrap())
            .args(["--exact", &format!("without_servers::{test}"), "--nocapture"])
            .env_remove("MTP_TEST_POSTGRES_URL")
            .env_remove("MTP_TEST_MARIADB_URL")
            .output()
            .unwrap();
        let said = String::from_utf8_lossy(&output.stderr);
        assert!(!output.status.success() && said.contains("cargo xtask test"), "{said}");
    }
}
