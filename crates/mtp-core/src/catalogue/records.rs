//! Accounts, their tokens, idempotency and audit as rows.

use sea_query::{Expr, ExprTrait, OnConflict, Query};
use uuid::Uuid;

use super::central::{Central, CentralTx};
use crate::{
    error::{Error, Result},
    tenant::TenantUid,
};

/// An account of a tenant.
#[derive(Clone, sqlx::FromRow)]
pub(crate) struct Account {
    pub(crate) password_hash: String,
    pub(crate) must_change: bool,
    pub(crate) signed_in_at: Option<i64>,
}

/// A security event to be written down.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct AuditEntry {
    /// The tenant it concerns.
    pub uid: Option<TenantUid>,
    /// Who did it: a caller, a market, an operator.
    pub actor: String,
    /// What was done or tried.
    pub action: String,
    /// How it ended.
    pub result: String,
    /// More, without secrets.
    pub detail: String,
}

impl AuditEntry {
    /// An event without a tenant and without detail.
    pub fn new(actor: impl Into<String>, action: impl Into<String>, result: impl Into<String>) -> Self {
        Self {
            uid: None,
            actor: actor.into(),
            action: action.into(),
            result: result.into(),
            detail: String::new(),
        }
    }

    /// Names the tenant.
    pub fn tenant(mut self, uid: TenantUid) -> Self {
        self.uid = Some(uid);
        self
    }

    /// Adds detail.
    pub fn detail(mut self, detail: impl Into<String>) -> Self {
        self.detail = detail.into();
        self
    }
}

/// What a stored token is for; one kind is never taken for the other.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum TokenKind {
    /// It is changed for an access token and another refresh token.
    Refresh,
    /// It sets a password, once.
    SetPassword,
}

impl TokenKind {
    fn as_str(self) -> &'static str {
        match self {
            Self::Refresh => "refresh",
            Self::SetPassword => "set-password",
        }
    }
}

#[derive(sqlx::FromRow)]
pub(crate) struct TokenRow {
    pub(crate) username: String,
    pub(crate) family: String,
    pub(crate) used_at: Option<i64>,
}

#[derive(sqlx::FromRow)]
pub(crate) struct IdempotencyRow {
    pub(crate) fingerprint: Vec<u8>,
    pub(crate) uid: String,
}

impl Central {
    fn account_of(&self, uid: TenantUid, username: &str) -> sea_query::Condition {
        sea_query::Condition::all()
            .add(Expr::col("service").eq(self.service()))
            .add(Expr::col("uid").eq(uid.to_string()))
            .add(Expr::col("username").eq(username))
    }

    pub(crate) async fn account(&self, uid: TenantUid, username: &str) -> Result<Option<Account>> {
        let query = Query::select()
            .columns(["password_hash", "must_change", "signed_in_at"])
            .from(self.table("accounts"))
            .cond_where(self.account_of(uid, username))
            .to_owned();
        self.fetch_optional(&query).await
    }

    /// Writes an account where there is none, or gives the one there is a new password.
    pub(crate) async fn put_account(
        &self,
        tx: &mut CentralTx,
        uid: TenantUid,
        username: &str,
        hash: &str,
        must_change: bool,
    ) -> Result<()> {
        let put = Query::insert()
            .into_table(self.table("accounts"))
            .columns([
                "service",
                "uid",
                "username",
                "password_hash",
                "must_change",
                "created_at",
                "updated_at",
            ])
            .values_panic([
                self.service().into(),
                uid.to_string().into(),
                username.into(),
                hash.into(),
                must_change.into(),
                self.now(),
                self.now(),
            ])
            .on_conflict(
                OnConflict::columns(["service", "uid", "username"])
                    .update_columns(["password_hash", "must_change", "updated_at"])
                    .to_owned(),
            )
            .to_owned();
        tx.execute(&put).await.map(drop)
    }

    pub(crate) async fn signed_in(&self, uid: TenantUid, username: &str) -> Result<()> {
        let update = Query::update()
            .table(self.table("accounts"))
            .value("signed_in_at", self.now())
            .cond_where(self.account_of(uid, username))
            .to_owned();
        self.execute(&update).await.map(drop)
    }

    /// Replaces a password's hash by one of the same password with better parameters.
    pub(crate) async fn rehash(&self, uid: TenantUid, username: &str, old: &str, new: &str) -> Result<()> {
        let update = Query::update()
            .table(self.table("accounts"))
            .value("password_hash", new)
            .cond_where(self.account_of(uid, username))
            .and_where(Expr::col("password_hash").eq(old))
            .to_owned();
        self.execute(&update).await.map(drop)
    }

    /// Whose a token is that has not expired, without using it.
    pub(crate) async fn token_owner(&self, kind: TokenKind, hash: &[u8]) -> Result<Option<TenantUid>> {
        let query = Query::select()
            .column("uid")
            .from(self.table("tokens"))
            .and_where(Expr::col("service").eq(self.service()))
            .and_where(Expr::col("kind").eq(kind.as_str()))
            .and_where(Expr::col("hash").eq(hash.to_vec()))
            .and_where(Expr::col("expires_at").gt(self.now()))
            .to_owned();
        let row: Option<(String,)> = self.fetch_optional(&query).await?;
        row.map(|r| {
            r.0.parse()
                .map_err(|_| Error::Internal("a token's tenant cannot be read"))
        })
        .transpose()
    }

