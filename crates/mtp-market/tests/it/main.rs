//! The market's routes, over the real core and the real chain, on SQLite.

mod credentials;
mod identity;
mod life;
mod openapi;
mod statuses;
mod support;
