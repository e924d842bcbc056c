//! The manifest itself: what a service tells a service market about itself.

use std::fmt;

use serde::{Deserialize, Serialize};

use crate::plan::Plan;

/// The version of this format; the only one that is read.
pub const MANIFEST_VERSION: u32 = 1;
/// Longest `name` of a service, and id of a plan or feature, in bytes: short enough to stand in the name of a
/// database beside a prefix (63 bytes on `PostgreSQL`).
pub const MAX_NAME_BYTES: usize = 32;
/// Longest `name` of a plan (a title that people read), in characters.
pub const MAX_TITLE_CHARS: usize = 80;
/// Longest description, in characters.
pub const MAX_DESCRIPTION_CHARS: usize = 2_000;
/// Most features of a service.
pub const MAX_FEATURES: usize = 64;
/// Most routes of a service.
pub const MAX_ROUTES: usize = 500;
/// Longest path of a route, in bytes.
pub(crate) const MAX_PATH_BYTES: usize = 256;

/// What a service is. Made by [`Manifest::from_yaml`] or [`Manifest::from_toml`] only, so what you hold was checked.
///
/// Its JSON has the members in the order of the fields here, absent options left out.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct Manifest {
    /// The version of the format: [`MANIFEST_VERSION`].
    pub manifest_version: u32,
    /// The service's short id: 1–32 of `a-z0-9_-`, begins with a letter, ends with a letter or digit.
    pub name: String,
    /// The service's version ([semver 2.0](https://semver.org)).
    pub version: semver::Version,
    /// What the service does, for people.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub description: Option<String>,
    /// Ids of the features that a plan or a tenant can have.
    pub features: Vec<String>,
    /// How tenants can be kept apart.
    pub isolation: IsolationOffer,
    /// What the service needs to run.
    pub needs: Vec<Need>,
    /// What can be bought. May be empty: then every tenant has everything.
    pub plans: Vec<Plan>,
    /// The routes that tenants call, beside the standard ones.
    pub routes: Vec<Route>,
}

impl Manifest {
    /// The plan with this id.
    pub fn plan(&self, id: &str) -> Option<&Plan> {
        self.plans.iter().find(|plan| plan.id == id)
    }

    /// The manifest as JSON for `GET /api/manifest`: the same manifest gives the same bytes, so a hash of them is a
    /// sound `ETag`.
    ///
    /// # Errors
    /// None that a checked manifest can cause: every member is text, number, list or map with text keys.
    pub fn to_json(&self) -> Result<String, serde_json::Error> {
        serde_json::to_string(self)
    }
}

/// The shapes of isolation that a service offers.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct IsolationOffer {
    /// The shapes a tenant can be given; never empty, none twice.
    pub offered: Vec<Isolation>,
    /// The shape when nothing else is asked; one of `offered`.
    pub default: Isolation,
}

/// Names of an enum in files and JSON, in one place.
macro_rules! words {
    ($(#[$meta:meta])* $name:ident { $($(#[$doc:meta])* $variant:ident = $word:literal),+ $(,)? }) => {
        $(#[$meta])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        pub enum $name { $($(#[$doc])* #[serde(rename = $word)] $variant),+ }

        impl $name {
            /// Every value, in the order of declaration.
            pub const ALL: &'static [Self] = &[$(Self::$variant),+];
            pub(crate) const WORDS: &'static [&'static str] = &[$($word),+];

            /// The word in files and JSON.
            pub fn as_str(self) -> &'static str {
                match self { $(Self::$variant => $word),+ }
            }

            pub(crate) fn from_word(word: &str) -> Option<Self> {
                match word { $($word => Some(Self::$variant),)+ _ => None }
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(self.as_str())
            }
        }
    };
}

words! {
    /// How one tenant's data is kept apart from another's.
    Isolation {
        /// A database (or SQLite file) of its own.
        Database = "database",
        /// A PostgreSQL schema of its own.
        Schema = "schema",
        /// Rows among those of others.
        Shared = "shared",
    }
}

words! {
    /// Something that a service needs to run.
    Need {
        /// A database for its tenants.
        Database = "database",
        /// A provider of language models.
        Llm = "llm",
        /// A provider of embeddings.
        Embedding = "embedding",
        /// A vector database.
        VectorDb = "vectordb",
        /// A provider of reranking.
        Reranker = "reranker",
    }
}

words! {
    /// The method of a [`Route`].
    Method {
        /// `GET`
        Get = "GET",
        /// `POST`
        Post = "POST",
        /// `PUT`
        Put = "PUT",
        /// `PATCH`
        Patch = "PATCH",
        /// `DELETE`
        Delete = "DELETE",
    }
}

/// A route that tenants call.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct Route {
    /// The method.
    pub method: Method,
    /// The path: begins with `/`, parameters as `{name}`, no query.
    pub path: String,
    /// What it does, for people.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub description: Option<String>,
    /// Whether it answers without a credential (false when the file is silent).
    pub public: bool,
}
