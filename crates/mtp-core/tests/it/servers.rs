//! Two servers, one of which goes away under load (it is killed; or what is connected is cut off, and nobody comes in):
//! its tenants hear it, the other's do not.

use std::{
    net::SocketAddr,
    sync::{
        Arc,
        atomic::{AtomicBool, AtomicU64, Ordering},
    },
    time::Duration,
};

use mtp_core::{Dsn, Error, ErrorKind, HashParams, MasterKey, TenantConfig, TenantHandle, TenantId, TenantManager};
use mtp_testkit::MortalPostgres;
use tokio::{
    net::{TcpListener, TcpStream},
    task::{JoinHandle, JoinSet},
};

use crate::world::until;

const NOTES: &str = include_str!("notes/0001_notes.sql");

/// A server's own port: what goes through it is cut off at once when it is dropped.
struct Door(JoinHandle<()>);

impl Door {
    async fn open(here: SocketAddr, there: SocketAddr) -> Self {
        let listener = TcpListener::bind(here).await.unwrap();
        Self(tokio::spawn(async move {
            let mut open = JoinSet::new();
            while let Ok((mut client, _)) = listener.accept().await {
                open.spawn(async move {
                    if let Ok(mut server) = TcpStream::connect(there).await {
                        let _ = tokio::io::copy_bidirectional(&mut client, &mut server).await;
                    }
                });
            }
        }))
    }
}

impl Drop for Door {
    fn drop(&mut self) {
        self.0.abort();
    }
}

/// Requests of one tenant, one after the other, until they are stopped.
struct Load {
    good: Arc<AtomicU64>,
    bad: Arc<AtomicU64>,
    stop: Arc<AtomicBool>,
    task: JoinHandle<()>,
}

impl Load {
    fn start(handle: TenantHandle) -> Self {
        let (good, bad, stop) = (
            Arc::<AtomicU64>::default(),
            Arc::<AtomicU64>::default(),
            Arc::<AtomicBool>::default(),
        );
        let (goods, bads, stopped) = (good.clone(), bad.clone(), stop.clone());
        let task = tokio::spawn(async move {
            while !stopped.load(Ordering::Relaxed) {
                let read = handle.db().query("SELECT count(*) FROM notes");
                match read.fetch_one::<(i64,)>().await {
                    Ok(_) => goods.fetch_add(1, Ordering::Relaxed),
                    Err(error) => {
                        assert_eq!(error.kind(), ErrorKind::Unavailable, "{error:?}");
                        assert!(error.retry_after().is_some());
                        bads.fetch_add(1, Ordering::Relaxed)
                    }
                };
                tokio::time::sleep(Duration::from_millis(2)).await;
            }
        });
        Self { good, bad, stop, task }
    }

    fn seen(&self) -> (u64, u64) {
        (self.good.load(Ordering::Relaxed), self.bad.load(Ordering::Relaxed))
    }

    async fn end(self) -> (u64, u64) {
        self.stop.store(true, Ordering::Relaxed);
        self.task.await.unwrap();
        (self.good.load(Ordering::Relaxed), self.bad.load(Ordering::Relaxed))
    }
}

async fn made(manager: &TenantManager, name: &str, server: Option<&str>) -> TenantId {
    let id: TenantId = name.parse().unwrap();
    let mut config = TenantConfig::new(name).id(id.clone());
    if let Some(server) = server {
        config = config.server(server);
    }
    manager.create(config).await.unwrap();
    id
}

async fn health(manager: &TenantManager) -> Vec<(String, bool)> {
    let checks = manager.health().await;
    checks.into_iter().map(|(name, check)| (name, check.is_ok())).collect()
}

/// How a server goes away, and comes back.
trait Goes {
    async fn away(&mut self);
    async fn back(&mut self);
}

/// The network to it.
struct Network {
    here: SocketAddr,
    there: SocketAddr,
    door: Option<Door>,
}

impl Goes for Network {
    async fn away(&mut self) {
        self.door = None;
    }

    async fn back(&mut self) {
        self.door = Some(Door::open(self.here, self.there).await);
    }
}

impl Goes for MortalPostgres {
    async fn away(&mut self) {
        self.kill();
    }

