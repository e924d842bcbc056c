//! The second layer: who asks, and may they ask for this tenant?

use std::sync::{Arc, atomic::Ordering};

use axum::extract::Request;
use chrono::{DateTime, Utc};
use futures::FutureExt;
use http::{HeaderName, header::AUTHORIZATION};
use mtp_core::{Found, Freshness, MarketKeys, Secret, TenantDirectory, TenantId, TenantState, TenantUid};
use tracing::Span;

use crate::{
    access::Access,
    auth::{
        AuditSink, Authenticate, Authentication, Caller, Counters, CrossTenantAttempt, TokenFault, VerifiedTokens,
        cache::{TokenDigest, digest_of},
    },
    gate::{Gate, Verdict},
    limits::{MAX_API_KEY_BYTES, NOT_READY_RETRY_AFTER, TOKEN_LEEWAY},
    pass::Pass,
    rate_limit::{Limits, Peer},
    respond::Problem,
    tenant::{ResolveError, single},
};

static API_KEY: HeaderName = HeaderName::from_static("x-api-key");

/// Looks at the credential, and only then at the tenant.
///
/// The order makes the promise "nobody learns who is a customer" true in time as well as in words:
/// without a credential that verifies, no tenant is ever looked up, and the answer is the same 401.
/// With one, its own tenant is looked up first, and where the request names another the answer is
/// 403 without that other being looked up.
pub(crate) struct AuthLayer {
    pub(crate) directory: Arc<dyn TenantDirectory>,
    pub(crate) authenticator: Arc<dyn Authenticate>,
    pub(crate) market_keys: Option<Arc<dyn MarketKeys>>,
    pub(crate) audit: Option<Arc<dyn AuditSink>>,
    pub(crate) counters: Arc<Counters>,
    pub(crate) verified: VerifiedTokens,
    /// Those who are refused are counted here, since they never reach the rate limit.
    pub(crate) limits: Limits,
    /// Whether the token alone may name the tenant.
    pub(crate) trusts_token: bool,
}

/// A caller whose token is good, before its tenant was looked up.
struct Verified {
    caller: Caller,
    /// The identity that the token was good for when it was remembered.
    remembered_for: Option<TenantUid>,
    /// Where to remember it, and under which generation of keys.
    remember: Option<(TokenDigest, u64)>,
}

impl Gate for AuthLayer {
    fn check(self: &Arc<Self>, request: Request) -> Verdict {
        let Some(pass) = request.extensions().get::<Pass>() else {
            tracing::error!("the auth layer ran without the tenant layer before it");
            return Verdict::Refuse(Problem::internal());
        };
        match pass.access {
            Access::Public | Access::Tenant => Verdict::Pass(request),
            Access::Market => self.market(request),
            Access::MarketOrCaller if request.headers().contains_key(&API_KEY) => {
                if request.headers().contains_key(AUTHORIZATION) {
                    return Verdict::Refuse(Problem::bad_request("show one credential, X-API-Key or Authorization"));
                }
                self.market(request)
            }
            Access::MarketOrCaller | Access::Caller | Access::PasswordChange => self.caller(request),
        }
    }
}

impl AuthLayer {
    fn caller(self: &Arc<Self>, request: Request) -> Verdict {
        let named = request.extensions().get::<Pass>().and_then(|pass| pass.named.as_ref());
        let token = match bearer(&request) {
            Ok(Some(token)) => token,
            Ok(None) => return Verdict::Refuse(self.refuse(&request)),
            Err(error) => return Verdict::Refuse(Problem::from(error)),
        };
        if named.is_none() && !self.trusts_token {
            return Verdict::Refuse(Problem::from(ResolveError::Missing));
        }
        let generation = self.authenticator.generation();
        // What was verified before is believed only while revocations are known to have arrived.
        let digest = self.fresh().then(|| digest_of(token));
        if let Some(found) = digest.and_then(|digest| self.verified.get(&digest, generation)) {
            return self.admit(
                request,
                Verified {
                    caller: found.caller,
                    remembered_for: Some(found.uid),
                    remember: None,
                },
            );
        }
        let verified = move |caller| Verified {
            caller,
            remembered_for: None,
            remember: digest.map(|digest| (digest, generation)),
        };
        match self.authenticator.authenticate(token, named) {
            Authentication::Known(Ok(caller)) => self.admit(request, verified(caller)),
            Authentication::Known(Err(fault)) => Verdict::Refuse(self.refuse_for(&request, &fault)),
            Authentication::Later(answer) => {
                let layer = Arc::clone(self);
                Verdict::Ask(
                    async move {
                        match answer.await {
                            Ok(caller) => layer.look_up(request, verified(caller)).await,
                            Err(fault) => Err(layer.refuse_for(&request, &fault)),
                        }
                    }
                    .boxed(),
                )
            }
        }
    }

