//! Who is a request for? The resolvers, and the layer that asks them.

mod layer;
mod resolve;

pub use self::resolve::{
    HeaderResolver, PathResolver, ResolveError, ResolveTenant, Resolvers, Source, SubdomainResolver, TokenResolver,
};
pub(crate) use self::{layer::TenantLayer, resolve::single};
