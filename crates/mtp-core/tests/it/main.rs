//! The promises of the core, one module each.

mod lifecycle;