    async fn back(&mut self) {
        self.start_again().await;
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn one_postgres_of_two_is_killed_under_load() {
    let mut second = MortalPostgres::start().await;
    let central = mtp_testkit::postgres().fresh_login("central").await;
    let login = second.server().fresh_login("servers").await;
    one_of_two_goes_away_under_load(&central.url(), central.service(), &login.url(), &mut second).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn one_postgres_of_two_cannot_be_reached_under_load() {
    let (first, second) = (mtp_testkit::postgres(), mtp_testkit::postgres_second());
    let (central, login) = (first.fresh_login("central").await, second.fresh_login("servers").await);
    let (mut network, url) = network(&login.url()).await;
    one_of_two_goes_away_under_load(&central.url(), central.service(), &url, &mut network).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_postgres_beside_files_goes_away_under_load() {
    let login = mtp_testkit::postgres().fresh_login("servers").await;
    let folder = mtp_testkit::SqliteDir::new();
    let (mut network, url) = network(&login.url()).await;
    one_of_two_goes_away_under_load(&folder.url("central"), login.service(), &url, &mut network).await;
}

/// A way to a server that can be shut, and the URL by it.
async fn network(url: &str) -> (Network, String) {
    let host = url.rsplit_once('@').unwrap().1.split_once('/').unwrap().0;
    let (here, there): (SocketAddr, SocketAddr) =
        (([127, 0, 0, 1], mtp_testkit::free_port()).into(), host.parse().unwrap());
    let door = Some(Door::open(here, there).await);
    let url = url.replace(&there.to_string(), &here.to_string());
    (Network { here, there, door }, url)
}

/// The one is the central database's own; the other is reached by `url`.
async fn one_of_two_goes_away_under_load(central: &str, service: &str, url: &str, second: &mut impl Goes) {
    let builder = || {
        TenantManager::builder(service, Dsn::parse(central).unwrap())
            .master_key(MasterKey::generate().unwrap())
            .migrations(&[(1, "notes", NOTES)])
            .tenant_db_prefix(format!("{service}_"))
            .hash_params(HashParams::new(7168, 5, 1).unwrap())
    };
    let manager = builder().start().await.unwrap();
    // It has the most room, so new tenants go there, as long as it is up.
    manager
        .add_server("second", Dsn::parse(url).unwrap(), Some(1_000_000))
        .await
        .unwrap();
    let near = made(&manager, "near", Some("default")).await;
    let far = made(&manager, "far", None).await;
    let placed = manager.get(&far).await.unwrap().placement.unwrap();
    assert_eq!(placed.server, "second");
    assert!(health(&manager).await.iter().all(|(_, good)| *good));

    let (near_load, far_load) = (
        Load::start(manager.handle(&near).await.unwrap()),
        Load::start(manager.handle(&far).await.unwrap()),
    );
    until("both are served", async || {
        near_load.seen().0 > 20 && far_load.seen().0 > 20
    })
    .await;
    assert_eq!(far_load.seen().1, 0);
    second.away().await;
    let before = near_load.seen().0;
    until("one hears it, the other goes on", async || {
        far_load.seen().1 > 20 && near_load.seen().0 > before + 50
    })
    .await;
    let down: Vec<String> = health(&manager)
        .await
        .into_iter()
        .filter_map(|(name, good)| (!good).then_some(name))
        .collect();
    assert_eq!(down, ["server:second"], "health says which");
    // New tenants are made where it can be done.
    let meanwhile = made(&manager, "meanwhile", None).await;
    assert_eq!(
        manager.get(&meanwhile).await.unwrap().placement.unwrap().server,
        "default"
    );

    second.back().await;
    let before = far_load.seen().0;
    until("it is served again", async || far_load.seen().0 > before + 20).await;
    let (served, refused) = near_load.end().await;
    assert_eq!(refused, 0, "of {served} requests of the other server's tenant");
    far_load.end().await;
    assert!(health(&manager).await.iter().all(|(_, good)| *good));

    // Drained, it serves those that it has and takes none.
    manager
        .set_server_state("second", mtp_core::ServerState::Draining)
        .await
        .unwrap();
    let later = made(&manager, "later", None).await;
    assert_eq!(manager.get(&later).await.unwrap().placement.unwrap().server, "default");
    let count = manager.handle(&far).await.unwrap();
    let (n,): (i64,) = count
        .db()
        .query("SELECT count(*) FROM notes")
        .fetch_one()
        .await
        .unwrap();
    assert_eq!(n, 0);
    let refused = manager.create(TenantConfig::new("x").server("mars")).await.unwrap_err();
    assert!(matches!(refused, Error::StepFailed { .. }), "{refused:?}");
}
