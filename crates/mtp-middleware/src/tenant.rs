//! Who is a request for? The resolvers, and the gate that asks them.

mod gate;
mod resolve;

pub use self::resolve::{
    HeaderResolver, PathResolver, ResolveError, ResolveTenant, Resolvers, Source, SubdomainResolver, TokenResolver,
};
pub(crate) use self::{gate::TenantGate, resolve::single};
