//! The address of a MySQL or MariaDB server: what may stand in it, and how a connection is made from it.
//!
//! Operators come with addresses of different clients, so TLS is asked for in three ways: `ssl-mode` as MySQL's own
//! clients have it, `require_ssl` as other drivers do, and `sslaccept` as the previous service's client did.

use std::time::Duration;

use diesel::{ConnectionError, ConnectionResult};
use diesel_async::AsyncMysqlConnection;
use mysql_async::{Opts, OptsBuilder, SslOpts};
use nine_cloud_actors::refusal::chain;
use percent_encoding::percent_decode_str;
use rustls::RootCertStore;
use tokio::time::timeout;
use url::{Host, Url};

use crate::tls;

/// The port of a server whose address names none.
const PORT: u16 = 3306;

/// More connections than any server lets one client have.
const MOST_CONNECTIONS: usize = 1_000;

/// What else the previous service's client took. Our time-outs follow from what callers are promised, so these change
/// nothing; the last two are of other databases and all over the examples of that client.
const WITHOUT_EFFECT: [&str; 8] = [
    "pool_timeout",
    "connect_timeout",
    "socket_timeout",
    "statement_cache_size",
    "max_connection_lifetime",
    "max_idle_connection_lifetime",
    "schema",
    "pgbouncer",
];

const PARAMETERS: &str = "ssl-mode, require_ssl, sslaccept or connection_limit (certificates of an authority of your \
                          own go into SSL_CERT_FILE)";

/// What is wrong with the address of a database. Never shows it, as it holds a password.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum AddressError {
    /// Neither `sqlite://PATH` nor `mysql://…`.
    #[error("the database address must begin with sqlite:// or mysql://")]
    Scheme,
    /// User, host or database are missing, or their special characters are not encoded.
    #[error("the database address must be like mysql://USER:PASSWORD@HOST/DATABASE")]
    Incomplete,
    /// Something behind the question mark.
    #[error("the database address has {found}; expected {expected}")]
    Parameter {
        /// What stood there, without its value.
        found: String,
        /// What would have been right.
        expected: String,
    },
}

/// See the module.
#[derive(Clone)]
pub struct MysqlAddress {
    /// All but TLS, for which files have to be read.
    plain: Opts,
    tls: Tls,
    /// The most connections that the address allows.
    pub(super) connection_limit: Option<usize>,
}

/// How far the server is trusted to be who it says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Tls {
    /// Not encrypted.
    Off,
    /// Encrypted, with whoever it is.
    Unchecked,
    /// Its certificate is of an authority that this machine trusts, for whatever name.
    Issuer,
    /// The same, and for the host of the address.
    Name,
}

impl MysqlAddress {
    /// Reads `mysql://USER:PASSWORD@HOST[:PORT]/DATABASE[?PARAMETERS]`.
    pub fn parse(text: &str) -> Result<Self, AddressError> {
        if !text.starts_with("mysql://") {
            return Err(AddressError::Scheme);
        }
        let url = Url::parse(text).map_err(|_| AddressError::Incomplete)?;
        let host = match url.host() {
            Some(Host::Ipv6(address)) => address.to_string(),
            Some(host) => host.to_string(),
            None => String::new(),
        };
        let database = url.path().trim_matches('/');
        let lacks = host.is_empty() || url.username().is_empty() || database.is_empty();
        if lacks || database.contains('/') || url.fragment().is_some() {
            return Err(AddressError::Incomplete);
        }
        let (mut tls, mut connection_limit) = (None, None);
        for (name, value) in url.query_pairs() {
            match &*name {
                "ssl-mode" | "require_ssl" | "sslaccept" => {
                    let asked = Tls::parse(&name, &value)?;
                    if tls.replace(asked).is_some_and(|before| before != asked) {
                        return Err(parameter("two parameters that contradict each other on TLS", "one"));
                    }
                }
                "connection_limit" => {
                    let number = value.parse().ok().filter(|number| (1..=MOST_CONNECTIONS).contains(number));
                    let expected = || format!("a number from 1 to {MOST_CONNECTIONS}");
                    connection_limit = Some(number.ok_or_else(|| unreadable(&name, &expected()))?);
                }
                name if WITHOUT_EFFECT.contains(&name) => {}
                name => return Err(parameter(&unknown(name), PARAMETERS)),
            }
        }
        let plain = OptsBuilder::default()
            .ip_or_hostname(host)
            .tcp_port(url.port().unwrap_or(PORT))
            .user(Some(decoded(url.username())?))
            .pass(url.password().map(decoded).transpose()?)
            .db_name(Some(decoded(database)?))
            // The driver would leave TCP, and TLS with it, for the socket of a server on this machine.
            .prefer_socket(false)
            // As diesel wants it: it keeps statements itself, and counts what an update has found.
            .stmt_cache_size(0)
            .client_found_rows(true);
        Ok(Self { plain: plain.into(), tls: tls.unwrap_or(Tls::Off), connection_limit })
    }

