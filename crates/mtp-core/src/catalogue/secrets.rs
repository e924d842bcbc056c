//! Sealed secrets as rows, each under its scope's data key.

use sea_query::{DeleteStatement, Expr, ExprTrait, InsertStatement, OnConflict, Query};
use zeroize::Zeroizing;

use super::{central::Central, keys::KeyStore};
use crate::{
    error::{Error, Result},
    keys::{KeyScope, Purpose, Sealed},
};

#[derive(sqlx::FromRow)]
struct Row {
    sealed: Vec<u8>,
}

impl Central {
    /// Reads and opens a secret that has not expired.
    pub(crate) async fn get_secret(
        &self,
        keys: &KeyStore,
        scope: &KeyScope,
        purpose: &Purpose,
        name: &str,
    ) -> Result<Option<Zeroizing<Vec<u8>>>> {
        let query = Query::select()
            .column("sealed")
            .from(self.table("secrets"))
            .and_where(Expr::col("service").eq(self.service()))
            .and_where(Expr::col("scope").eq(scope.to_string()))
            .and_where(Expr::col("purpose").eq(purpose.as_str()))
            .and_where(Expr::col("name").eq(name))
            .and_where(
                Expr::col("expires_at")
                    .is_null()
                    .or(Expr::col("expires_at").gt(self.now())),
            )
            .to_owned();
        let Some(row) = self.fetch_optional::<Row>(&query).await? else {
            return Ok(None);
        };
        let sealed = Sealed::from_bytes(row.sealed)?;
        Ok(Some(keys.ring(self, scope).await?.open(purpose, name, &sealed)?))
    }

    /// Reads a secret as text.
    pub(crate) async fn get_secret_text(
        &self,
        keys: &KeyStore,
        scope: &KeyScope,
        purpose: &Purpose,
        name: &str,
    ) -> Result<Option<crate::Secret>> {
        let Some(bytes) = self.get_secret(keys, scope, purpose, name).await? else {
            return Ok(None);
        };
        let text = std::str::from_utf8(&bytes).map_err(|_| Error::Internal("a secret is no text"))?;
        Ok(Some(crate::Secret::new(text)))
    }

    /// Reads a secret, or makes one where there is none; of two that make one at once both get the same.
    pub(crate) async fn secret_or(
        &self,
        keys: &KeyStore,
        scope: &KeyScope,
        purpose: &Purpose,
        name: &str,
        lifetime_ms: Option<i64>,
        make: impl FnOnce() -> Result<Zeroizing<Vec<u8>>> + Send,
    ) -> Result<Zeroizing<Vec<u8>>> {
        if let Some(found) = self.get_secret(keys, scope, purpose, name).await? {
            return Ok(found);
        }
        // What is there and was not found has expired.
        let expired = Query::delete()
            .from_table(self.table("secrets"))
            .and_where(Expr::col("service").eq(self.service()))
            .and_where(Expr::col("scope").eq(scope.to_string()))
            .and_where(Expr::col("expires_at").lte(self.now()))
            .to_owned();
        self.execute(&expired).await?;
        let put = self
            .secret_insert(keys, scope, purpose, name, lifetime_ms, &make()?)
            .await?;
        self.execute(&put).await?;
        self.get_secret(keys, scope, purpose, name)
            .await?
            .ok_or(Error::Internal("a secret vanished while it was made"))
    }

    /// What writes a secret down where there is none of that name.
    pub(crate) async fn secret_insert(
        &self,
        keys: &KeyStore,
        scope: &KeyScope,
        purpose: &Purpose,
        name: &str,
        lifetime_ms: Option<i64>,
        value: &[u8],
    ) -> Result<InsertStatement> {
        let sealed = keys.ring(self, scope).await?.seal(purpose, name, value)?;
        let expires = lifetime_ms.map_or_else(|| Expr::val(None::<i64>), |ms| self.now().add(ms));
        Ok(Query::insert()
            .into_table(self.table("secrets"))
            .columns([
                "service",
                "scope",
                "purpose",
                "name",
                "sealed",
                "created_at",
                "expires_at",
            ])
            .values_panic([
                self.service().into(),
                scope.to_string().into(),
                purpose.as_str().into(),
                name.into(),
                sealed.into_bytes().into(),
                self.now(),
                expires,
            ])
            .on_conflict(
                OnConflict::columns(["service", "scope", "purpose", "name"])
                    .do_nothing_on(["name"])
                    .to_owned(),
            )
            .to_owned())
    }

    pub(crate) async fn delete_secret(&self, scope: &KeyScope, purpose: &Purpose, name: &str) -> Result<()> {
        self.execute(&self.secret_deletion(scope, purpose, name))
            .await
            .map(drop)
    }

    /// What deletes a secret.
    pub(crate) fn secret_deletion(&self, scope: &KeyScope, purpose: &Purpose, name: &str) -> DeleteStatement {
        Query::delete()
            .from_table(self.table("secrets"))
            .and_where(Expr::col("service").eq(self.service()))
            .and_where(Expr::col("scope").eq(scope.to_string()))
            .and_where(Expr::col("purpose").eq(purpose.as_str()))
            .and_where(Expr::col("name").eq(name))
            .to_owned()
    }
}
