//! A second handle on a client's TCP connection.
//!
//! Two things cannot be done through the web framework: hearing that a client has given up a waiting poll (a handler
//! that waits is not told, unless half-closed connections are refused on *all* routes, which would break clients that
//! close their side early on REST routes), and ending a connection whose peer does not read. Both need the descriptor,
//! so it is duplicated when the connection is accepted. This costs one descriptor per connection, for as long as they are
//! not scarce: after that new connections go without. Their abandoned polls are noticed by the heartbeat, and the kernel ends
//! those that do not read.

use std::any::Any;
use std::io;
use std::net::Shutdown;
use std::os::fd::AsRawFd;
use std::sync::{Arc, OnceLock};
use std::time::Duration;

use actix_web::dev::Extensions;
use actix_web::rt::net::TcpStream;
use socket2::{SockRef, Socket};
use tokio::io::Interest;

/// The duplicate. Cheap to clone.
#[derive(Debug, Clone)]
pub(super) struct Peer(Arc<Socket>);

/// The kernel gives up on data that stays unacknowledged for this long, or for as long not accepted by the peer: the
/// backstop for a client that vanished while its connection waits to write.
const UNACKNOWLEDGED: Duration = Duration::from_secs(30);

/// For `HttpServer::on_connect`: remembers the connection, sends small frames at once (`TCP_NODELAY`: without it two
/// frames in a row cost 40 ms) and bounds how long the kernel holds unacknowledged data.
///
/// Errors are ignored: the connection is then already dead, which its first read will tell.
pub fn remember_peer(connection: &dyn Any, data: &mut Extensions) {
    let Some(stream) = connection.downcast_ref::<TcpStream>() else { return };
    let socket = SockRef::from(stream);
    let _ = socket.set_tcp_nodelay(true);
    #[cfg(target_os = "linux")]
    let _ = socket.set_tcp_user_timeout(Some(UNACKNOWLEDGED));
    if let Ok(duplicate) = socket.try_clone()
        && !is_scarce(&duplicate)
    {
        data.insert(Peer(Arc::new(duplicate)));
    }
}

/// Whether three quarters of all descriptors are in use: the lowest free number is given out, so a number tells.
fn is_scarce(duplicate: &Socket) -> bool {
    static PLENTY: OnceLock<i64> = OnceLock::new();
    let plenty = *PLENTY.get_or_init(|| {
        let limit = rustix::process::getrlimit(rustix::process::Resource::Nofile).current;
        limit.map_or(i64::MAX, |limit| i64::try_from(limit / 4 * 3).unwrap_or(i64::MAX))
    });
    i64::from(duplicate.as_raw_fd()) >= plenty
}

impl Peer {
    /// Ends the connection in both directions, now. Its reader and writer learn of it as of any lost peer.
    pub(super) fn shut_down(&self) {
        let _ = self.0.shutdown(Shutdown::Both);
    }

    /// Tells the peer that nothing more will come; what it still sends is read and thrown away until it closes, too.
    pub(super) fn finish(&self) {
        let _ = self.0.shutdown(Shutdown::Write);
    }

    /// Returns when the peer has closed its side. Never returns if that cannot be watched.
    ///
    /// A client that closes only its sending side while it waits for the answer to a poll looks the same and counts as gone.
    pub(super) async fn gone(&self) {
        let watched = self.0.try_clone().and_then(|socket| TcpStream::from_std(socket.into()));
        let Ok(stream) = watched else { return std::future::pending().await };
        while let Ok(ready) = stream.ready(Interest::READABLE).await {
            if ready.is_read_closed() {
                return;
            }
            // A pipelined request is none of our business: wait for the next change without reading it.
            let _ =
                stream.try_io(Interest::READABLE, || io::Result::<()>::Err(io::ErrorKind::WouldBlock.into()));
        }
        std::future::pending::<()>().await;
    }
}
