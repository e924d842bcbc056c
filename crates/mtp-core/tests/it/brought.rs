//! Tenants that bring their own PostgreSQL database.

use mtp_core::{
    Dsn, Error, FleetOptions, HashParams, Isolation, ProvisionRequest, StepPhase, TenantConfig, TenantFilter, TenantId,
    TenantManager, TenantManagerBuilder, TenantState,
};

use crate::{
    place::{Place, bodies, note},
    script::{Fault, Script},
    world::{PROVISION, PURGE},
};

const NOTES: &str = include_str!("notes/0001_notes.sql");
const TAGS: &str = "CREATE TABLE tags (tenant_id TEXT NOT NULL, id TEXT NOT NULL, note TEXT, PRIMARY KEY (tenant_id, id), \
    FOREIGN KEY (tenant_id, note) REFERENCES notes (tenant_id, id));";
/// Stands in every URL of these tests, and nowhere else.
const PASSWORD: &str = "hunter2-of-the-tenant";

/// Tenants that are made at once, each in a database of its own.
const LANES: usize = 8;

/// A database as a tenant's own administrator makes it: a login that owns it and can do nothing else.
struct Brought<'p> {
    place: &'p Place,
    name: String,
}

impl<'p> Brought<'p> {
    async fn new(place: &'p Place, name: &str) -> Self {
        // With the service's tag in it, so that it is dropped with the rest.
        let name = format!("{}_{name}", place.service());
        let server = place.login().server();
        let role = format!("CREATE ROLE {name} LOGIN PASSWORD '{PASSWORD}'");
        server.execute("postgres", &role).await;
        let database = format!("CREATE DATABASE {name} OWNER {name}");
        server.execute("postgres", &database).await;
        let shut = format!("REVOKE ALL ON DATABASE {name} FROM PUBLIC");
        server.execute("postgres", &shut).await;
        Self { place, name }
    }

    fn url(&self) -> Dsn {
        let server = self.place.login().server();
        Dsn::parse(server.url_as(&self.name, PASSWORD, &self.name)).unwrap()
    }

    async fn run(&self, sql: &str) {
        self.place.login().server().execute(&self.name, sql).await;
    }

    async fn texts(&self, sql: &str) -> Vec<String> {
        self.place.login().server().texts(&self.name, sql).await
    }

    /// Schemas beside PostgreSQL's own, and the marks on them.
    async fn schemas(&self) -> Vec<String> {
        self.texts(
            "SELECT nspname || ' ' || coalesce(obj_description(oid, 'pg_namespace'), '-') FROM pg_namespace \
             WHERE nspname NOT IN ('public', 'information_schema') AND nspname NOT LIKE 'pg\\_%' ORDER BY 1",
        )
        .await
    }
}

/// With hashes that cost little.
fn builder(place: &Place) -> TenantManagerBuilder {
    place.builder().hash_params(HashParams::new(7168, 5, 1).unwrap())
}

fn config(name: &str, url: Dsn) -> TenantConfig {
    TenantConfig::new(name).db_url(url)
}

/// Every text of the catalogue, in one.
async fn catalogue(place: &Place) -> String {
    let server = place.login().server();
    let tables = "SELECT quote_ident(table_name) FROM information_schema.tables WHERE table_schema = 'mtp_central'";
    let mut all = String::new();
    for table in server.texts(place.login().name(), tables).await {
        let rows = format!("SELECT t::text FROM mtp_central.{table} t");
        all.push_str(&server.texts(place.login().name(), &rows).await.join("\n"));
    }
    all
}

/// The URL is nowhere to be seen.
async fn is_hidden(place: &Place, manager: &TenantManager, one: &Brought<'_>) {
    let listed = manager.list(&TenantFilter::default()).await.unwrap();
    let shown = format!(
        "{:?}{:?}{:?}",
        listed.items,
        manager.servers().await.unwrap(),
        config("x", one.url())
    );
    let stored = catalogue(place).await;
    for (whose, text) in [("listings", &shown), ("the catalogue", &stored)] {
        assert!(!text.contains(PASSWORD) && !text.contains(&one.name), "in {whose}");
    }
}

/// The fleet runner reaches it as every other place. Answers the release that did it, which alone serves the tenant now.
async fn is_migrated(place: &Place, id: &TenantId) -> TenantManager {
    let newer = builder(place)
        .migrations(&[(1, "notes", NOTES), (2, "tags", TAGS)])
        .start()
        .await
        .unwrap();
    let report = newer.fleet().run(&FleetOptions::default()).await.unwrap();
    assert_eq!(report.failures, 0, "{report:?}");
    assert_eq!(newer.get(id).await.unwrap().schema_version, 2);
    newer
}

