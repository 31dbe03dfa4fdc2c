//! The proxy of the fault tests breaks what it says, and mends it.

use std::io::{ErrorKind, Read as _, Write as _};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::time::Duration;

use crate::proxy::Proxy;

/// A server that says everything back; it ends with the process.
fn echo() -> SocketAddr {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap();
    std::thread::spawn(move || {
        for client in listener.incoming().map_while(Result::ok) {
            std::thread::spawn(move || std::io::copy(&mut &client, &mut &client));
        }
    });
    address
}

fn connect(proxy: &Proxy) -> TcpStream {
    let stream = TcpStream::connect(proxy.address).unwrap();
    stream.set_read_timeout(Some(Duration::from_secs(10))).unwrap();
    stream
}

/// Says a word and hears it.
fn talk(mut stream: &TcpStream) -> Result<(), ErrorKind> {
    stream.write_all(b"word").map_err(|error| error.kind())?;
    hear(stream)
}

fn hear(mut stream: &TcpStream) -> Result<(), ErrorKind> {
    let mut heard = [0; 4];
    stream.read_exact(&mut heard).map_err(|error| error.kind())?;
    assert_eq!(&heard, b"word");
    Ok(())
}

#[test]
fn a_cut_ends_what_is_open_and_nothing_else() {
    let proxy = Proxy::to(echo());
    let old = connect(&proxy);
    talk(&old).unwrap();
    proxy.cut();
    assert!(talk(&old).is_err());
    talk(&connect(&proxy)).unwrap();
}

#[test]
fn who_is_refused_hears_it_at_once_until_it_is_restored_under_the_same_address() {
    let proxy = Proxy::to(echo());
    let old = connect(&proxy);
    talk(&old).unwrap();
    for _ in 0..3 {
        proxy.refuse();
        assert!(talk(&old).is_err());
        assert_eq!(TcpStream::connect(proxy.address).unwrap_err().kind(), ErrorKind::ConnectionRefused);
        proxy.restore();
        talk(&connect(&proxy)).unwrap();
    }
}

#[test]
fn what_was_said_in_a_pause_arrives_after_it() {
    let proxy = Proxy::to(echo());
    let old = connect(&proxy);
    talk(&old).unwrap();
    proxy.pause();
    let new = connect(&proxy);
    for stream in [&old, &new] {
        stream.set_read_timeout(Some(Duration::from_millis(50))).unwrap();
        assert_eq!(talk(stream), Err(ErrorKind::WouldBlock));
        stream.set_read_timeout(Some(Duration::from_secs(10))).unwrap();
    }
    proxy.restore();
    hear(&old).unwrap();
    hear(&new).unwrap();
}

#[test]
fn a_server_that_is_not_there_is_a_connection_that_ends() {
    let nowhere = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
    assert!(talk(&connect(&Proxy::to(nowhere))).is_err());
}
