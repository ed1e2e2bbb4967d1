//! What a host lets a page of another origin do.

use std::fmt;

use serde::Serialize;

use crate::call::ORIGIN;
use crate::reply::Reply;

/// What a host lets a page of another origin do.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Cors {
    pub preflight_status: u16,
    /// Whether a browser would send the request after this preflight.
    pub preflight_allows: bool,
    /// Whether a page may read the response to the request itself.
    pub response_allows: bool,
}

impl Cors {
    /// Reads the response to a preflight that asks for a method and headers, and that to a request.
    pub fn read(preflight: &Reply, response: &Reply, method: &str, headers: &[&str]) -> Self {
        let lists = |name, wanted: &str| {
            let allowed = preflight.header(name).unwrap_or_default();
            let mut items = allowed.split(',').map(str::trim);
            items.any(|it| it == "*" || it.eq_ignore_ascii_case(wanted))
        };
        Self {
            preflight_status: preflight.status.as_u16(),
            preflight_allows: preflight.is_success()
                && allows_origin(preflight)
                && lists("access-control-allow-methods", method)
                && headers
                    .iter()
                    .all(|it| lists("access-control-allow-headers", it)),
            response_allows: allows_origin(response),
        }
    }
}

fn allows_origin(reply: &Reply) -> bool {
    matches!(
        reply.header("access-control-allow-origin"),
        Some("*" | ORIGIN)
    )
}

impl fmt::Display for Cors {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let word = |allows| if allows { "allows" } else { "does not allow" };
        write!(
            formatter,
            "the preflight ({}) {} the request, the response {} the page",
            self.preflight_status,
            word(self.preflight_allows),
            word(self.response_allows),
        )
    }
}
