//! Every socket is an open file, and the usual soft limit of 1024 is there for programs that use `select`.

use std::io;

use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};

/// For everything that is no chat socket: databases, pictures, requests.
const BESIDE: u64 = 2_000;

/// Raises the soft limit of open files to the hard one, and that one too, where we may, when it is too low for so many chat
/// sockets; answers the limit in force, `None` for no limit.
pub fn raise_limit(sockets: usize) -> io::Result<Option<u64>> {
    let mut limit = getrlimit(Resource::Nofile);
    // A socket has a duplicate, by which it is shut down from outside, while there are plenty (`realtime::engine`).
    let wanted = 2 * sockets as u64 + BESIDE;
    if limit.maximum.is_some_and(|maximum| maximum < wanted) {
        let higher = Rlimit { current: Some(wanted), maximum: Some(wanted) };
        if setrlimit(Resource::Nofile, higher).is_ok() {
            return Ok(Some(wanted));
        }
        tracing::info!(
            limit.maximum,
            wanted,
            "fewer open files are allowed than CHAT_MAX_SOCKETS would like"
        );
    }
    if limit.current != limit.maximum {
        limit.current = limit.maximum;
        setrlimit(Resource::Nofile, limit)?;
    }
    Ok(limit.current)
}
