//! Where the server listens, what it is called, and whom it trusts.

use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::path::PathBuf;
use std::time::Duration;

use ipnet::IpNet;
use nine_cloud_actors::domain::secret::Secret;

use super::reader::{Noted, Reader};
use super::urls;

/// See the module.
#[derive(Debug, Clone)]
pub struct ServerSettings {
    /// `HOST` (127.0.0.1) and `PORT` (3000).
    pub listen: SocketAddr,
    /// `PUBLIC_URL` (`http://HOST:PORT`): how browsers reach this server; no slash at its end.
    pub public_url: String,
    /// `DATA_DIR` (`./data`): everything the embedded backends keep.
    pub data_dir: PathBuf,
    /// `CORS_ORIGINS`: pages that may call us, as browsers write them in `Origin`; HTTP and WebSocket alike.
    pub cors_origins: Vec<String>,
    /// `TRUSTED_PROXIES` (none): peers whose `X-Forwarded-For` counts.
    pub trusted_proxies: Vec<IpNet>,
    /// `ADMIN_TOKEN`: a bearer for `/metrics` and `/admin/*` beside administrators' own sign-in.
    pub admin_token: Option<Secret>,
    /// `NODE_ID` (host name and process id): shown in `/health`, metrics and the `X-Node` header.
    pub node_id: String,
    /// `RELEASE` (the crate's version): shown in `/health` and metrics.
    pub release: String,
    /// `DRAIN_SECS` (30): longest graceful stop.
    pub drain: Duration,
}

const DEFAULT_ORIGINS: &str = "http://localhost:3000,http://localhost:3001,https://nine-cloud9.vercel.app";

impl ServerSettings {
    pub(super) fn read(reader: &mut Reader<'_>) -> Result<Self, Noted> {
        reader.section("server");
        let host = reader.or("HOST", "127.0.0.1", "an IP address, or localhost", host);
        let port = reader.number("PORT", 3000, 1..=u16::MAX);
        let public_url = reader.optional("PUBLIC_URL", urls::BASE_EXPECTED, urls::base);
        let data_dir = reader.or("DATA_DIR", "./data", "a folder", |text| Some(PathBuf::from(text)));
        let cors_origins = reader.or(
            "CORS_ORIGINS",
            DEFAULT_ORIGINS,
            "scheme://host[:port] without a path, separated by commas",
            |text| list(text, urls::origin),
        );
        let trusted_proxies = reader.optional(
            "TRUSTED_PROXIES",
            "IP addresses or networks like 10.0.0.0/8, separated by commas",
            |text| list(text, network),
        );
        let admin_token = reader.secret("ADMIN_TOKEN");
        let node_id = reader.or("NODE_ID", &default_node(), "1 to 64 of A-Z a-z 0-9 . _ -", label);
        let release =
            reader.or("RELEASE", env!("CARGO_PKG_VERSION"), "1 to 64 of A-Z a-z 0-9 . _ + -", label);
        let drain = reader.seconds("DRAIN_SECS", 30, 1..=3600);

        let listen = SocketAddr::new(host?, port?);
        let public_url = public_url?.unwrap_or_else(|| format!("http://{}", reachable(listen)));
        reader.show("PUBLIC_URL", public_url.clone());
        Ok(Self {
            listen,
            public_url,
            data_dir: data_dir?,
            cors_origins: cors_origins?,
            trusted_proxies: trusted_proxies?.unwrap_or_default(),
            admin_token: admin_token?,
            node_id: node_id?,
            release: release?,
            drain: drain?,
        })
    }

    /// Where a client on this machine reaches the server: `HOST`, or loopback when that means every address.
    pub fn local_addr(&self) -> SocketAddr {
        reachable(self.listen)
    }

    pub(super) fn warn(&self, warnings: &mut Vec<String>) {
        let mut warn_if = |is_so: bool, text: &str| {
            if is_so {
                warnings.push(text.to_owned());
            }
        };
        let is_open = !self.listen.ip().is_loopback();
        let has_proxy = !self.trusted_proxies.is_empty();
        let names_localhost = self.cors_origins.iter().any(|origin| origin.contains("://localhost"));
        warn_if(
            is_open && self.public_url.starts_with("http://"),
            "PUBLIC_URL is not https: passwords and tokens travel unencrypted",
        );
        warn_if(
            is_open && names_localhost,
            "CORS_ORIGINS lets pages on the visitor's own localhost call this server",
        );
        warn_if(
            self.admin_token.is_none() && (is_open || has_proxy),
            "ADMIN_TOKEN is not set: programs on this machine, and proxies that add no X-Forwarded-For, may read \
             /metrics",
        );
        warn_if(
            self.admin_token.as_ref().is_some_and(|token| token.reveal().len() < 16),
            "ADMIN_TOKEN is shorter than 16 bytes: it can be guessed",
        );
        warn_if(
            self.trusted_proxies.iter().any(|network| network.prefix_len() == 0),
            "TRUSTED_PROXIES names every address: anyone may forge theirs",
        );
    }
}

fn host(text: &str) -> Option<IpAddr> {
    if text == "localhost" {
        return Some(Ipv4Addr::LOCALHOST.into());
    }
    text.trim_matches(['[', ']']).parse().ok()
}

fn reachable(listen: SocketAddr) -> SocketAddr {
    match listen.ip() {
        IpAddr::V4(ip) if ip.is_unspecified() => (Ipv4Addr::LOCALHOST, listen.port()).into(),
        IpAddr::V6(ip) if ip.is_unspecified() => (std::net::Ipv6Addr::LOCALHOST, listen.port()).into(),
        _ => listen,
    }
}

/// Names travel in headers and metrics, so they are kept to characters that need no quoting anywhere.
fn label(text: &str) -> Option<String> {
    let fits = text.len() <= 64
        && text.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'_' | b'-' | b'+'));
    fits.then(|| text.to_owned())
}

fn default_node() -> String {
    let machine = rustix::system::uname();
    let host: String = machine
        .nodename()
        .to_string_lossy()
        .chars()
        .filter(|character| character.is_ascii_alphanumeric() || matches!(character, '.' | '_' | '-'))
        .take(48)
        .collect();
    format!("{host}-{}", std::process::id())
}

fn network(text: &str) -> Option<IpNet> {
    text.parse().ok().or_else(|| text.parse::<IpAddr>().ok().map(IpNet::from))
}

fn list<T>(text: &str, parse: impl Fn(&str) -> Option<T>) -> Option<Vec<T>> {
    text.split(',').map(str::trim).filter(|item| !item.is_empty()).map(parse).collect()
}