#[tokio::test]
async fn a_tenant_in_its_own_database_lives_and_dies() {
    let place = Place::postgres(Isolation::Shared).await;
    let (one, two) = (Brought::new(&place, "one").await, Brought::new(&place, "two").await);
    // What the database's owner set for its login must not reach the parser's other half.
    one.run(&format!(
        "ALTER ROLE {0} SET standard_conforming_strings = off; ALTER ROLE {0} SET search_path = evil; \
         CREATE SCHEMA evil AUTHORIZATION {0}; CREATE TABLE public.notes (tenant_id TEXT, id TEXT, body TEXT); \
         CREATE FUNCTION evil.starts_with(text, text) RETURNS boolean LANGUAGE sql AS 'SELECT false'",
        one.name
    ))
    .await;
    let manager = builder(&place).start().await.unwrap();
    let a = manager.create(config("ant", one.url())).await.unwrap();
    let b = manager.create(config("bee", two.url())).await.unwrap();
    let c = manager.create(TenantConfig::new("cow")).await.unwrap();
    assert_eq!((a.state, a.isolation), (TenantState::Active, Isolation::Database));
    let placement = a.placement.clone().unwrap();
    assert!(placement.is_brought() && placement.login.is_none(), "{placement:?}");
    assert!(manager.examine_tenant(&a.id).await.unwrap().is_empty());

    let handles = [
        manager.handle(&a.id).await.unwrap(),
        manager.handle(&b.id).await.unwrap(),
        manager.handle(&c.id).await.unwrap(),
    ];
    for (handle, body) in handles.iter().zip(["of a \\' OR 1=1", "of b", "of c"]) {
        note(handle, "1", body).await;
        assert_eq!(bodies(handle).await, [body]);
    }
    let schema = placement.schema.unwrap();
    let rows = one
        .texts(&format!("SELECT tenant_id || body FROM \"{schema}\".notes"))
        .await;
    assert_eq!(rows, ["antof a \\' OR 1=1"], "in the schema of ours");
    let literal: Vec<(String,)> = handles[0]
        .db()
        .query("SELECT '\\' FROM notes")
        .fetch_all()
        .await
        .unwrap();
    assert_eq!(
        literal,
        [("\\".to_owned(),)],
        "a backslash is a backslash, whatever the login has set"
    );
    let mut lent = handles[0].db().begin().await.unwrap();
    assert!(
        lent.query("SELECT count(*) FROM notes")
            .fetch_one::<(i64,)>()
            .await
            .is_ok()
    );
    lent.commit().await.unwrap();

    is_hidden(&place, &manager, &one).await;
    let newer = is_migrated(&place, &a.id).await;

    manager.suspend(&a.id).await.unwrap();
    assert!(
        handles[0]
            .db()
            .query("SELECT body FROM notes")
            .fetch_all::<(String,)>()
            .await
            .is_err()
    );
    manager.resume(&a.id).await.unwrap();
    manager.delete(&a.id).await.unwrap();
    manager.restore(&a.id).await.unwrap();
    assert!(
        manager.handle(&a.id).await.is_err(),
        "an older release does not know the tables"
    );
    assert_eq!(bodies(&newer.handle(&a.id).await.unwrap()).await.len(), 1);
    manager.delete(&a.id).await.unwrap();
    assert_eq!(manager.purge(&a.id).await.unwrap().state, TenantState::Purged);
    assert_eq!(
        one.schemas().await,
        ["evil -".to_owned(), format!("{schema} -")],
        "ours no more"
    );
    let rows = one.texts(&format!("SELECT body FROM \"{schema}\".notes")).await;
    assert_eq!(rows.len(), 1, "the tenant's own property is left as it is");
    let sealed = "SELECT name FROM mtp_central.secrets WHERE purpose = 'database-url'";
    let left = place.login().server().texts(place.login().name(), sealed).await;
    assert_eq!(left, [format!("tenant/{}", b.uid)], "the URL is forgotten");

    // It may be brought again; a new tenant inherits nothing.
    let again = manager.create(config("ant", one.url())).await.unwrap();
    assert_ne!(again.uid, a.uid);
    assert!(bodies(&manager.handle(&again.id).await.unwrap()).await.is_empty());

    // A database that is gone is its tenant's trouble alone, and does not keep it from being purged.
    let server = place.login().server();
    server
        .execute("postgres", &format!("DROP DATABASE {} WITH (FORCE)", two.name))
        .await;
    let found = manager.diagnose().await;
    assert!(
        found.iter().any(|f| f.rule == "brought-away" && f.what.contains("bee")),
        "{found:?}"
    );
    assert_eq!(bodies(&handles[2]).await, ["of c"]);
    let started = builder(&place).background(false).start().await;
    assert!(started.is_ok(), "{started:?}");
    manager.delete(&b.id).await.unwrap();
    assert_eq!(manager.purge(&b.id).await.unwrap().state, TenantState::Purged);
}

