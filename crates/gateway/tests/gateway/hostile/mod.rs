//! The hostile table: what a stranger may try, and what upstream may do. One list for the program and for the
//! handler in JavaScript servers: `crates/e2e/tests/handler_in_*` run these files, too.
//!
//! Rows about sockets, the framing of HTTP, metrics or the process stand in `of_the_program! { … }`: the
//! server that the handler runs in decides those.
//!
//! | module | what it tests |
//! |---|---|
//! | `session` | session tokens that are missing or invalid |
//! | `origin_host` | pages and hosts that are not listed |
//! | `upload_token` | upload URLs that are expired, forged or corrupted |
//! | `ownership` | ids of other visitors |
//! | `ids_and_targets` | ids and targets that lead elsewhere |
//! | `headers` | headers that a browser must not set; framing |
//! | `bodies` | bodies that break the rules; calls that are switched off |
//! | `put` | PUTs that differ from their headers, stop or crawl; refusals that wait for the body |
//! | `upstream_misbehaves` | failures of the API and of the upload host |
//! | `init_upload_url` | upload URLs of the API's that lead elsewhere |
//! | `limits` | visitors that ask for too much |
//! | `creates` | creates that happen once |
//! | `lost_creates` | creates whose answer is lost |
//! | `rotation` | the rotation of sealing secrets, over gateways that run at the same time |
//! | `addresses` | whose limits a visitor without a session counts against |
//! | `create_memory` | the creates that the gateway remembers, and the room for another |
//! | `closing_upstream` | an API that closes a connection as a call is sent on it |
//! | `repeated_puts` | several PUTs to one upload URL |
//! | `disclosure` | answers of the API that hold a secret |
//! | `outside_values` | numbers and times from upstream that are not as documented |
//! | `secrets` | the most detailed log, during failures |

mod addresses;
mod bodies;
mod closing_upstream;
mod create_memory;
mod creates;
mod disclosure;
mod headers;
mod ids_and_targets;
mod init_upload_url;
mod limits;
mod lost_creates;
mod origin_host;
mod outside_values;
mod ownership;
mod put;
mod repeated_puts;
mod rotation;
mod secrets;
mod session;
mod upload_token;
mod upstream_misbehaves;
