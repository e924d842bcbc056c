//! The views of the common database: each shared table's sealed self, and all that the runtime login sees.
//!
//! A view names in FORCE INDEX the keys that begin with `tenant_id`. Without that the server might read a table from
//! end to end and try the statement's own conditions on other tenants' rows before the seal's: an injected condition
//! that fails for some text would then tell whether another tenant has it.
//!
//! A view asks the wall's function in a subquery with an aggregate, which the server answers once a statement: asked for
//! plainly it is called when the statement is planned, and again for each row that a condition or the check option looks
//! at. Without the aggregate the server takes the subquery for what it selects (with a LIMIT instead of it, too, once a
//! statement is prepared).

use std::collections::{BTreeMap, HashMap};

use sha2::{Digest, Sha256};

use super::{MySqlServer, accounts::account, wall};
use crate::{
    db::Conn,
    error::{Error, Result},
    isolation::ledger,
};

/// The table of the wall's database that tells our views from others', and changed ones from those as we made them.
pub(super) const TABLE: &str = "sealed_view";

/// A view that is always there, and says whose the seal is: a login without any right in a database cannot open it, and
/// before the first migration there is no other.
const WHOSE: &str = "mtp_whose";

/// A table or view of the shared data, as the server describes it.
#[derive(Debug, Default)]
struct Shape {
    columns: Vec<String>,
    /// The keys that begin with `tenant_id`.
    keys: Vec<String>,
    /// What it reads, where it is a view of the service's own.
    query: Option<String>,
}

/// A view that must be in the common database.
#[derive(Debug)]
struct Due {
    name: String,
    create: String,
    /// Whether it reads other views, so that those are made first.
    nested: bool,
}

/// How a view of the common database stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Standing {
    /// As it must be.
    Stands,
    /// Never made: its table is newer, or was made by hand.
    Missing,
    /// Gone, or not as we made it.
    Down,
    /// One of ours whose table is gone.
    Stale,
    /// One that we did not make, or a table.
    Foreign,
}

pub(super) async fn install(server: &MySqlServer, conn: &mut Conn) -> Result<()> {
    conn.run(format!(
        "CREATE TABLE IF NOT EXISTS {}.{TABLE} (name VARCHAR(64) NOT NULL PRIMARY KEY, made VARBINARY(32) NOT NULL) \
         ENGINE = InnoDB DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin",
        server.wall.ticked()
    ))
    .await?;
    Ok(())
}

/// A name in backticks, whatever it holds.
pub(super) fn tick(name: &str) -> String {
    format!("`{}`", name.replace('`', "``"))
}

/// Makes every view that is not as it must be, and drops those whose table is gone. What stands is not touched.
pub(super) async fn raise(server: &MySqlServer, conn: &mut Conn) -> Result<()> {
    let shapes = shapes(server, conn).await?;
    let due = due(server, &shapes, Keys::All);
    let mut standing = standing(server, conn, &due).await?;
    for (name, how) in &standing {
        if *how == Standing::Stale {
            conn.run(format!("DROP VIEW IF EXISTS {}.{}", server.common.ticked(), tick(name)))
                .await?;
            forget(server, conn, name).await?;
        }
    }
    let mut left: Vec<&Due> = due
        .iter()
        .filter(|d| standing.remove(&d.name) != Some(Standing::Stands))
        .collect();
    left.sort_by_key(|d| d.nested);
    // A view that reads another comes after it; so whatever fails is tried again while anything else was made.
    while !left.is_empty() {
        let before = left.len();
        let (mut again, mut refused) = (Vec::new(), None);
        for view in left {
            match make(server, conn, view).await {
                Ok(()) => {}
                Err(Error::Database(fault)) if view.nested && fault.connection_survives() => {
                    refused = Some(fault);
                    again.push(view);
                }
                Err(e) => return Err(e),
            }
        }
        if again.len() == before
            && let Some(fault) = refused
        {
            return Err(fault.into());
        }
        left = again;
    }
    Ok(())
}

/// Makes the views so that any other key of their tables may be dropped: a view that names a key that is gone fails.
pub(super) async fn loosen(server: &MySqlServer, conn: &mut Conn) -> Result<()> {
    let shapes = shapes(server, conn).await?;
    for view in due(server, &shapes, Keys::Primary).iter().filter(|d| !d.nested) {
        make(server, conn, view).await?;
    }
    Ok(())
}