/// What may not be brought: the URL, and what the refusal says.
async fn unfit(
    place: &Place,
    physical: &str,
    good: &Brought<'_>,
    free: &Brought<'_>,
) -> Vec<(&'static str, Dsn, &'static str)> {
    let server = place.login().server();
    let common = format!("mtp_{}", place.service());
    let strong = Brought::new(place, "strong").await;
    strong.run(&format!("ALTER ROLE {} CREATEROLE", strong.name)).await;
    let member = Brought::new(place, "member").await;
    member
        .run(&format!("GRANT pg_read_server_files TO {}", member.name))
        .await;
    let acts = Brought::new(place, "acts").await;
    acts.run(&format!("GRANT mtp_{}_runtime TO {}", place.service(), acts.name))
        .await;
    let wanders = Brought::new(place, "wanders").await;
    wanders
        .run(&format!("GRANT CONNECT ON DATABASE {physical} TO {}", wanders.name))
        .await;
    let poor = Brought::new(place, "poor").await;
    poor.run(&format!(
        "ALTER DATABASE {0} OWNER TO {1}; GRANT CONNECT ON DATABASE {0} TO {0}",
        poor.name,
        place.login().name()
    ))
    .await;
    let latin = Brought::new(place, "latin").await;
    server
        .execute("postgres", &format!("DROP DATABASE {}", latin.name))
        .await;
    let made = format!(
        "CREATE DATABASE {0} OWNER {0} TEMPLATE template0 ENCODING 'LATIN1' LC_COLLATE 'C' LC_CTYPE 'C'",
        latin.name
    );
    server.execute("postgres", &made).await;

    let url = |text: String| Dsn::parse(text).unwrap();
    let wrong = url(server.url_as(&good.name, "no-such-password", &good.name));
    let central = url(place.url());
    vec![
        ("another tenant's", good.url(), "belongs to another tenant"),
        ("the central database", central, "one of the service's own"),
        (
            "the central database by another login",
            url(server.url_for(place.login().name())),
            "superuser",
        ),
        ("the common database", url(server.url_for(&common)), "superuser"),
        ("a superuser's", url(server.url_for(&strong.name)), "superuser"),
        ("a strong login's", strong.url(), "may make logins"),
        ("a login's that reads files", member.url(), "may act as one"),
        ("a login's that acts as ours", acts.url(), "platform's own"),
        ("a login's that gets into another", wanders.url(), "may connect"),
        ("a poor login's", poor.url(), "may not make a schema"),
        ("one of another encoding", latin.url(), "LATIN1"),
        ("with a wrong password", wrong, "refuses the login"),
        (
            "nowhere",
            url(server.url_as(&good.name, PASSWORD, "nowhere")),
            "not there",
        ),
        (
            "on a server that is away",
            url("postgres://u:p@127.0.0.1:1/x".into()),
            "does not answer",
        ),
        (
            "through a pooler",
            url(mtp_testkit::pgbouncer().through(free.url().expose())),
            "server's own address",
        ),
        ("on SQLite", url("sqlite:/tmp/x".into()), "PostgreSQL"),
    ]
}

