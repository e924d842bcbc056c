//! Market keys: stored as hashes, several of one market valid at once.

use chrono::{DateTime, Utc};
use futures::future::BoxFuture;
use sea_query::{Expr, ExprTrait, OnConflict, Order, Query};
use uuid::Uuid;

use super::{central::Central, tenants::time};
use crate::{
    api_key::{ApiKey, ApiKeyKind},
    callers::{Market, MarketKeys},
    error::{Error, Result},
    limits::MAX_LABEL_LEN,
    secret::Secret,
};

/// A market key that was just made, shown this once.
#[derive(Debug)]
#[non_exhaustive]
pub struct NewMarketKey {
    /// The key itself.
    pub key: Secret,
    /// What is kept of it.
    pub info: MarketKeyInfo,
}

/// What is kept of a market key.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct MarketKeyInfo {
    /// Its number.
    pub key_id: Uuid,
    /// Whose it is.
    pub market: String,
    /// How it begins, to recognise it by.
    pub prefix: String,
    /// When it was made.
    pub created_at: DateTime<Utc>,
    /// When it was revoked.
    pub revoked_at: Option<DateTime<Utc>>,
}

#[derive(sqlx::FromRow)]
struct Row {
    key_id: String,
    market: String,
    prefix: String,
    created_at: i64,
    revoked_at: Option<i64>,
}

impl Row {
    fn info(self) -> Result<MarketKeyInfo> {
        Ok(MarketKeyInfo {
            key_id: self
                .key_id
                .parse()
                .map_err(|_| Error::Internal("a market key's number cannot be read"))?,
            market: self.market,
            prefix: self.prefix,
            created_at: time(self.created_at),
            revoked_at: self.revoked_at.map(time),
        })
    }
}

const COLUMNS: [&str; 5] = ["key_id", "market", "prefix", "created_at", "revoked_at"];

impl Central {
    /// Writes a market's key down, by its hash; the same key again changes nothing.
    pub(crate) async fn add_market_key(&self, market: &str, key: &ApiKey) -> Result<()> {
        if key.kind() != ApiKeyKind::Market {
            return Err(Error::invalid("market_key", "a market key begins with mtp_mk_"));
        }
        if market.is_empty() || market.len() > MAX_LABEL_LEN {
            return Err(Error::invalid("market", format!("1 to {MAX_LABEL_LEN} bytes")));
        }
        let insert = Query::insert()
            .into_table(self.table("market_keys"))
            .columns(["service", "hash", "key_id", "market", "prefix", "created_at"])
            .values_panic([
                self.service().into(),
                key.hash().as_bytes().to_vec().into(),
                Uuid::now_v7().to_string().into(),
                market.into(),
                key.display_prefix().to_string().into(),
                self.now(),
            ])
            .on_conflict(
                OnConflict::columns(["service", "hash"])
                    .do_nothing_on(["hash"])
                    .to_owned(),
            )
            .to_owned();
        self.execute(&insert).await.map(drop)
    }

    pub(crate) async fn market_keys(&self) -> Result<Vec<MarketKeyInfo>> {
        let rows: Vec<Row> = self
            .fetch_all(
                Query::select()
                    .columns(COLUMNS)
                    .from(self.table("market_keys"))
                    .and_where(Expr::col("service").eq(self.service()))
                    .order_by("key_id", Order::Asc),
            )
            .await?;
        rows.into_iter().map(Row::info).collect()
    }

    pub(crate) async fn revoke_market_key(&self, key_id: Uuid) -> Result<bool> {
        let update = Query::update()
            .table(self.table("market_keys"))
            .value("revoked_at", self.now())
            .and_where(Expr::col("service").eq(self.service()))
            .and_where(Expr::col("key_id").eq(key_id.to_string()))
            .and_where(Expr::col("revoked_at").is_null())
            .to_owned();
        Ok(self.execute(&update).await? == 1)
    }
}

impl MarketKeys for Central {
    fn market<'a>(&'a self, key: &'a Secret) -> BoxFuture<'a, Result<Option<Market>>> {
        Box::pin(async move {
            // A wrong checksum or prefix never reaches the database.
            let Ok(key) = ApiKey::parse(key.expose()) else {
                return Ok(None);
            };
            if key.kind() != ApiKeyKind::Market {
                return Ok(None);
            }
            let query = Query::select()
                .columns(COLUMNS)
                .from(self.table("market_keys"))
                .and_where(Expr::col("service").eq(self.service()))
                .and_where(Expr::col("hash").eq(key.hash().as_bytes().to_vec()))
                .and_where(Expr::col("revoked_at").is_null())
                .and_where(
                    Expr::col("expires_at")
                        .is_null()
                        .or(Expr::col("expires_at").gt(self.now())),
                )
                .to_owned();
            let Some(row) = self.fetch_optional::<Row>(&query).await? else {
                return Ok(None);
            };
            let info = row.info()?;
            Ok(Some(Market::new(info.market, info.key_id)))
        })
    }
}
