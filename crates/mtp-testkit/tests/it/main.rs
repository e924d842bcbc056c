//! What the test kit promises to the tests that use it.

mod bouncer;
mod logins;
mod without_servers;
