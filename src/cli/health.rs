//! `nine-cloud health`: a container's health check, without a shell or an HTTP client in the image.

use std::io::{self, Read as _, Write as _};
use std::net::{SocketAddr, TcpStream};
use std::process::ExitCode;
use std::time::Duration;

use super::output;
use crate::settings::Settings;

/// Of each step; a server that needs longer is not healthy.
const PATIENCE: Duration = Duration::from_secs(3);

/// Asks `/health` of the server with these settings: 0 when it answers 200, else 1.
pub fn run() -> ExitCode {
    output::with_settings(|settings: Settings| {
        let address = settings.server.local_addr();
        match ask(address) {
            Ok(200) => Ok(()),
            Ok(status) => Err(format!("{address} answered {status}")),
            Err(error) => Err(format!("{address} does not answer: {error}")),
        }
    })
}

/// The status of `GET /health`.
fn ask(address: SocketAddr) -> io::Result<u16> {
    let mut connection = TcpStream::connect_timeout(&address, PATIENCE)?;
    connection.set_read_timeout(Some(PATIENCE))?;
    connection.set_write_timeout(Some(PATIENCE))?;
    // In one piece: `write!` on a socket sends a packet for each part of its format.
    let request = format!("GET /health HTTP/1.1\r\nHost: {address}\r\nConnection: close\r\n\r\n");
    connection.write_all(request.as_bytes())?;
    let mut head = [0_u8; 12];
    connection.read_exact(&mut head)?;
    let status =
        head.strip_prefix(b"HTTP/1.1 ").and_then(|status| std::str::from_utf8(status).ok()?.parse().ok());
    status.ok_or_else(|| io::Error::new(io::ErrorKind::InvalidData, "the answer is not HTTP"))
}

#[cfg(test)]
mod tests {
    use std::io::{Read as _, Write as _};
    use std::net::TcpListener;
    use std::thread;

    use super::ask;

    fn asked(answer: &'static str) -> std::io::Result<u16> {
        let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
        let address = listener.local_addr().expect("an address");
        let server = thread::spawn(move || {
            let (mut peer, _) = listener.accept().expect("a caller");
            let mut request = [0; 512];
            let length = peer.read(&mut request).expect("a request");
            assert!(request[..length].starts_with(b"GET /health HTTP/1.1\r\n"));
            peer.write_all(answer.as_bytes()).expect("sent");
        });
        let status = ask(address);
        server.join().expect("the server ends well");
        status
    }

    #[test]
    fn the_status_is_read_from_the_answer() {
        assert_eq!(asked("HTTP/1.1 200 OK\r\n\r\n").expect("a status"), 200);
        assert_eq!(asked("HTTP/1.1 503 Service Unavailable\r\n\r\n").expect("a status"), 503);
    }

    #[test]
    fn what_is_not_http_is_an_error() {
        asked("SSH-2.0-OpenSSH_9.2\r\n").expect_err("not HTTP");
        asked("").expect_err("silence");
    }

    #[test]
    fn nobody_there_is_an_error() {
        let free =
            TcpListener::bind("127.0.0.1:0").and_then(|listener| listener.local_addr()).expect("a port");
        ask(free).expect_err("refused");
    }
}
