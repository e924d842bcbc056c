//! The second gate: who asks, and may they ask for this tenant?

use std::sync::{Arc, atomic::Ordering};

use axum::extract::Request;
use chrono::{DateTime, Utc};
use futures::FutureExt;
use http::{HeaderName, Method, header::AUTHORIZATION};
use mtp_core::{Found, Freshness, MarketKeys, Secret, TenantDirectory, TenantId, TenantState, TenantUid};

use crate::{
    access::Access,
    auth::{
        AuditSink, Authenticate, Authentication, Caller, Counters, CrossTenantAttempt, TokenFault, VerifiedTokens,
        cache::{TokenDigest, digest_of},
    },
    limits::{MAX_API_KEY_BYTES, NOT_READY_RETRY_AFTER, TOKEN_LEEWAY},
    pass::Pass,
    rate_limit::{Limits, Stranger},
    respond::Problem,
    tenant::{ResolveError, single},
    verdict::{Refusal, Verdict, span_of},
};

static API_KEY: HeaderName = HeaderName::from_static("x-api-key");

/// Looks at the credential, and only then at the tenant.
///
/// The order makes the promise "nobody learns who is a customer" true in time as well as in words:
/// without a credential that verifies, no tenant is ever looked up, and the answer is the same 401.
/// With one, its own tenant is looked up first, and where the request names another the answer is
/// 403 without that other being looked up.
pub(crate) struct AuthGate {
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

impl AuthGate {
    /// Looks at the credential that the route demands.
    pub(crate) fn check(self: &Arc<Self>, request: &Request, pass: Pass) -> Verdict {
        match pass.access {
            Access::Public | Access::Tenant => Verdict::Now(Ok(pass)),
            Access::Market => self.market(request, pass),
            Access::MarketOrCaller if request.headers().contains_key(&API_KEY) => {
                if request.headers().contains_key(AUTHORIZATION) {
                    return Verdict::refuse(Problem::bad_request("show one credential, X-API-Key or Authorization"));
                }
                self.market(request, pass)
            }
            Access::MarketOrCaller | Access::Caller | Access::PasswordChange => self.caller(request, pass),
        }
    }

