//! Mails by SMTP.
//!
//! Two kinds of failure are told apart by when they happen: a server that cannot be reached, that speaks no TLS, or does
//! not let us in, says nothing about a mail, which is tried again; once we are in, a 5xx is about the mail.

mod fault;
mod pool;

use std::net::IpAddr;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use async_trait::async_trait;
use lettre::address::AddressError;
use lettre::message::Mailbox;
use lettre::transport::smtp::Error as SmtpError;
use lettre::transport::smtp::authentication::{Credentials, Mechanism};
use lettre::transport::smtp::client::{AsyncSmtpConnection, TlsParameters};
use lettre::transport::smtp::extension::ClientId;
use nine_cloud_actors::domain::ids::MailId;
use nine_cloud_actors::domain::mail::Mail;
use nine_cloud_actors::domain::secret::Secret;
use nine_cloud_actors::ports::{Clock, MailError, MailTransport, PortError, PortResult};
use tokio::time::{Instant, timeout};

use super::message::compose;
use pool::Pool;

/// How long a connection may take, until both sides have said hello.
const CONNECT_TIMEOUT: Duration = Duration::from_secs(5);

/// How long it is believed that the server can be reached, so that `/ready` does not keep it busy.
const BELIEVED: Duration = Duration::from_secs(5);

/// In order of preference; the password is in the clear in both.
const MECHANISMS: [Mechanism; 2] = [Mechanism::Plain, Mechanism::Login];

/// A mail server.
#[derive(Debug, Clone)]
pub struct SmtpServer {
    /// Name or IP address; its certificate has to be for it.
    pub host: String,
    /// TCP.
    pub port: u16,
    /// TLS from the first byte; otherwise STARTTLS where the server offers it.
    pub is_tls: bool,
    /// User and password; on another machine they go over TLS or not at all.
    pub credentials: Option<(String, Secret)>,
}

/// Why there is no way to the mail server.
#[derive(Debug, thiserror::Error)]
pub enum OpenSmtpError {
    /// The sender of the settings is not like `NINE Cloud <no-reply@localhost>`.
    #[error("the sender is no mail address")]
    Sender(#[from] AddressError),
    /// The host is neither a name nor an address that a certificate could be for.
    #[error("TLS with the mail server could not be prepared")]
    Tls(#[source] SmtpError),
}

/// Hands mails to a server, a few at once, over connections that are used again.
pub struct SmtpTransport {
    server: SmtpServer,
    credentials: Option<Credentials>,
    tls: TlsParameters,
    hello: ClientId,
    from: Mailbox,
    clock: Arc<dyn Clock>,
    pool: Arc<Pool>,
    /// When it was last reached.
    reached: Mutex<Option<Instant>>,
}

impl SmtpTransport {
    /// A transport that connects at the first mail. Certificates are trusted that this machine trusts
    /// (`SSL_CERT_FILE`, `SSL_CERT_DIR`), as of now.
    pub fn new(server: SmtpServer, from: &str, clock: Arc<dyn Clock>) -> Result<Self, OpenSmtpError> {
        let from = from.parse()?;
        let tls = TlsParameters::new(server.host.clone()).map_err(OpenSmtpError::Tls)?;
        let credentials =
            server.credentials.as_ref().map(|(user, password)| (user.as_str(), password.reveal()).into());
        Ok(Self {
            server,
            credentials,
            tls,
            hello: ClientId::default(),
            from,
            clock,
            pool: Arc::default(),
            reached: Mutex::default(),
        })
    }

    /// Whether there is a mail server, for `/ready`; does not sign in, which servers count.
    pub async fn check(&self) -> PortResult<()> {
        if self.reached().is_some_and(|at| at.elapsed() < BELIEVED) {
            return Ok(());
        }
        match self.connect().await {
            Ok(mut connection) => {
                connection.abort().await;
                Ok(())
            }
            Err(error) => Err(PortError::Unavailable(error.into())),
        }
    }

    /// A connection over which mails may be sent.
    async fn signed_in(&self) -> Result<AsyncSmtpConnection, MailError> {
        if let Some(connection) = self.pool.take().await {
            return Ok(connection);
        }
        let mut connection = self.connect().await?;
        if let Some(credentials) = &self.credentials {
            let let_in = connection.auth(&MECHANISMS, credentials).await;
            let_in.map_err(|error| MailError::Transient(fault::words("signing in", &error).into()))?;
        }
        Ok(connection)
    }

    async fn connect(&self) -> Result<AsyncSmtpConnection, MailError> {
        let connected = match timeout(CONNECT_TIMEOUT, self.try_connect()).await {
            Ok(connected) => connected.map_err(|error| fault::of_connecting(&error)),
            Err(_elapsed) => {
                let words = format!("connecting: nobody said hello within {CONNECT_TIMEOUT:?}");
                Err(MailError::Away(words.into()))
            }
        };
        *self.reached() = connected.is_ok().then(Instant::now);
        connected
    }

    async fn try_connect(&self) -> Result<AsyncSmtpConnection, SmtpError> {
        let SmtpServer { host, port, is_tls, .. } = &self.server;
        let tls = is_tls.then(|| self.tls.clone());
        let address = (host.as_str(), *port);
        let connecting =
            AsyncSmtpConnection::connect_tokio1(address, Some(CONNECT_TIMEOUT), &self.hello, tls, None);
        let mut connection = connecting.await?;
        if connection.can_starttls() || (!connection.is_encrypted() && self.server.must_encrypt()) {
            connection.starttls(self.tls.clone(), &self.hello).await?;
        }
        Ok(connection)
    }

    fn reached(&self) -> MutexGuard<'_, Option<Instant>> {
        self.reached.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl SmtpServer {
    fn must_encrypt(&self) -> bool {
        let is_here = match self.host.parse::<IpAddr>() {
            Ok(address) => address.is_loopback(),
            Err(_) => self.host.eq_ignore_ascii_case("localhost"),
        };
        self.credentials.is_some() && !is_here
    }
}

#[async_trait]
impl MailTransport for SmtpTransport {
    async fn send(&self, id: MailId, mail: &Mail) -> Result<(), MailError> {
        let message = compose(&self.from, id, mail, self.clock.now())?;
        let mut connection = self.signed_in().await?;
        match connection.send(message.envelope(), &message.formatted()).await {
            Ok(_) => {
                self.pool.park(connection);
                Ok(())
            }
            Err(error) => Err(fault::of_mail(&error)),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_password_leaves_this_machine_encrypted_only() {
        let must = |host: &str, has_password: bool| {
            let credentials = has_password.then(|| ("mina".to_owned(), Secret::new("secret")));
            SmtpServer { host: host.to_owned(), port: 587, is_tls: false, credentials }.must_encrypt()
        };
        for there in ["mail", "10.0.0.2", "2001:db8::1", "localhost.example.com"] {
            assert!(must(there, true), "{there}");
            assert!(!must(there, false), "{there}: a relay of the own network may do without");
        }
        for here in ["127.0.0.1", "localhost", "::1"] {
            assert!(!must(here, true), "{here}");
        }
    }
}
