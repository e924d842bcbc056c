//! The admin of a tenant: signing in, staying signed in, changing the password.

use std::time::Duration;

use chrono::{DateTime, Utc};
use uuid::Uuid;

use super::TenantManager;
use crate::{
    api_key::{ApiKey, ApiKeyKind},
    catalogue::TokenKind,
    error::{Error, Result},
    keys::{KeyScope, Purpose},
    limits::{ONE_TIME_LINK_LIFETIME, REFRESH_TOKEN_LIFETIME},
    password::{PasswordHash, PasswordPolicy, PasswordVerdict},
    secret::Secret,
    tenant::{TenantId, TenantState, TenantUid},
};

/// Somebody who has just proved who they are.
#[derive(Debug)]
#[non_exhaustive]
pub struct SignedIn {
    /// The tenant's name.
    pub tenant_id: TenantId,
    /// The tenant's identity.
    pub uid: TenantUid,
    /// The account's name.
    pub username: String,
    /// Whether the password must be changed before anything else.
    pub must_change: bool,
    /// What gets the next access token, once.
    pub refresh_token: Secret,
}

/// A link by which an account's password is set, once.
#[derive(Debug)]
#[non_exhaustive]
pub struct OneTimeLink {
    /// The token that the link carries.
    pub token: Secret,
    /// Until when.
    pub expires_at: DateTime<Utc>,
}

fn millis(time: Duration) -> i64 {
    i64::try_from(time.as_millis()).unwrap_or(i64::MAX)
}

impl TenantManager {
    /// Signs an account in by its password. `None` where anything is wrong; an unknown tenant, an unknown
    /// account and a wrong password cost the same.
    ///
    /// # Errors
    /// [`Error::Password`] where too many are being checked at once; [`Error::NotServed`] where the password is right
    /// and the tenant is not served.
    pub async fn sign_in(&self, tenant: &TenantId, username: &str, password: &Secret) -> Result<Option<SignedIn>> {
        let inner = &self.inner;
        let row = inner.central.tenant_by_id(tenant).await?;
        let uid = row.as_ref().map(crate::catalogue::TenantRowData::uid).transpose()?;
        // Where there is no such tenant, an account is looked for all the same, so that it takes as long.
        let account = inner
            .central
            .account(uid.unwrap_or_else(TenantUid::new), username)
            .await?;
        let hash = account
            .as_ref()
            .map(|a| PasswordHash::parse(&a.password_hash))
            .transpose()?;
        let verdict = inner.hasher.verify(password, hash.as_ref()).await?;
        let (PasswordVerdict::Right { rehash }, Some(row), Some(uid), Some(account)) = (verdict, row, uid, account)
        else {
            return Ok(None);
        };
        match row.state()? {
            TenantState::Active => {}
            state @ (TenantState::Suspended | TenantState::Provisioning) => return Err(Error::NotServed { state }),
            _ => return Ok(None),
        }
        if rehash {
            let better = inner.hasher.hash(password).await?;
            inner
                .central
                .rehash(uid, username, &account.password_hash, better.as_str())
                .await?;
        }
        inner.central.signed_in(uid, username).await?;
        let scope = KeyScope::Tenant(uid);
        inner
            .central
            .delete_secret(&scope, &Purpose::STORED_ANSWER, "admin")
            .await?;
        self.session(row.id()?, uid, username, account.must_change, Uuid::now_v7())
            .await
            .map(Some)
    }

    /// Changes a refresh token for another, and a right to an access token. Each is good once; one shown
    /// twice ends every session that came from the same sign-in.
    ///
    /// # Errors
    /// [`Error::NotServed`] where the token is good and its tenant is not served.
    pub async fn refresh(&self, tenant: &TenantId, token: &Secret) -> Result<Option<SignedIn>> {
        let inner = &self.inner;
        let Some(hash) = token_hash(token, ApiKeyKind::Refresh) else {
            return Ok(None);
        };
        // The tenant is looked at first, so that a token shown to another tenant is not used up.
        let row = inner.central.tenant_by_id(tenant).await?;
        // Asked also where there is no such tenant, so that it takes as long.
        let owner = inner.central.token_owner(TokenKind::Refresh, &hash).await?;
        let Some(row) = row else {
            return Ok(None);
        };
        let uid = row.uid()?;
        if owner != Some(uid) {
            return Ok(None);
        }
        match row.state()? {
            TenantState::Active => {}
            state @ TenantState::Suspended => return Err(Error::NotServed { state }),
            _ => return Ok(None),
        }
        let Some(used) = inner.central.use_token(TokenKind::Refresh, &hash).await? else {
            return Ok(None);
        };
        if used.used_at.is_some() {
            self.audit(crate::AuditEntry::new(&used.username, "token.reuse", "sessions ended").tenant(uid))
                .await?;
            return Ok(None);
        }
        let Some(account) = inner.central.account(uid, &used.username).await? else {
            return Ok(None);
        };
        let family = used
            .family
            .parse()
            .map_err(|_| Error::Internal("a token's family cannot be read"))?;
        self.session(row.id()?, uid, &used.username, account.must_change, family)
            .await
            .map(Some)
    }