    fn caller(self: &Arc<Self>, request: &Request, pass: Pass) -> Verdict {
        let token = match bearer(request) {
            Ok(Some(token)) => token,
            Ok(None) => return Verdict::refuse(self.refuse(Stranger::of(request.extensions(), &pass))),
            Err(error) => return Verdict::refuse(error),
        };
        if pass.named.is_none() && !self.trusts_token {
            return Verdict::refuse(ResolveError::Missing);
        }
        let generation = self.authenticator.generation();
        // What was verified before is believed only while revocations are known to have arrived.
        let fresh = self.directory.freshness() == Freshness::Fresh;
        let digest = fresh.then(|| digest_of(token));
        if let Some(found) = digest.and_then(|digest| self.verified.get(&digest, generation)) {
            return self.admit(
                fresh,
                request,
                pass,
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
        match self.authenticator.authenticate(token, pass.named.as_ref()) {
            Authentication::Known(Ok(caller)) => self.admit(fresh, request, pass, verified(caller)),
            Authentication::Known(Err(fault)) => Verdict::refuse(self.refuse_for(Asks::of(request, &pass), &fault)),
            Authentication::Later(answer) => {
                let (gate, asks) = (Arc::clone(self), Asks::of(request, &pass));
                Verdict::Ask(
                    async move {
                        match answer.await {
                            Ok(caller) => gate.look_up(asks, pass, verified(caller)).await,
                            Err(fault) => Err(gate.refuse_for(asks, &fault)),
                        }
                    }
                    .boxed(),
                )
            }
        }
    }

    fn admit(self: &Arc<Self>, fresh: bool, request: &Request, pass: Pass, verified: Verified) -> Verdict {
        if fresh && let Some(found) = self.directory.cached(verified.caller.tenant_id()) {
            return Verdict::Now(self.decide(pass, verified, found, |pass| Asks::of(request, pass)));
        }
        let (gate, asks) = (Arc::clone(self), Asks::of(request, &pass));
        Verdict::Ask(async move { gate.look_up(asks, pass, verified).await }.boxed())
    }

    async fn look_up(&self, asks: Asks, pass: Pass, verified: Verified) -> Result<Pass, Refusal> {
        let found = self.directory.find(verified.caller.tenant_id()).await?;
        self.decide(pass, verified, found, |_| asks)
    }

    /// What is answered to a caller whose token is good, now that its tenant was looked up. What a refusal says of the
    /// request is asked for only then.
    fn decide(
        &self,
        mut pass: Pass,
        verified: Verified,
        found: Option<Found>,
        asks: impl FnOnce(&Pass) -> Asks,
    ) -> Result<Pass, Refusal> {
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
            return Err(self.refuse(asks(&pass).peer).into());
        };
        if let Some((digest, generation)) = remember {
            self.verified.put(digest, caller.clone(), found.uid, generation);
        }
        if let Some(named) = &pass.named
            && *named != found.id
        {
            return Err(self.cross_tenant(asks(&pass), &caller, &found, named.clone()));
        }
        let handle = match (found.state, found.handle) {
            (TenantState::Active, Some(handle)) => handle,
            (TenantState::Suspended, _) => return Err(Refusal::of(&found.id, Problem::suspended())),
            _ => {
                let problem =
                    Problem::unavailable(NOT_READY_RETRY_AFTER).detail("the tenant is being made or moved; come back");
                return Err(Refusal::of(&found.id, problem));
            }
        };
        if caller.must_change() && pass.access != Access::PasswordChange {
            return Err(Refusal::of(&found.id, Problem::password_change_required()));
        }
        pass.handle = Some(handle);
        pass.caller = Some(caller);
        Ok(pass)
    }

    /// Counts, logs and reports an attempt across tenants. It takes from the share of the caller's
    /// tenant, since it never reaches the rate limit: past that, attempts are only counted, so that
    /// nobody fills the log with them.
    fn cross_tenant(&self, asks: Asks, caller: &Caller, found: &Found, named: TenantId) -> Refusal {
        self.counters.cross_tenant.fetch_add(1, Ordering::Relaxed);
        let taken = match &found.handle {
            Some(handle) => self.limits.take_tenant(handle),
            None => self.limits.take_stranger(asks.peer),
        };
        if let Err(wait) = taken {
            return Refusal::of(&found.id, Problem::rate_limited(wait));
        }
        let span = span_of(&asks.method, Some(&found.id));
        let entered = span.enter();
        tracing::warn!(
            target: "mtp::audit",
            tenant = %found.id,
            tenant_uid = %found.uid,
            subject = ?caller.subject(),
            named = %named,
            method = %asks.method,
            "a credential of one tenant was used on another's name and refused"
        );
        drop(entered);
        if let Some(audit) = &self.audit {
            audit.cross_tenant(CrossTenantAttempt {
                tenant_id: found.id.clone(),
                tenant_uid: found.uid,
                subject: caller.subject().to_owned(),
                named,
                method: asks.method,
                path: asks.path,
            });
        }
        Refusal::said(span, Problem::foreign_tenant())
    }

    fn market(self: &Arc<Self>, request: &Request, mut pass: Pass) -> Verdict {
        let key = match single(request.headers(), &API_KEY, "X-API-Key") {
            Ok(value) => value
                .and_then(|value| value.to_str().ok())
                .filter(|key| !key.is_empty() && key.len() <= MAX_API_KEY_BYTES),
            Err(error) => return Verdict::refuse(error),
        };
        let peer = Stranger::of(request.extensions(), &pass);
        let (Some(key), Some(keys)) = (key, &self.market_keys) else {
            return Verdict::refuse(self.refuse(peer));
        };
        let (key, keys, gate) = (Secret::new(key), Arc::clone(keys), Arc::clone(self));
        Verdict::Ask(
            async move {
                let Some(market) = keys.market(&key).await? else {
                    return Err(gate.refuse(peer).into());
                };
                pass.market = Some(market);
                Ok(pass)
            }
            .boxed(),
        )
    }

    fn refuse_for(&self, asks: Asks, fault: &TokenFault) -> Refusal {
        let span = span_of(&asks.method, None);
        span.in_scope(|| tracing::debug!(%fault, "a token was not believed"));
        Refusal::said(span, self.refuse(asks.peer))
    }

    /// The one answer to whoever has no good credential: 401, or, where an address brings too many
    /// such requests, 429. Callers with good tokens behind the same address are not touched by it.
    fn refuse(&self, peer: Stranger) -> Problem {
        self.counters.refused.fetch_add(1, Ordering::Relaxed);
        match self.limits.take_stranger(peer) {
            Ok(()) => Problem::unauthorized(),
            Err(wait) => Problem::rate_limited(wait),
        }
    }
}

/// What a refusal needs to know of a request.
struct Asks {
    method: Method,
    path: String,
    peer: Stranger,
}

impl Asks {
    fn of(request: &Request, pass: &Pass) -> Self {
        Self {
            method: request.method().clone(),
            path: request.uri().path().to_owned(),
            peer: Stranger::of(request.extensions(), pass),
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
