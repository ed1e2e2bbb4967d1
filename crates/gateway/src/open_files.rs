//! The limit of open files. A connection for which no file is left would be accepted and could reach
//! nothing, so the gateway has no more connections than files.

use std::io;

use crate::config::ServerLimits;

/// A visitor's connection, and the one upstream that its request needs.
const FILES_OF_A_CONNECTION: u64 = 2;

/// For all else: standard streams, the runtime, the listeners, the admin address, idle connections
/// upstream, name resolution.
const OTHER_FILES: u64 = 128;

/// Fewer connections are no service.
const MIN_CONNECTIONS: u32 = 16;

/// Raises the process's limit of open files as far as the connections need it. Where it cannot be raised
/// so far, reduces the connections to those that fit, and the limits on parts of them likewise.
///
/// # Errors
/// Too few fit.
pub(crate) fn fit_connections(limits: &mut ServerLimits) -> io::Result<()> {
    let max_connections = limits.max_connections;
    let open_files = match rlimit::increase_nofile_limit(files_for(max_connections)) {
        Ok(open_files) => open_files,
        Err(error) => {
            tracing::warn!(%error, "the limit of open files can be neither read nor raised: it must be at least twice --max-connections");
            return Ok(());
        }
    };
    let Some(fitting) = connections_that_fit(open_files, max_connections) else {
        let needed = files_for(MIN_CONNECTIONS);
        return Err(io::Error::other(format!(
            "this process may have {open_files} open files, and needs at least {needed}: raise the limit (ulimit -n, or LimitNOFILE of systemd)"
        )));
    };
    if fitting < max_connections {
        limits.max_connections = fitting;
        // Otherwise an address, or late refusals, could take all the connections that are left.
        for limit in [
            &mut limits.max_connections_per_address,
            &mut limits.max_late_refusals,
            &mut limits.max_late_refusals_per_address,
        ] {
            *limit = part(*limit, fitting, max_connections);
        }
        tracing::warn!(
            open_files,
            connections = fitting,
            "fewer connections than --max-connections, since this process may not have more open files: raise that limit (ulimit -n, or LimitNOFILE of systemd)"
        );
    }
    Ok(())
}

fn files_for(connections: u32) -> u64 {
    u64::from(connections) * FILES_OF_A_CONNECTION + OTHER_FILES
}

/// Returns how many of these connections fit, or `None` if too few do.
fn connections_that_fit(open_files: u64, connections: u32) -> Option<u32> {
    let room = open_files.saturating_sub(OTHER_FILES) / FILES_OF_A_CONNECTION;
    let fitting = u32::try_from(room).unwrap_or(u32::MAX).min(connections);
    (fitting >= MIN_CONNECTIONS.min(connections)).then_some(fitting)
}

/// Reduces a number in the ratio of `of` to `whole`, to 1 at least.
fn part(number: u32, of: u32, whole: u32) -> u32 {
    let product = u64::from(number) * u64::from(of);
    let reduced = product / u64::from(whole.max(1));
    u32::try_from(reduced).unwrap_or(u32::MAX).max(1)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_connection_has_room_for_one_upstream_beside_what_else_is_open() {
        for (open_files, connections, fitting) in [
            (u64::MAX, 1024, Some(1024)),
            (20_000, 1024, Some(1024)),
            (2176, 1024, Some(1024)),
            (2175, 1024, Some(1023)),
            (1024, 1024, Some(448)),
            (160, 1024, Some(16)),
            (159, 1024, None),
            (100, 1024, None),
            (132, 2, Some(2)),
            (131, 2, None),
        ] {
            assert_eq!(
                connections_that_fit(open_files, connections),
                fitting,
                "{open_files}"
            );
        }
    }

    #[test]
    fn a_part_of_the_connections_is_reduced_in_the_same_ratio() {
        assert_eq!(part(256, 448, 1024), 112);
        assert_eq!(part(1024, 448, 1024), 448);
        assert_eq!(part(1, 16, 1024), 1);
    }
}