    fn fresh(&self) -> bool {
        self.directory.freshness() == Freshness::Fresh
    }

    fn admit(self: &Arc<Self>, mut request: Request, verified: Verified) -> Verdict {
        if self.fresh()
            && let Some(found) = self.directory.cached(verified.caller.tenant_id())
        {
            return match self.decide(&mut request, verified, found) {
                Ok(()) => Verdict::Pass(request),
                Err(problem) => Verdict::Refuse(problem),
            };
        }
        let layer = Arc::clone(self);
        Verdict::Ask(async move { layer.look_up(request, verified).await }.boxed())
    }

    async fn look_up(&self, mut request: Request, verified: Verified) -> Result<Request, Problem> {
        let id = verified.caller.tenant_id().clone();
        let found = self.directory.find(&id).await?;
        self.decide(&mut request, verified, found)?;
        Ok(request)
    }

    /// What is answered to a caller whose token is good, now that its tenant was looked up.
    fn decide(&self, request: &mut Request, verified: Verified, found: Option<Found>) -> Result<(), Problem> {
        let Verified {
            caller,
            remembered_for,
            remember,
        } = verified;
        let Some(found) = found.filter(|found| {
            found.id == *caller.tenant_id()
                && remembered_for.is_none_or(|uid| uid == found.uid)
                && is_bound(&caller, found.uid)
                && has_callers(found.state)
        }) else {
            return Err(self.refuse(request));
        };
        if let Some((digest, generation)) = remember {
            self.verified.put(digest, caller.clone(), found.uid, generation);
        }
        let named = request.extensions().get::<Pass>().and_then(|pass| pass.named.as_ref());
        if let Some(named) = named
            && *named != found.id
        {
            Span::current().record("tenant", found.id.as_str());
            return Err(self.cross_tenant(request, &caller, &found, named.clone()));
        }
        let handle = match (found.state, found.handle) {
            (TenantState::Active, Some(handle)) => handle,
            (TenantState::Suspended, _) => {
                Span::current().record("tenant", found.id.as_str());
                return Err(Problem::suspended());
            }
            _ => {
                Span::current().record("tenant", found.id.as_str());
                return Err(
                    Problem::unavailable(NOT_READY_RETRY_AFTER).detail("the tenant is being made or moved; come back")
                );
            }
        };
        let Some(pass) = request.extensions_mut().get_mut::<Pass>() else {
            return Err(Problem::internal());
        };
        if caller.must_change() && pass.access != Access::PasswordChange {
            Span::current().record("tenant", found.id.as_str());
            return Err(Problem::password_change_required());
        }
        pass.handle = Some(handle);
        pass.caller = Some(caller);
        Ok(())
    }

