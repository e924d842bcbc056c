//! The standard routes, over the real core and the real chain, on SQLite.

mod deletion;
mod documents;
mod passwords;
mod service;
mod sign_in;
mod support;