    /// For the driver. It prepares TLS once for all connections of the same options, from the certificates that this
    /// machine trusts (`SSL_CERT_FILE`, `SSL_CERT_DIR`) as of now.
    pub(super) fn options(&self) -> Opts {
        OptsBuilder::from_opts(self.plain.clone()).ssl_opts(self.tls.options()).into()
    }

    /// A connection for a while, outside of any pool.
    pub async fn connect(&self) -> ConnectionResult<AsyncMysqlConnection> {
        connect(self.options()).await
    }
}

/// A server that accepts and then says nothing is given up after this; the driver would wait for ever.
const CONNECT_LIMIT: Duration = Duration::from_secs(10);

/// A connection, with time zone and character set as diesel needs them.
pub(super) async fn connect(options: Opts) -> ConnectionResult<AsyncMysqlConnection> {
    let connected = timeout(CONNECT_LIMIT, mysql_async::Conn::new(options)).await;
    let silent = |_| ConnectionError::BadConnection(format!("no answer within {CONNECT_LIMIT:?}"));
    let connection =
        connected.map_err(silent)?.map_err(|error| ConnectionError::BadConnection(chain(&error)))?;
    Box::pin(AsyncMysqlConnection::try_from(connection)).await
}

impl Tls {
    fn parse(name: &str, value: &str) -> Result<Self, AddressError> {
        let (known, expected): (&[(&str, Self)], _) = match name {
            "ssl-mode" => (
                &[
                    ("DISABLED", Self::Off),
                    ("REQUIRED", Self::Unchecked),
                    ("VERIFY_CA", Self::Issuer),
                    ("VERIFY_IDENTITY", Self::Name),
                ],
                "DISABLED, REQUIRED, VERIFY_CA or VERIFY_IDENTITY",
            ),
            "sslaccept" => (
                &[("strict", Self::Name), ("accept_invalid_certs", Self::Unchecked)],
                "strict or accept_invalid_certs",
            ),
            _ => (&[("true", Self::Name), ("false", Self::Off)], "true or false"),
        };
        let found = known.iter().find(|(word, _)| word.eq_ignore_ascii_case(value));
        found.map(|(_, tls)| *tls).ok_or_else(|| unreadable(name, expected))
    }

    fn options(self) -> Option<SslOpts> {
        tls::use_ring();
        let options = SslOpts::default();
        match self {
            Self::Off => None,
            // The driver asks for some authorities all the same; those that it brings along are never looked at.
            Self::Unchecked => Some(options.with_danger_accept_invalid_certs(true)),
            // The driver forgives a wrong name when the error has this word in it, which the errors of today's rustls
            // have not; but they repeat the name that was expected. Names are looked at last, behind everything else.
            Self::Issuer => Some(
                trusting_this_machine(options)
                    .with_danger_skip_domain_validation(true)
                    .with_danger_tls_hostname_override(Some("NotValidForName")),
            ),
            Self::Name => Some(trusting_this_machine(options)),
        }
    }
}

/// In place of the authorities that the driver brings along.
fn trusting_this_machine(options: SslOpts) -> SslOpts {
    let found = rustls_native_certs::load_native_certs();
    for error in &found.errors {
        tracing::warn!(%error, "not all certificates that this machine trusts can be read");
    }
    // The driver would stumble over a single one that it cannot use.
    let usable =
        found.certs.into_iter().filter(|certificate| RootCertStore::empty().add(certificate.clone()).is_ok());
    let certificates = usable.map(|certificate| certificate.to_vec().into()).collect();
    options.with_disable_built_in_roots(true).with_root_certs(certificates)
}

