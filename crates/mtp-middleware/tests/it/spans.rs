//! Log lines carry the tenant and the route's template, and no credential.

use std::{
    io::Write,
    sync::{Arc, Mutex},
};

use axum::{Router, http::Method, routing::get as route};
use mtp_middleware::{Access, RouteAccess, RouteTable};
use tracing_subscriber::fmt::MakeWriter;

use crate::support::{World, bearer, get, send};

#[derive(Clone, Default)]
struct Sink(Arc<Mutex<Vec<u8>>>);

impl Write for Sink {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        self.0.lock().unwrap().extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

impl<'a> MakeWriter<'a> for Sink {
    type Writer = Self;

    fn make_writer(&'a self) -> Self {
        self.clone()
    }
}

#[tokio::test]
async fn lines_of_a_request_say_whose_it_is() {
    let sink = Sink::default();
    let subscriber = tracing_subscriber::fmt()
        .with_writer(sink.clone())
        .with_ansi(false)
        .with_max_level(tracing::Level::DEBUG)
        .finish();
    let _guard = tracing::subscriber::set_default(subscriber);
    let world = World::new();
    let table = RouteTable::default()
        .with([RouteAccess::new(Method::GET, "/open/{id}", Access::Public)])
        .unwrap();
    let router = Router::new().route("/open/{id}", route(async || tracing::info!("in the handler")));
    let app = world.app(table, router);
    let token = world.token("active");
    send(&app, bearer("/notes", &token).header("x-tenant-id", "someone-else")).await;
    send(&app, get("/open/private-matter").header("x-api-key", "mtp_mk_abc")).await;
    send(&app, bearer("/notes", &format!("{token}x"))).await;
    let log = String::from_utf8(sink.0.lock().unwrap().clone()).unwrap();
    let line = |what: &str| {
        log.lines()
            .find(|line| line.contains(what))
            .unwrap_or_else(|| panic!("{what}: {log}"))
    };
    let audit = line("another's name");
    assert!(audit.contains("WARN") && audit.contains("mtp::audit"), "{audit}");
    assert!(audit.contains("request{method=GET tenant=active}"), "{audit}");
    assert!(audit.contains("named=someone-else"), "{audit}");
    let handler = line("in the handler");
    assert!(handler.contains("route=/open/{id}"), "{handler}");
    let forged = line("a token was not believed");
    assert!(forged.contains("request{method=GET}"), "{forged}");
    for secret in [
        token.as_str(),
        &token[token.len() - 20..],
        "mtp_mk_abc",
        "private-matter",
    ] {
        assert!(!log.contains(secret), "{log}");
    }
}
