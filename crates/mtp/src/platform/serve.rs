//! Serving: a listener, the chain around the service's routes, and a graceful end.

use std::net::SocketAddr;

use axum::{
    Router, ServiceExt,
    serve::{ListenerExt, TapIo},
};
use tokio::net::{TcpListener, TcpStream, ToSocketAddrs};

use super::Platform;
use crate::Error;

impl Platform {
    /// Wraps the service's routes and serves them until the process is asked to end (Ctrl-C, SIGTERM); requests that
    /// run are finished.
    ///
    /// # Errors
    /// Where the address cannot be listened on, or the routes contradict each other.
    pub async fn serve(self, address: impl ToSocketAddrs, router: Router) -> Result<(), Error> {
        let listener = TcpListener::bind(address).await.map_err(|source| Error::Io {
            what: "listening on the address",
            source,
        })?;
        self.serve_with(listener, router).await
    }

    /// As [`serve`](Self::serve), on a listener that is open already.
    ///
    /// # Errors
    /// Where the listener fails, or the routes contradict each other.
    pub async fn serve_with(self, listener: TcpListener, router: Router) -> Result<(), Error> {
        let (chain, router) = self.chain(router)?;
        // The peer's address goes with each request: strangers are limited by it.
        let service = chain
            .service(router)
            .into_make_service_with_connect_info::<SocketAddr>();
        axum::serve(at_once(listener), service)
            .with_graceful_shutdown(asked_to_end())
            .await
            .map_err(|source| Error::Io {
                what: "serving",
                source,
            })
    }

    /// As [`serve`](Self::serve), on the address of `MTP_LISTEN`, or on `127.0.0.1:8080` where that is not set.
    ///
    /// # Errors
    /// As [`serve`](Self::serve).
    pub async fn listen(self, router: Router) -> Result<(), Error> {
        let address = self.inner.settings.listen.clone();
        self.serve(address, router).await
    }

    /// Serves what [`wrap`](Self::wrap) made on a listener that is open already.
    ///
    /// # Errors
    /// Where the listener fails.
    pub async fn serve_on(self, listener: TcpListener, app: Router) -> Result<(), Error> {
        // The peer's address goes with each request: strangers are limited by it.
        let service = app.into_make_service_with_connect_info::<SocketAddr>();
        axum::serve(at_once(listener), service)
            .with_graceful_shutdown(asked_to_end())
            .await
            .map_err(|source| Error::Io {
                what: "serving",
                source,
            })
    }
}

/// A listener whose answers leave as they are written: otherwise each small piece of a streamed one would wait until the
/// client has acknowledged the piece before it.
fn at_once(listener: TcpListener) -> TapIo<TcpListener, fn(&mut TcpStream)> {
    listener.tap_io(|stream| {
        if let Err(e) = stream.set_nodelay(true) {
            tracing::debug!(error = %e, "a connection keeps small pieces back");
        }
    })
}

async fn asked_to_end() {
    let interrupt = async {
        if tokio::signal::ctrl_c().await.is_err() {
            // Without a handler there is nothing to wait for.
            std::future::pending::<()>().await;
        }
    };
    #[cfg(unix)]
    let terminate = async {
        use tokio::signal::unix::{SignalKind, signal};
        match signal(SignalKind::terminate()) {
            Ok(mut signal) => {
                signal.recv().await;
            }
            Err(_) => std::future::pending().await,
        }
    };
    #[cfg(not(unix))]
    let terminate = std::future::pending::<()>();
    tokio::select! {
        () = interrupt => {}
        () = terminate => {}
    }
}
