//! Memory is flat when a second round of the same needs no more than the first.

use std::fs;
use std::panic;
use std::sync::Once;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use futures_util::{SinkExt, StreamExt};
use tokio::net::TcpStream;
use tokio::sync::{Mutex, MutexGuard};
use tokio_tungstenite::tungstenite::Message as Frame;
use tokio_tungstenite::{MaybeTlsStream, WebSocketStream};

use crate::lab::{PING_INTERVAL, PING_TIMEOUT, address};

static PANICS: AtomicUsize = AtomicUsize::new(0);

/// The right to be the only test that runs. A panic anywhere in the process, which the server would survive, is counted
/// from here on.
pub(crate) async fn alone() -> MutexGuard<'static, ()> {
    static TURN: Mutex<()> = Mutex::const_new(());
    static HOOK: Once = Once::new();
    HOOK.call_once(|| {
        let print = panic::take_hook();
        panic::set_hook(Box::new(move |info| {
            PANICS.fetch_add(1, Ordering::Relaxed);
            print(info);
        }));
    });
    TURN.lock().await
}

/// Runs `round` four times, the first two to warm up. The last may leave a tenth more memory taken than the one before;
/// nobody may have panicked, and the server must still serve.
pub(crate) async fn stays_flat<R: Future<Output = ()>>(round: impl Fn(u64) -> R) {
    let mut after = [0; 4];
    for (number, after) in (0..).zip(&mut after) {
        round(number).await;
        // Forgotten sessions end.
        tokio::time::sleep(PING_INTERVAL + PING_TIMEOUT + Duration::from_millis(200)).await;
        *after = resident_kib();
    }
    println!("resident after each round: {after:?} KiB");
    assert!(after[3] * 10 <= after[2] * 11, "{after:?} KiB resident after each round");
    assert_eq!(PANICS.load(Ordering::Relaxed), 0, "panics");
    newcomer_waits().await;
}

/// How long a new client takes to connect and be heard. It may have to try again: on a machine that is busy with
/// something else, the quick time-outs of the lab hit clients that are innocent.
pub(crate) async fn newcomer_waits() -> Duration {
    let start = Instant::now();
    let served = async { while !is_served().await {} };
    assert!(tokio::time::timeout(Duration::from_mins(1), served).await.is_ok(), "nobody is served any more");
    start.elapsed()
}

async fn is_served() -> bool {
    let Some(mut socket) = join().await else { return false };
    let event = Frame::text(r#"42["message","still here"]"#);
    let echo = Frame::text(r#"42["message-back","still here"]"#);
    socket.send(event).await.is_ok() && next(&mut socket).await == Some(echo)
}

/// A WebSocket in the main namespace, unless something came too late.
pub(crate) async fn join() -> Option<Socket> {
    let url = format!("ws://{}/socket.io/?EIO=4&transport=websocket", address());
    let (mut socket, _) = tokio_tungstenite::connect_async(url).await.ok()?;
    next(&mut socket).await?;
    socket.send(Frame::text("40")).await.ok()?;
    next(&mut socket).await?.to_text().is_ok_and(|answer| answer.starts_with("40{")).then_some(socket)
}

pub(crate) type Socket = WebSocketStream<MaybeTlsStream<TcpStream>>;

async fn next(socket: &mut Socket) -> Option<Frame> {
    socket.next().await?.ok()
}

fn resident_kib() -> u64 {
    let status = fs::read_to_string("/proc/self/status").unwrap();
    let line = status.lines().find(|line| line.starts_with("VmRSS:")).unwrap();
    line.split_whitespace().nth(1).unwrap().parse().unwrap()
}
