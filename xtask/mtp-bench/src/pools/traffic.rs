//! Requests of many tenants at their times, and a flood of one.

use std::{
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
    time::{Duration, Instant},
};

use axum::{
    Router,
    body::Body,
    http::{HeaderValue, Request, StatusCode, header::AUTHORIZATION},
};
use mtp::{Platform, core::TenantHandle, middleware::Grant};
use tower::ServiceExt;

use crate::Failure;

/// How much more often the first tenant asks than the others: the n-th asks 1/n^1.1 as often.
const SKEW: f64 = 1.1;

/// Who asks for a tenant.
pub(super) struct Caller {
    tenant: HeaderValue,
    bearer: HeaderValue,
}

impl Caller {
    pub(super) fn new(platform: &Platform, tenant: &TenantHandle) -> Result<Self, Failure> {
        let token = platform
            .tokens()
            .issue(&Grant::new(tenant.id().clone(), tenant.uid(), "bench"))?;
        Ok(Self {
            tenant: HeaderValue::from_str(tenant.id().as_str())?,
            bearer: HeaderValue::from_str(&format!("Bearer {}", token.token.expose()))?,
        })
    }

    fn request(&self) -> Request<Body> {
        let mut request = Request::new(Body::empty());
        *request.uri_mut() = axum::http::Uri::from_static("/count");
        request.headers_mut().insert("x-tenant-id", self.tenant.clone());
        request.headers_mut().insert(AUTHORIZATION, self.bearer.clone());
        request
    }
}

async fn ask(app: Router, request: Request<Body>) -> StatusCode {
    match app.oneshot(request).await {
        Ok(response) => response.status(),
        Err(never) => match never {},
    }
}

/// What came of a flood.
pub(super) struct Flooded {
    pub(super) requests: u64,
    /// Of them answered 429.
    pub(super) limited: u64,
}

pub(super) struct Traffic {
    app: Router,
    skew: Skew,
    callers: Vec<Caller>,
    rate: u32,
    time: Duration,
}

/// What came of some traffic.
pub(super) struct Seen {
    pub(super) requests: u64,
    pub(super) errors: u64,
    /// In milliseconds, smallest first.
    times: Vec<f64>,
}

impl Seen {
    pub(super) fn percentile(&self, share: f64) -> f64 {
        #[expect(
            clippy::cast_precision_loss,
            clippy::cast_possible_truncation,
            clippy::cast_sign_loss,
            reason = "a share of a count of requests"
        )]
        let at = (self.times.len() as f64 * share) as usize;
        self.times
            .get(at.min(self.times.len().saturating_sub(1)))
            .copied()
            .unwrap_or(f64::NAN)
    }
}

impl Traffic {
    pub(super) fn new(app: Router, callers: Vec<Caller>, rate: u32, time: Duration) -> Self {
        Self {
            app,
            skew: Skew::new(callers.len()),
            callers,
            rate,
            time,
        }
    }

    /// Sends requests at their times, whether those before are answered or not; a request's time counts from when it
    /// was due.
    pub(super) async fn run(&self, but: Option<usize>) -> Result<Seen, Failure> {
        let errors = Arc::new(AtomicU64::new(0));
        let mut random = Random(0x9e37_79b9_7f4a_7c15);
        let mut running = Vec::new();
        let mut clock = Clock::new(self.rate);
        while let Some(due) = clock.next(self.time).await {
            let tenant = self.skew.pick(&mut random);
            if Some(tenant) != but {
                let (app, errors, request) = (self.app.clone(), errors.clone(), self.callers[tenant].request());
                running.push(tokio::spawn(async move {
                    if ask(app, request).await != StatusCode::OK {
                        errors.fetch_add(1, Ordering::Relaxed);
                    }
                    due.elapsed().as_secs_f64() * 1000.0
                }));
            }
        }
        let mut times = Vec::with_capacity(running.len());
        for task in running {
            times.push(task.await?);
        }
        times.sort_by(f64::total_cmp);
        Ok(Seen {
            requests: times.len() as u64,
            errors: errors.load(Ordering::Relaxed),
            times,
        })
    }

    /// Sends one tenant's requests at a rate, whatever is answered.
    pub(super) async fn flood(&self, tenant: usize, rate: u32) -> Result<Flooded, Failure> {
        let mut running = Vec::new();
        let mut clock = Clock::new(rate);
        while clock.next(self.time).await.is_some() {
            running.push(tokio::spawn(ask(self.app.clone(), self.callers[tenant].request())));
        }
        let requests = running.len() as u64;
        let mut limited = 0;
        for task in running {
            limited += u64::from(task.await? == StatusCode::TOO_MANY_REQUESTS);
        }
        Ok(Flooded { requests, limited })
    }
}

/// When the next request is due, at a steady rate.
struct Clock {
    began: Instant,
    due: Instant,
    pause: Duration,
}

impl Clock {
    fn new(rate: u32) -> Self {
        let began = Instant::now();
        Self {
            began,
            due: began,
            pause: Duration::from_secs(1) / rate,
        }
    }

    /// Waits until the next is due; none past `time`.
    async fn next(&mut self, time: Duration) -> Option<Instant> {
        let due = self.due;
        if due.duration_since(self.began) >= time {
            return None;
        }
        tokio::time::sleep_until(due.into()).await;
        self.due += self.pause;
        Some(due)
    }
}

/// The tenants by how often they ask.
struct Skew(Vec<f64>);

impl Skew {
    fn new(tenants: usize) -> Self {
        let mut sum = 0.0;
        let mut upto = Vec::with_capacity(tenants);
        for n in 1..=tenants {
            #[expect(clippy::cast_precision_loss, reason = "a number of tenants")]
            let n = n as f64;
            sum += n.powf(-SKEW);
            upto.push(sum);
        }
        Self(upto)
    }

    fn pick(&self, random: &mut Random) -> usize {
        let whole = self.0.last().copied().unwrap_or(0.0);
        let at = random.share() * whole;
        self.0
            .partition_point(|upto| *upto < at)
            .min(self.0.len().saturating_sub(1))
    }
}

/// Numbers that look random and are the same in each run (xorshift).
struct Random(u64);

impl Random {
    fn share(&mut self) -> f64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        #[expect(clippy::cast_precision_loss, reason = "53 bits are kept")]
        let share = (self.0 >> 11) as f64 / (1_u64 << 53) as f64;
        share
    }
}