/// A view that must be, or is, in the common database.
#[derive(Debug)]
pub(super) struct Examined {
    pub(super) name: String,
    pub(super) standing: Standing,
    /// What makes it as it must be, where it must be.
    pub(super) create: Option<String>,
}

/// How every view of the common database stands.
pub(super) async fn examine(server: &MySqlServer, conn: &mut Conn) -> Result<Vec<Examined>> {
    let shapes = shapes(server, conn).await?;
    let due = due(server, &shapes, Keys::All);
    let standing = standing(server, conn, &due).await?;
    let mut creates: HashMap<String, String> = due.into_iter().map(|d| (d.name, d.create)).collect();
    Ok(standing
        .into_iter()
        .map(|(name, standing)| Examined {
            create: creates.remove(&name),
            name,
            standing,
        })
        .collect())
}

/// The shared tables with tenants' rows.
pub(super) async fn tables(server: &MySqlServer, conn: &mut Conn) -> Result<Vec<String>> {
    let shapes = shapes(server, conn).await?;
    Ok(shapes
        .into_iter()
        .filter(|(name, shape)| shape.query.is_none() && is_tenants(name, shape))
        .map(|(name, _)| name)
        .collect())
}

fn is_tenants(name: &str, shape: &Shape) -> bool {
    name != ledger::TABLE && shape.columns.iter().any(|c| c.eq_ignore_ascii_case("tenant_id"))
}

async fn shapes(server: &MySqlServer, conn: &mut Conn) -> Result<BTreeMap<String, Shape>> {
    let data = server.data.as_str();
    let mut shapes: BTreeMap<String, Shape> = BTreeMap::new();
    let sql = "SELECT TABLE_NAME, COLUMN_NAME FROM information_schema.COLUMNS WHERE TABLE_SCHEMA = ? \
               ORDER BY TABLE_NAME, ORDINAL_POSITION";
    for (table, column) in conn
        .fetch_all::<(String, String)>(sql.into(), vec![data.into()], false)
        .await?
    {
        shapes.entry(table).or_default().columns.push(column);
    }
    let sql = "SELECT TABLE_NAME, INDEX_NAME FROM information_schema.STATISTICS WHERE TABLE_SCHEMA = ? \
               AND SEQ_IN_INDEX = 1 AND LOWER(COLUMN_NAME) = 'tenant_id' AND INDEX_TYPE IN ('BTREE', 'HASH') \
               ORDER BY TABLE_NAME, INDEX_NAME";
    for (table, key) in conn
        .fetch_all::<(String, String)>(sql.into(), vec![data.into()], false)
        .await?
    {
        shapes.entry(table).or_default().keys.push(key);
    }
    let sql = "SELECT TABLE_NAME, VIEW_DEFINITION FROM information_schema.VIEWS WHERE TABLE_SCHEMA = ?";
    for (view, query) in conn
        .fetch_all::<(String, String)>(sql.into(), vec![data.into()], false)
        .await?
    {
        shapes.entry(view).or_default().query = Some(query);
    }
    Ok(shapes)
}

/// Which keys a view lets the server use.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Keys {
    All,
    Primary,
}

fn due(server: &MySqlServer, shapes: &BTreeMap<String, Shape>, keys: Keys) -> Vec<Due> {
    let (common, data) = (server.common.ticked(), server.data.ticked());
    let owner = account(&server.owner.name);
    let list = |names: &[String]| names.iter().map(|n| tick(n)).collect::<Vec<_>>().join(", ");
    let whose = Due {
        name: WHOSE.to_owned(),
        create: format!(
            "CREATE OR REPLACE DEFINER = {owner} SQL SECURITY DEFINER VIEW {common}.`{WHOSE}` AS SELECT {}() AS `tenant_id`",
            wall::function(server)
        ),
        nested: false,
    };
    let tables = shapes
        .iter()
        .filter(|(name, shape)| is_tenants(name, shape))
        .map(|(name, shape)| {
            let columns = list(&shape.columns);
            let view = format!("{common}.{}", tick(name));
            let create = if let Some(query) = &shape.query {
                // The service's own view, over the sealed selves of what it reads.
                let query = query.replace(&format!("{data}."), &format!("{common}."));
                format!("CREATE OR REPLACE DEFINER = {owner} SQL SECURITY DEFINER VIEW {view} ({columns}) AS {query}")
            } else {
                let keys: Vec<String> = shape
                    .keys
                    .iter()
                    .filter(|key| keys == Keys::All || *key == "PRIMARY")
                    .cloned()
                    .collect();
                let force = if keys.is_empty() {
                    String::new()
                } else {
                    format!(" FORCE INDEX ({})", list(&keys))
                };
                format!(
                    "CREATE OR REPLACE ALGORITHM = MERGE DEFINER = {owner} SQL SECURITY DEFINER VIEW {view} AS \
                     SELECT {columns} FROM {data}.{}{force} WHERE `tenant_id` = (SELECT MAX({}())) WITH CASCADED CHECK OPTION",
                    tick(name),
                    wall::function(server)
                )
            };
            Due {
                name: name.clone(),
                create,
                nested: shape.query.is_some(),
            }
        });
    std::iter::once(whose).chain(tables).collect()
}

