//! Resolves names to public addresses alone: a name that a stranger controls must not lead into the
//! deployment's own network.

use std::io;
use std::net::SocketAddr;
use std::pin::Pin;
use std::task::{Context, Poll};
use std::vec;

use aurous_gateway_core::is_public;
use hyper_util::client::legacy::connect::dns::{GaiResolver, Name};
use tower_service::Service;

#[derive(Clone)]
pub(super) struct Resolver {
    system: GaiResolver,
    allow_private: bool,
}

impl Resolver {
    pub(super) fn new(allow_private: bool) -> Self {
        Self {
            system: GaiResolver::new(),
            allow_private,
        }
    }
}

impl Service<Name> for Resolver {
    type Response = vec::IntoIter<SocketAddr>;
    type Error = io::Error;
    type Future = Pin<Box<dyn Future<Output = io::Result<Self::Response>> + Send>>;

    fn poll_ready(&mut self, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        self.system.poll_ready(context)
    }

    fn call(&mut self, name: Name) -> Self::Future {
        let resolved = self.system.call(name);
        let allow_private = self.allow_private;
        Box::pin(async move {
            let mut addresses: Vec<_> = resolved.await?.collect();
            addresses.retain(|address| allow_private || is_public(address.ip()));
            if addresses.is_empty() {
                return Err(io::Error::new(
                    io::ErrorKind::PermissionDenied,
                    "the name has no public address (--allow-insecure-upstream allows others)",
                ));
            }
            Ok(addresses.into_iter())
        })
    }
}