    /// Changes a password; every session of the account ends. `false` where the current one is wrong.
    ///
    /// # Errors
    /// [`Error::Password`] where the new one is too weak.
    pub async fn change_password(
        &self,
        uid: TenantUid,
        username: &str,
        current: &Secret,
        new: &Secret,
    ) -> Result<bool> {
        let inner = &self.inner;
        self.check_policy(uid, username, new).await?;
        let account = inner.central.account(uid, username).await?;
        let hash = account
            .as_ref()
            .map(|a| PasswordHash::parse(&a.password_hash))
            .transpose()?;
        let verdict = inner.hasher.verify(current, hash.as_ref()).await?;
        let (PasswordVerdict::Right { .. }, Some(account)) = (verdict, account) else {
            return Ok(false);
        };
        let new = inner.hasher.hash(new).await?;
        if !inner
            .central
            .change_password(uid, username, &account.password_hash, new.as_str())
            .await?
        {
            return Ok(false);
        }
        let scope = KeyScope::Tenant(uid);
        inner
            .central
            .delete_secret(&scope, &Purpose::STORED_ANSWER, "admin")
            .await?;
        self.audit(crate::AuditEntry::new(username, "password.change", "done").tenant(uid))
            .await?;
        Ok(true)
    }

    /// Makes a link by which the admin's password is set anew, once. The present one stays good until then.
    ///
    /// # Errors
    /// [`Error::TenantNotFound`]; [`Error::NotServed`] where the tenant is not active.
    pub async fn rotate_credentials(&self, tenant: &TenantId) -> Result<OneTimeLink> {
        let inner = &self.inner;
        let row = inner.central.tenant_by_id(tenant).await?.ok_or(Error::TenantNotFound)?;
        let state = row.state()?;
        if state != TenantState::Active {
            return Err(Error::NotServed { state });
        }
        let token = ApiKey::generate(ApiKeyKind::OneTime)?;
        let lifetime = ONE_TIME_LINK_LIFETIME;
        inner
            .central
            .put_token(
                token.hash().as_bytes(),
                TokenKind::SetPassword,
                row.uid()?,
                &row.admin_username,
                Uuid::now_v7(),
                millis(lifetime),
            )
            .await?;
        Ok(OneTimeLink {
            token: Secret::new(token.expose()),
            expires_at: Utc::now() + lifetime,
        })
    }

    /// Sets a password by a one-time token. `false` where the token is wrong, used or too old.
    ///
    /// # Errors
    /// [`Error::Password`] where the new one is too weak; the token is still good then.
    pub async fn set_password(&self, token: &Secret, new: &Secret) -> Result<bool> {
        let inner = &self.inner;
        let Some(hash) = token_hash(token, ApiKeyKind::OneTime) else {
            return Ok(false);
        };
        let Some(uid) = inner.central.token_owner(TokenKind::SetPassword, &hash).await? else {
            return Ok(false);
        };
        self.check_policy(uid, "", new).await?;
        let new = inner.hasher.hash(new).await?;
        let Some(used) = inner.central.use_token(TokenKind::SetPassword, &hash).await? else {
            return Ok(false);
        };
        if used.used_at.is_some() {
            return Ok(false);
        }
        let Some(account) = inner.central.account(uid, &used.username).await? else {
            return Ok(false);
        };
        if !inner
            .central
            .change_password(uid, &used.username, &account.password_hash, new.as_str())
            .await?
        {
            return Ok(false);
        }
        let scope = KeyScope::Tenant(uid);
        inner
            .central
            .delete_secret(&scope, &Purpose::STORED_ANSWER, "admin")
            .await?;
        self.audit(crate::AuditEntry::new(&used.username, "password.set", "done").tenant(uid))
            .await?;
        Ok(true)
    }

    async fn check_policy(&self, uid: TenantUid, username: &str, new: &Secret) -> Result<()> {
        let tenant = self.get_by_uid(uid).await?;
        let policy = PasswordPolicy::default();
        policy
            .check(new, &[username, tenant.id.as_str(), &tenant.name])
            .map_err(|e| Error::invalid("new", e.to_string()))
    }

    async fn session(
        &self,
        tenant_id: TenantId,
        uid: TenantUid,
        username: &str,
        must_change: bool,
        family: Uuid,
    ) -> Result<SignedIn> {
        let refresh = ApiKey::generate(ApiKeyKind::Refresh)?;
        self.inner
            .central
            .put_token(
                refresh.hash().as_bytes(),
                TokenKind::Refresh,
                uid,
                username,
                family,
                millis(REFRESH_TOKEN_LIFETIME),
            )
            .await?;
        let refresh_token = Secret::new(refresh.expose());
        Ok(SignedIn {
            tenant_id,
            uid,
            username: username.to_owned(),
            must_change,
            refresh_token,
        })
    }
}

fn token_hash(token: &Secret, kind: ApiKeyKind) -> Option<Vec<u8>> {
    let key = ApiKey::parse(token.expose()).ok()?;
    (key.kind() == kind).then(|| key.hash().as_bytes().to_vec())
}
