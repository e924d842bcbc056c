//! The four statements through a tenant's handle.

use mtp::{Isolation, TenantConfig, TenantManager, core::TenantDb};

use super::{Done, Kind, LIST, ROWS, Variant};
use crate::Failure;

/// The texts, in a database's own placeholders.
pub(super) struct Texts {
    pub(super) point: &'static str,
    pub(super) list: &'static str,
    pub(super) insert: &'static str,
    pub(super) update: &'static str,
}

/// A tenant's handle.
pub(super) struct Walled {
    db: TenantDb,
    texts: &'static Texts,
}

impl Walled {
    /// A new tenant with its rows; answers also the database that they are in.
    pub(super) async fn with_rows(
        manager: &TenantManager,
        isolation: Isolation,
        texts: &'static Texts,
    ) -> Result<(Self, String), Failure> {
        let name = format!("acme-{isolation}");
        let tenant = manager
            .create(TenantConfig::new("Acme").id(name.parse()?).isolation(isolation))
            .await?;
        let db = manager.handle(&tenant.id).await?.db().clone();
        db.insert_many(
            "items",
            &["id", "name", "qty"],
            (0..ROWS).map(|n| vec![n.into(), format!("item {n}").into(), 1_i32.into()]),
        )
        .await?;
        let database = tenant.placement.ok_or("a tenant without a place")?.database;
        Ok((Self { db, texts }, database))
    }
}

impl Variant for Walled {
    fn run(&self, kind: Kind, n: i64) -> Done<'_> {
        Box::pin(async move {
            let (db, texts) = (&self.db, self.texts);
            match kind {
                Kind::Point => {
                    let _: (i64, String, i32) = db.query(texts.point).bind(n % ROWS).fetch_one().await?;
                }
                Kind::List => {
                    let _: Vec<(i64, String, i32)> = db.query(texts.list).bind(n % (ROWS - LIST)).fetch_all().await?;
                }
                Kind::Insert => {
                    let insert = db.query(texts.insert).bind(ROWS + n).bind("made by the bench");
                    insert.bind(1).execute().await?;
                }
                Kind::Update => {
                    db.query(texts.update).bind(n % ROWS).execute().await?;
                }
            }
            Ok(())
        })
    }
}