#[tokio::test]
async fn what_may_not_be_brought_is_refused_before_anything_is_written() {
    let place = Place::postgres(Isolation::Database).await;
    let manager = builder(&place).start().await.unwrap();
    let ours = manager.create(TenantConfig::new("ours")).await.unwrap();
    let server = place.login().server();
    let good = Brought::new(&place, "good").await;
    manager.create(config("first", good.url())).await.unwrap();
    let physical = ours.placement.unwrap().database;

    let free = Brought::new(&place, "free").await;
    for (what, url, says) in unfit(&place, &physical, &good, &free).await {
        let refused = manager.create(config("second", url)).await.unwrap_err();
        let Error::Invalid { field, .. } = &refused else {
            panic!("{what}: {refused:?}");
        };
        assert_eq!(*field, "db_url", "{what}: {refused:?}");
        let text = format!("{refused} {refused:?}");
        assert!(text.contains(says), "{what}: {text}");
        assert!(!text.contains(PASSWORD) && !text.contains(&good.name), "{what}: {text}");
    }
    // These say where the tenant lives twice, or not at all.
    for (config, named) in [
        (config("second", good.url()).server("default"), "server"),
        (config("second", good.url()).isolation(Isolation::Shared), "isolation"),
        (TenantConfig::new("second").server("brought"), "server"),
    ] {
        let refused = manager.create(config).await.unwrap_err();
        assert!(
            matches!(refused, Error::Invalid { field, .. } if field == named),
            "{refused:?}"
        );
    }
    let taken = manager
        .add_server("brought", Dsn::parse(server.url()).unwrap(), None)
        .await
        .unwrap_err();
    assert!(matches!(taken, Error::Invalid { .. }), "{taken:?}");
    assert!(
        manager
            .set_server_state("brought", mtp_core::ServerState::Accepting)
            .await
            .is_err()
    );
    let left = manager.list(&TenantFilter::default()).await.unwrap().items;
    assert_eq!(
        left.iter().map(|t| t.id.as_str()).collect::<Vec<_>>(),
        ["ours", "first"]
    );

    // The same call by another URL is another call; by the same, the same.
    let ask = |url: Dsn| {
        let mut config = config("Third", url);
        config.id = Some("third".parse().unwrap());
        manager.provision(
            config,
            ProvisionRequest::new("caller", None, b"x"),
            std::time::Duration::MAX,
        )
    };
    let third = ask(free.url()).await.unwrap();
    assert_eq!(ask(free.url()).await.unwrap().tenant.uid, third.tenant.uid);
    let other = ask(good.url()).await.unwrap_err();
    assert!(matches!(other, Error::TenantDiffers { field: "db_url" }), "{other:?}");

    // A login that grows strong later is found.
    free.run(&format!("ALTER ROLE {} CREATEDB", free.name)).await;
    let found = manager.diagnose().await;
    let down = found.iter().find(|f| f.rule == "brought-strong").unwrap();
    assert!(down.what.contains("third"), "{down:?}");
}

#[tokio::test]
async fn of_two_that_bring_one_database_at_once_one_gets_it() {
    let place = Place::postgres(Isolation::Shared).await;
    let one = Brought::new(&place, "one").await;
    let manager = builder(&place).start().await.unwrap();
    let make = |name: &'static str| manager.create(config(name, one.url()));
    let (a, b) = tokio::join!(make("ant"), make("bee"));
    assert!(a.is_ok() != b.is_ok(), "{a:?} {b:?}");
    assert_eq!(one.schemas().await.len(), 1);
}

#[tokio::test]
async fn every_step_may_fail_and_may_be_done_twice() {
    let place = Place::postgres(Isolation::Shared).await;
    let fault = |flow, step, phase, for_good| Fault {
        flow,
        step,
        phase,
        times: 1,
        for_good,
    };
    let phases = [StepPhase::Begin, StepPhase::Done];
    let mut parts = Vec::new();
    for step in PROVISION {
        parts.extend(phases.map(|phase| vec![fault("provision", step, phase, true)]));
        parts.extend(phases.map(|phase| vec![fault("provision", step, phase, false)]));
    }
    for step in PURGE {
        parts.extend(phases.map(|phase| vec![fault("purge", step, phase, false)]));
    }
    let number = parts.len();
    let script = Script::new(parts);
    let manager = builder(&place).on_step(script.observer()).start().await.unwrap();
    let lanes = (0..LANES).map(|lane| {
        let (place, manager, script) = (&place, &manager, &script);
        async move {
            let own = Brought::new(place, &format!("lane{lane}")).await;
            for n in (lane..number).step_by(LANES) {
                live(manager, script, &own, &format!("acme-{n}")).await;
            }
        }
    });
    futures::future::join_all(lanes).await;
    assert!(!catalogue(&place).await.contains(PASSWORD));
}

/// Makes a tenant, whatever goes wrong meanwhile, and ends it.
async fn live(manager: &TenantManager, script: &Script, own: &Brought<'_>, name: &str) {
    let tenant = match manager.create(config(name, own.url())).await {
        Ok(tenant) => tenant,
        Err(Error::StepFailed { .. }) => {
            assert_eq!(own.schemas().await, [""; 0], "{name} left something");
            manager.retry(&name.parse().unwrap()).await.unwrap()
        }
        Err(e) => panic!("{name}: {e:?}"),
    };
    note(&manager.handle(&tenant.id).await.unwrap(), "1", "hello").await;
    manager.delete(&tenant.id).await.unwrap();
    assert_eq!(manager.purge(&tenant.id).await.unwrap().state, TenantState::Purged);
    let part = script.part(tenant.uid);
    assert!(script.left(tenant.uid).is_empty(), "{part} did not come about");
    let schema = tenant.placement.unwrap().schema.unwrap();
    assert_eq!(own.schemas().await, [format!("{schema} -")], "{part}");
    own.run(&format!("DROP SCHEMA \"{schema}\" CASCADE")).await;
}
