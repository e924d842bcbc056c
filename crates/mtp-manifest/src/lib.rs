//! What a service is, as data: its name, version, plans, features, isolation, needs and routes.
//!
//! A service keeps one file, `manifest.yaml` or `manifest.toml`. This crate reads it, checks it and writes it as
//! the JSON that `GET /api/manifest` answers. It opens no file and knows no other crate of mtp: text goes in, a
//! [`Manifest`] or every mistake at once comes out.
//!
//! ```
//! use mtp_manifest::{Isolation, Manifest, Need};
//!
//! let text = r#"
//! manifest_version: 1
//! name: keli_tutor
//! version: 1.4.0
//! description: A patient tutor for pupils.
//! features: [quiz, voice]
//! isolation:
//!   offered: [shared, database]
//!   default: shared
//! needs: [database, llm]
//! plans:
//!   - id: free
//!     name: Free
//!     limits: { rate: 10/s, storage: 100MiB, seats: 3 }
//!   - id: school
//!     name: School
//!     features: [voice]
//!     limits: { rate: 100/s burst 200, storage: 20GiB, seats: 500, tokens: 5000000 }
//! routes:
//!   - { method: GET, path: "/api/lessons/{id}", description: One lesson }
//! "#;
//! let manifest = Manifest::from_yaml(text)?;
//! assert_eq!(manifest.name, "keli_tutor");
//! assert_eq!(manifest.isolation.default, Isolation::Shared);
//! assert_eq!(manifest.needs, [Need::Database, Need::Llm]);
//! let rate = manifest.plan("school").and_then(|plan| plan.limits.rate);
//! assert_eq!(rate.map(|rate| rate.to_string()).as_deref(), Some("100/s burst 200"));
//!
//! // Two mistakes, two findings, each with its place.
//! let wrong = text.replace("100MiB", "lots").replace("seats: 500", "seat: 500");
//! let error = Manifest::from_yaml(&wrong).unwrap_err();
//! let places: Vec<_> = error.findings().iter().map(|f| (f.path(), f.line(), f.column())).collect();
//! assert_eq!(places, [("plans[0].limits.storage", 14, 36), ("plans[1].limits.seat", 18, 54)]);
//! assert!(error.to_string().contains("did you mean `seats`?"));
//! # Ok::<(), mtp_manifest::Error>(())
//! ```
//!
//! The manifest is public: it has no member for a secret, and a text that looks like one is refused.
//!
//! Exempt from semver beyond [`Manifest`]'s documented JSON: a later manifest version may add members.

mod error;
mod manifest;
mod node;
mod plan;
mod read;
mod validate;

pub use self::{
    error::{Error, Finding},
    manifest::{
        Isolation, IsolationOffer, MANIFEST_VERSION, MAX_DESCRIPTION_CHARS, MAX_FEATURES, MAX_NAME_BYTES, MAX_ROUTES,
        MAX_TITLE_CHARS, Manifest, Method, Need, Route,
    },
    plan::{ByteSize, Limits, MAX_PLANS, Plan, Rate, RatePeriod},
    read::{Format, MAX_MANIFEST_BYTES},
    validate::MAX_FINDINGS,
};