    /// Counts, logs and reports an attempt across tenants. It takes from the share of the caller's
    /// tenant, since it never reaches the rate limit: past that, attempts are only counted, so that
    /// nobody fills the log with them.
    fn cross_tenant(&self, request: &Request, caller: &Caller, found: &Found, named: TenantId) -> Problem {
        self.counters.cross_tenant.fetch_add(1, Ordering::Relaxed);
        let taken = match &found.handle {
            Some(handle) => self.limits.take_tenant(handle),
            None => self.limits.take_stranger(Peer::of(request.extensions())),
        };
        if let Err(wait) = taken {
            return Problem::rate_limited(wait);
        }
        tracing::warn!(
            target: "mtp::audit",
            tenant = %found.id,
            tenant_uid = %found.uid,
            subject = ?caller.subject(),
            named = %named,
            method = %request.method(),
            "a credential of one tenant was used on another's name and refused"
        );
        if let Some(audit) = &self.audit {
            audit.cross_tenant(CrossTenantAttempt {
                tenant_id: found.id.clone(),
                tenant_uid: found.uid,
                subject: caller.subject().to_owned(),
                named,
                method: request.method().clone(),
                path: request.uri().path().to_owned(),
            });
        }
        Problem::foreign_tenant()
    }

    fn market(self: &Arc<Self>, mut request: Request) -> Verdict {
        let key = match single(request.headers(), &API_KEY, "X-API-Key") {
            Ok(value) => value
                .and_then(|value| value.to_str().ok())
                .filter(|key| !key.is_empty() && key.len() <= MAX_API_KEY_BYTES),
            Err(error) => return Verdict::Refuse(Problem::from(error)),
        };
        let (Some(key), Some(keys)) = (key, &self.market_keys) else {
            return Verdict::Refuse(self.refuse(&request));
        };
        let (key, keys, layer) = (Secret::new(key), Arc::clone(keys), Arc::clone(self));
        Verdict::Ask(
            async move {
                let Some(market) = keys.market(&key).await? else {
                    return Err(layer.refuse(&request));
                };
                if let Some(pass) = request.extensions_mut().get_mut::<Pass>() {
                    pass.market = Some(market);
                }
                Ok(request)
            }
            .boxed(),
        )
    }

    fn refuse_for(&self, request: &Request, fault: &TokenFault) -> Problem {
        tracing::debug!(%fault, "a token was not believed");
        self.refuse(request)
    }

    /// The one answer to whoever has no good credential: 401, or, where an address brings too many
    /// such requests, 429. Callers with good tokens behind the same address are not touched by it.
    fn refuse(&self, request: &Request) -> Problem {
        self.counters.refused.fetch_add(1, Ordering::Relaxed);
        match self.limits.take_stranger(Peer::of(request.extensions())) {
            Ok(()) => Problem::unauthorized(),
            Err(wait) => Problem::rate_limited(wait),
        }
    }
}

/// Whether a token is for this very tenant and not for a former one of its name. A token that names
/// no identity must have been issued after this one was made, which its `UUIDv7` tells.
fn is_bound(caller: &Caller, uid: TenantUid) -> bool {
    match (caller.tenant_uid(), caller.issued_at()) {
        (Some(bound), _) => bound == uid,
        (None, Some(issued)) => made_at(uid).is_none_or(|made| issued + TOKEN_LEEWAY >= made),
        // Its verifier has seen to it that it ends soon.
        (None, None) => true,
    }
}

fn made_at(uid: TenantUid) -> Option<DateTime<Utc>> {
    let (seconds, nanos) = uid.as_uuid().get_timestamp()?.to_unix();
    DateTime::from_timestamp(i64::try_from(seconds).ok()?, nanos)
}

/// Whether a tenant in this state still has callers, who may learn how it stands.
fn has_callers(state: TenantState) -> bool {
    !matches!(
        state,
        TenantState::Failed | TenantState::Deleting | TenantState::Purging | TenantState::Purged
    )
}

/// The bearer token (RFC 6750 §2.1). Another scheme is no credential of ours.
fn bearer(request: &Request) -> Result<Option<&str>, ResolveError> {
    let Some(value) = single(request.headers(), &AUTHORIZATION, "Authorization")? else {
        return Ok(None);
    };
    Ok(value
        .to_str()
        .ok()
        .and_then(|text| text.split_once(' '))
        .filter(|(scheme, token)| scheme.eq_ignore_ascii_case("Bearer") && !token.is_empty())
        .map(|(_, token)| token))
}
