//! Where short-lived facts are kept: codes, rate limits, view marks, recovery records, chat between nodes.

use nine_cloud_actors::domain::secret::Secret;
use url::Url;

use super::Problem;
use super::reader::{Noted, Reader};
use super::urls::has_scheme;

/// See the module.
#[derive(Debug, Clone)]
pub enum CacheSettings {
    /// In this process and its SQL database: one node.
    InProcess,
    /// `REDIS_URL`, or made of `REDIS_HOST`, `REDIS_PORT` (6379) and `REDIS_PASSWORD`.
    Redis(Secret),
}

impl CacheSettings {
    pub(super) fn read(reader: &mut Reader<'_>) -> Result<Self, Noted> {
        reader.section("cache");
        let url = reader.secret_url(
            "REDIS_URL",
            "redis://[:PASSWORD@]HOST[:PORT][/NUMBER] or rediss://…",
            |text| has_scheme(text, &["redis", "rediss"]),
        );
        let host = reader.optional("REDIS_HOST", "a host name or an IP address", |text| {
            (!text.contains("://") && !text.contains('@')).then(|| text.to_owned())
        });
        let port = reader.optional("REDIS_PORT", "a port from 1 to 65535", |text| {
            text.parse().ok().filter(|port: &u16| *port != 0)
        });
        let password = reader.secret("REDIS_PASSWORD");
        let (url, host, port, password) = (url?, host?, port?, password?);
        match (url, host) {
            (Some(url), None) if port.is_none() && password.is_none() => Ok(Self::Redis(url)),
            (Some(_), _) => Err(reader.note(Problem::new(
                "REDIS_URL",
                "REDIS_HOST, REDIS_PORT or REDIS_PASSWORD as well",
                "one of the two forms",
            ))),
            (None, Some(host)) => {
                address(&host, port.unwrap_or(6379), password.as_ref()).map(Self::Redis).ok_or_else(|| {
                    reader.note(Problem::new(
                        "REDIS_HOST",
                        format!("{host:?}"),
                        "a host name or an IP address",
                    ))
                })
            }
            (None, None) if port.is_some() || password.is_some() => Err(reader.note(Problem::missing(
                "REDIS_HOST",
                "the host that REDIS_PORT and REDIS_PASSWORD belong to",
            ))),
            (None, None) => Ok(Self::InProcess),
        }
    }
}

fn address(host: &str, port: u16, password: Option<&Secret>) -> Option<Secret> {
    let mut url = Url::parse(&format!("redis://{host}:{port}")).ok()?;
    url.set_password(password.map(Secret::reveal)).ok()?;
    Some(Secret::new(url))
}

#[cfg(test)]
mod tests {
    use super::{Secret, address};

    #[test]
    fn a_password_of_any_characters_fits_into_the_address() {
        let password = Secret::new("p@ss/w#rd:$");
        let url = address("cache", 6380, Some(&password)).expect("an address");
        assert_eq!(url.reveal(), "redis://:p%40ss%2Fw%23rd%3A$@cache:6380");
    }
}