    /// Sets a password where the one that was verified still stands, and ends every session.
    pub(crate) async fn change_password(&self, uid: TenantUid, username: &str, old: &str, new: &str) -> Result<bool> {
        let mut tx = self.begin().await?;
        let update = Query::update()
            .table(self.table("accounts"))
            .value("password_hash", new)
            .value("must_change", false)
            .value("updated_at", self.now())
            .cond_where(self.account_of(uid, username))
            .and_where(Expr::col("password_hash").eq(old))
            .to_owned();
        if tx.execute(&update).await? == 0 {
            return Ok(false);
        }
        let sessions = Query::delete()
            .from_table(self.table("tokens"))
            .cond_where(self.account_of(uid, username))
            .to_owned();
        tx.execute(&sessions).await?;
        tx.commit().await?;
        Ok(true)
    }

    /// Removes every row that a tenant has in a table keyed by it.
    pub(crate) async fn delete_of_tenant(&self, tx: &mut CentralTx, table: &'static str, uid: TenantUid) -> Result<()> {
        let delete = Query::delete()
            .from_table(self.table(table))
            .and_where(Expr::col("service").eq(self.service()))
            .and_where(Expr::col("uid").eq(uid.to_string()))
            .to_owned();
        tx.execute(&delete).await.map(drop)
    }

    pub(crate) async fn put_token(
        &self,
        hash: &[u8],
        kind: TokenKind,
        uid: TenantUid,
        username: &str,
        family: Uuid,
        lifetime_ms: i64,
    ) -> Result<()> {
        let put = Query::insert()
            .into_table(self.table("tokens"))
            .columns([
                "service",
                "hash",
                "kind",
                "uid",
                "username",
                "family",
                "created_at",
                "expires_at",
            ])
            .values_panic([
                self.service().into(),
                hash.to_vec().into(),
                kind.as_str().into(),
                uid.to_string().into(),
                username.into(),
                family.to_string().into(),
                self.now(),
                self.now().add(lifetime_ms),
            ])
            .to_owned();
        self.execute(&put).await.map(drop)
    }

    /// Takes a token for its one use. Shown again, it says so and its whole family goes.
    pub(crate) async fn use_token(&self, kind: TokenKind, hash: &[u8]) -> Result<Option<TokenRow>> {
        let this = sea_query::Condition::all()
            .add(Expr::col("service").eq(self.service()))
            .add(Expr::col("kind").eq(kind.as_str()))
            .add(Expr::col("hash").eq(hash.to_vec()));
        let query = Query::select()
            .columns(["username", "family", "used_at"])
            .from(self.table("tokens"))
            .cond_where(this.clone())
            .and_where(Expr::col("expires_at").gt(self.now()))
            .to_owned();
        let Some(mut row) = self.fetch_optional::<TokenRow>(&query).await? else {
            return Ok(None);
        };
        let take = Query::update()
            .table(self.table("tokens"))
            .value("used_at", self.now())
            .cond_where(this)
            .and_where(Expr::col("used_at").is_null())
            .to_owned();
        if self.execute(&take).await? == 0 {
            row.used_at.get_or_insert(0);
            let family = Query::delete()
                .from_table(self.table("tokens"))
                .and_where(Expr::col("service").eq(self.service()))
                .and_where(Expr::col("family").eq(row.family.as_str()))
                .to_owned();
            self.execute(&family).await?;
        }
        Ok(Some(row))
    }

    /// Notes that a caller's key stands for this request; answers what it stands for already.
    pub(crate) async fn note_idempotency(
        &self,
        tx: &mut CentralTx,
        caller: &str,
        key: &str,
        fingerprint: &[u8],
        uid: TenantUid,
        lifetime_ms: i64,
    ) -> Result<()> {
        let put = Query::insert()
            .into_table(self.table("idempotency"))
            .columns([
                "service",
                "caller",
                "idempotency_key",
                "fingerprint",
                "uid",
                "created_at",
                "expires_at",
            ])
            .values_panic([
                self.service().into(),
                caller.into(),
                key.into(),
                fingerprint.to_vec().into(),
                uid.to_string().into(),
                self.now(),
                self.now().add(lifetime_ms),
            ])
            .to_owned();
        tx.execute(&put).await.map(drop)
    }

    pub(crate) async fn idempotency(&self, caller: &str, key: &str) -> Result<Option<IdempotencyRow>> {
        let query = Query::select()
            .columns(["fingerprint", "uid"])
            .from(self.table("idempotency"))
            .and_where(Expr::col("service").eq(self.service()))
            .and_where(Expr::col("caller").eq(caller))
            .and_where(Expr::col("idempotency_key").eq(key))
            .and_where(Expr::col("expires_at").gt(self.now()))
            .to_owned();
        self.fetch_optional(&query).await
    }

    /// Removes what has expired: keys of repeated requests, refresh tokens, stored answers.
    pub(crate) async fn remove_expired(&self) -> Result<u64> {
        let mut removed = 0;
        for table in ["idempotency", "tokens", "secrets"] {
            let delete = Query::delete()
                .from_table(self.table(table))
                .and_where(Expr::col("service").eq(self.service()))
                .and_where(Expr::col("expires_at").lte(self.now()))
                .to_owned();
            removed += self.execute(&delete).await?;
        }
        Ok(removed)
    }

    pub(crate) async fn audit(&self, entry: &AuditEntry) -> Result<()> {
        let insert = Query::insert()
            .into_table(self.table("audit"))
            .columns(["service", "id", "at", "uid", "actor", "action", "result", "detail"])
            .values_panic([
                self.service().into(),
                Uuid::now_v7().to_string().into(),
                self.now(),
                entry.uid.map(|u| u.to_string()).into(),
                entry.actor.as_str().into(),
                entry.action.as_str().into(),
                entry.result.as_str().into(),
                entry.detail.as_str().into(),
            ])
            .to_owned();
        self.execute(&insert).await.map(drop)
    }
}
