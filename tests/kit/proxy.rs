//! A network that breaks when told to: a TCP proxy in front of a database, a broker, a bucket or a mail server.
//!
//! ```ignore
//! let proxy = Proxy::to(server);
//! let url = format!("mysql://root@{}/x", proxy.address);
//! proxy.refuse(); // the server is down
//! proxy.restore(); // and up again, under the same address
//! ```
//!
//! Each order holds when its method has returned. The proxy lives on a thread of its own, so it works while a test
//! blocks, and ends with its value.

use std::io;
use std::net::SocketAddr;
use std::sync::mpsc as blocking;
use std::time::Duration;

use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::tcp::{ReadHalf, WriteHalf};
use tokio::net::{TcpListener, TcpSocket, TcpStream};
use tokio::sync::{mpsc, watch};

/// See the module.
pub(crate) struct Proxy {
    /// What to connect to.
    pub(crate) address: SocketAddr,
    orders: mpsc::UnboundedSender<(Order, blocking::Sender<()>)>,
}

#[derive(Clone, Copy)]
enum Order {
    Cut,
    Refuse,
    Pause,
    Restore,
}

/// What the connections look at.
#[derive(Clone, Copy, Default)]
struct Line {
    is_held: bool,
    /// How often all connections were cut.
    cuts: u32,
}

impl Proxy {
    /// A proxy in front of a server, which need not be there yet.
    pub(crate) fn to(server: SocketAddr) -> Self {
        let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
        listener.set_nonblocking(true).unwrap();
        let address = listener.local_addr().unwrap();
        let (orders, taken) = mpsc::unbounded_channel();
        std::thread::spawn(move || {
            let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
            runtime.block_on(async {
                serve(Door::Open(TcpListener::from_std(listener).unwrap()), address, server, taken).await;
            });
        });
        Self { address, orders }
    }

    /// Resets every connection, once; new ones get through.
    pub(crate) fn cut(&self) {
        self.order(Order::Cut);
    }

    /// Resets every connection and refuses new ones, as when the server is down.
    pub(crate) fn refuse(&self) {
        self.order(Order::Refuse);
    }

    /// Takes connections and lets nothing through, as when the network is gone or the server hangs.
    pub(crate) fn pause(&self) {
        self.order(Order::Pause);
    }

    /// Lets everything through again, also what was held.
    pub(crate) fn restore(&self) {
        self.order(Order::Restore);
    }

    fn order(&self, order: Order) {
        let (done, is_done) = blocking::channel();
        self.orders.send((order, done)).unwrap();
        is_done.recv_timeout(Duration::from_secs(10)).unwrap();
    }
}

/// The port, which stays ours while nobody listens: otherwise somebody else might get it.
enum Door {
    Open(TcpListener),
    Shut(TcpSocket),
}

impl Door {
    async fn knock(&self) -> io::Result<TcpStream> {
        match self {
            Self::Open(listener) => listener.accept().await.map(|(client, _)| client),
            Self::Shut(_) => std::future::pending().await,
        }
    }
}

async fn serve(
    mut door: Door,
    address: SocketAddr,
    server: SocketAddr,
    mut orders: mpsc::UnboundedReceiver<(Order, blocking::Sender<()>)>,
) {
    let (line, seen) = watch::channel(Line::default());
    loop {
        tokio::select! {
            biased;
            order = orders.recv() => {
                let Some((order, done)) = order else { return };
                match order {
                    Order::Cut => line.send_modify(|line| line.cuts += 1),
                    Order::Refuse => {
                        // Closed before it is bound anew.
                        drop(std::mem::replace(&mut door, Door::Shut(TcpSocket::new_v4().unwrap())));
                        door = Door::Shut(bound(address).await);
                        line.send_modify(|line| line.cuts += 1);
                    }
                    Order::Pause => line.send_modify(|line| line.is_held = true),
                    Order::Restore => {
                        if let Door::Shut(socket) = door {
                            door = Door::Open(socket.listen(1024).unwrap());
                        }
                        line.send_modify(|line| line.is_held = false);
                    }
                }
                // Whoever gave the order may have stopped waiting.
                let _ = done.send(());
            }
            client = door.knock() => {
                if let Ok(client) = client {
                    tokio::spawn(carry(client, server, seen.clone()));
                }
            }
        }
    }
}

/// A socket on a port of which the last one may not be quite gone.
async fn bound(address: SocketAddr) -> TcpSocket {
    loop {
        let socket = TcpSocket::new_v4().unwrap();
        socket.set_reuseaddr(true).unwrap();
        if socket.bind(address).is_ok() {
            return socket;
        }
        tokio::time::sleep(Duration::from_millis(1)).await;
    }
}

async fn carry(mut client: TcpStream, server: SocketAddr, mut line: watch::Receiver<Line>) {
    let mut held = line.clone();
    let born = line.borrow().cuts;
    let mut is_cut = async || {
        let _ = line.wait_for(|line| line.cuts != born).await;
    };
    let connected = async {
        let _ = held.wait_for(|line| !line.is_held).await;
        TcpStream::connect(server).await
    };
    let upstream = tokio::select! {
        () = is_cut() => Err(io::ErrorKind::ConnectionReset.into()),
        upstream = connected => upstream,
    };
    let Ok(mut upstream) = upstream else { return reset(&client) };
    // Each write of one side is a packet for the other, as without us.
    let _ = (client.set_nodelay(true), upstream.set_nodelay(true));
    let carried = async {
        let (from_client, to_client) = client.split();
        let (from_server, to_server) = upstream.split();
        tokio::try_join!(pump(from_client, to_server, held.clone()), pump(from_server, to_client, held))
    };
    let is_whole = tokio::select! {
        () = is_cut() => false,
        carried = carried => carried.is_ok(),
    };
    if !is_whole {
        reset(&client);
        reset(&upstream);
    }
}

/// Makes the close of a connection say that something broke.
fn reset(stream: &TcpStream) {
    let _ = socket2::SockRef::from(stream).set_linger(Some(Duration::ZERO));
}

/// Carries one direction until its end, which it hands on.
async fn pump(
    mut from: ReadHalf<'_>,
    mut to: WriteHalf<'_>,
    mut line: watch::Receiver<Line>,
) -> io::Result<()> {
    let mut buffer = vec![0; 64 * 1024];
    loop {
        let count = from.read(&mut buffer).await?;
        let _ = line.wait_for(|line| !line.is_held).await;
        if count == 0 {
            return to.shutdown().await;
        }
        to.write_all(&buffer[..count]).await?;
    }
}
