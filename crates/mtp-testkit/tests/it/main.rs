//! What the test kit promises to the tests that use it.
#![expect(clippy::unwrap_used, reason = "a test fails by panicking, in its helpers too")]

mod bouncer;
mod logins;
mod mariadb;
mod without_servers;