fn decoded(text: &str) -> Result<String, AddressError> {
    let decoded = percent_decode_str(text).decode_utf8().map_err(|_| AddressError::Incomplete)?;
    Ok(decoded.into_owned())
}

fn parameter(found: &str, expected: &str) -> AddressError {
    AddressError::Parameter { found: found.to_owned(), expected: expected.to_owned() }
}

fn unreadable(name: &str, expected: &str) -> AddressError {
    parameter(&format!("another value of the parameter {name}"), expected)
}

/// Behind the question mark of a mistyped address may be the rest of its password.
fn unknown(name: &str) -> String {
    let is_a_name = !name.is_empty() && name.bytes().all(|b| b.is_ascii_alphabetic() || b"-_".contains(&b));
    if is_a_name { format!("the parameter {name}") } else { "an unknown parameter".to_owned() }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn tls(parameters: &str) -> Result<Tls, AddressError> {
        MysqlAddress::parse(&format!("mysql://app:hunter2@db/nine{parameters}")).map(|address| address.tls)
    }

    #[test]
    fn an_address_is_taken_apart_whatever_is_encoded_in_it() {
        let address =
            MysqlAddress::parse("mysql://n%C3%AD:p%40ss%2F@[::1]:3307/nine?connection_limit=5&schema=x");
        let address = address.ok().unwrap();
        assert_eq!((address.tls, address.connection_limit), (Tls::Off, Some(5)));
        let options = address.options();
        assert_eq!((options.ip_or_hostname(), options.tcp_port()), ("::1", 3307));
        assert_eq!((options.user(), options.pass()), (Some("ní"), Some("p@ss/")));
        assert_eq!((options.db_name(), options.prefer_socket()), (Some("nine"), false));
        assert!(options.ssl_opts().is_none());
        let plain = MysqlAddress::parse("mysql://root@127.0.0.1/nine").ok().unwrap().options();
        assert_eq!((plain.ip_or_hostname(), plain.tcp_port(), plain.pass()), ("127.0.0.1", 3306, None));
    }

    #[test]
    fn tls_is_asked_for_in_the_words_of_three_clients() {
        for (parameters, expected) in [
            ("", Tls::Off),
            ("?ssl-mode=DISABLED", Tls::Off),
            ("?ssl-mode=required", Tls::Unchecked),
            ("?ssl-mode=VERIFY_CA", Tls::Issuer),
            ("?connect_timeout=5&ssl-mode=VERIFY_IDENTITY", Tls::Name),
            ("?require_ssl=true", Tls::Name),
            ("?require_ssl=false", Tls::Off),
            ("?sslaccept=strict", Tls::Name),
            ("?sslaccept=strict&require_ssl=true", Tls::Name),
            ("?sslaccept=accept_invalid_certs", Tls::Unchecked),
        ] {
            assert_eq!(tls(parameters), Ok(expected), "{parameters}");
        }
    }

    #[test]
    fn what_is_wrong_is_named_and_no_value_shown() {
        for (parameters, expected) in [
            ("?ssl-mode=PREFERRED", "DISABLED, REQUIRED, VERIFY_CA or VERIFY_IDENTITY"),
            ("?sslaccept=hunter2", "strict or accept_invalid_certs"),
            ("?require_ssl=1", "true or false"),
            ("?require_ssl=true&ssl-mode=REQUIRED", "contradict"),
            ("?connection_limit=0", "from 1 to 1000"),
            ("?sslcert=hunter2", "the parameter sslcert; expected ssl-mode"),
            ("?hunter2@db/nine", "an unknown parameter"),
        ] {
            let said = tls(parameters).unwrap_err().to_string();
            assert!(said.contains(expected) && !said.contains("hunter2"), "{said}");
        }
        for text in [
            "mysql://db/nine",
            "mysql://app@/nine",
            "mysql://app@db",
            "mysql://app@db/",
            "mysql://app@db/a/b",
        ] {
            assert!(matches!(MysqlAddress::parse(text), Err(AddressError::Incomplete)), "{text}");
        }
    }
}