async fn make(server: &MySqlServer, conn: &mut Conn, view: &Due) -> Result<()> {
    conn.run(view.create.as_str()).await?;
    let found = definitions(server, conn).await?;
    let made = found
        .get(&view.name)
        .ok_or(Error::Internal("a view vanished while it was made"))?;
    let sql = format!(
        "INSERT INTO {}.{TABLE} (name, made) VALUES (?, ?) ON DUPLICATE KEY UPDATE made = VALUES(made)",
        server.wall.ticked()
    );
    let values = vec![view.name.as_str().into(), digest(&view.create, made).into()];
    conn.execute(sql.into(), values, false).await?;
    Ok(())
}

async fn forget(server: &MySqlServer, conn: &mut Conn, name: &str) -> Result<()> {
    let sql = format!("DELETE FROM {}.{TABLE} WHERE name = ?", server.wall.ticked());
    conn.execute(sql.into(), vec![name.into()], false).await?;
    Ok(())
}

/// What we said, and what the server made of it: it prints a view in words of its own, and other servers in others.
fn digest(create: &str, made: &str) -> Vec<u8> {
    Sha256::new()
        .chain_update(create)
        .chain_update([0])
        .chain_update(made)
        .finalize()
        .to_vec()
}

/// The views of the common database, and whatever decides how each behaves, as one text.
async fn definitions(server: &MySqlServer, conn: &mut Conn) -> Result<HashMap<String, String>> {
    let sql = "SELECT TABLE_NAME, VIEW_DEFINITION, DEFINER, SECURITY_TYPE, CHECK_OPTION FROM information_schema.VIEWS \
               WHERE TABLE_SCHEMA = ?";
    let rows: Vec<(String, String, String, String, String)> = conn
        .fetch_all(sql.into(), vec![server.common.as_str().into()], false)
        .await?;
    Ok(rows
        .into_iter()
        .map(|(name, query, definer, security, check)| (name, [query, definer, security, check].join("\n")))
        .collect())
}

async fn standing(server: &MySqlServer, conn: &mut Conn, due: &[Due]) -> Result<BTreeMap<String, Standing>> {
    let sql = format!("SELECT name, made FROM {}.{TABLE}", server.wall.ticked());
    let mut made: HashMap<String, Vec<u8>> = conn
        .fetch_all::<(String, Vec<u8>)>(sql.into(), Vec::new(), false)
        .await?
        .into_iter()
        .collect();
    let found = definitions(server, conn).await?;
    let mut standing: BTreeMap<String, Standing> = due
        .iter()
        .map(|view| {
            let how = match (found.get(&view.name), made.remove(&view.name)) {
                (_, None) => Standing::Missing,
                (Some(found), Some(made)) if digest(&view.create, found) == made => Standing::Stands,
                _ => Standing::Down,
            };
            (view.name.clone(), how)
        })
        .collect();
    // What is there besides: of ours, or not.
    let sql = "SELECT TABLE_NAME FROM information_schema.TABLES WHERE TABLE_SCHEMA = ?";
    let there: Vec<(String,)> = conn
        .fetch_all(sql.into(), vec![server.common.as_str().into()], false)
        .await?;
    for (name,) in there {
        let ours = found.contains_key(&name) && made.contains_key(&name);
        let how = if ours { Standing::Stale } else { Standing::Foreign };
        standing.entry(name).or_insert(how);
    }
    Ok(standing)
}
