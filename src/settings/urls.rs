//! Addresses in settings: what is one, and how it is shown.

use url::Url;

/// `true` for `scheme://host…` with one of these schemes.
pub(super) fn has_scheme(text: &str, schemes: &[&str]) -> bool {
    Url::parse(text).is_ok_and(|url| {
        schemes.contains(&url.scheme()) && url.host_str().is_some_and(|host| !host.is_empty())
    })
}

pub(super) const BASE_EXPECTED: &str = "an address like https://example.com, without query and credentials";

/// An http(s) address to which paths are appended: kept without the slash at its end.
pub(super) fn base(text: &str) -> Option<String> {
    let url = web(text)?;
    (url.query().is_none() && url.fragment().is_none()).then(|| text.trim_end_matches('/').to_owned())
}

pub(super) const ENDPOINT_EXPECTED: &str = "an http:// or https:// address without credentials";

/// An http(s) address that is used as it stands.
pub(super) fn endpoint(text: &str) -> Option<String> {
    web(text).map(|_| text.to_owned())
}

/// `scheme://host[:port]` as browsers write it in `Origin`: lower case, no default port.
pub(super) fn origin(text: &str) -> Option<String> {
    let url = web(text)?;
    let has_path = text.split_once("://")?.1.contains(['/', '?', '#']);
    (!has_path).then(|| url.origin().ascii_serialization())
}

fn web(text: &str) -> Option<Url> {
    let url = Url::parse(text).ok()?;
    let plain = url.username().is_empty() && url.password().is_none();
    (matches!(url.scheme(), "http" | "https") && plain && text.contains("://")).then_some(url)
}

/// The text with whatever stands before the last `@` of its host part taken out. Works on text that is no address
/// too, because people mistype those with passwords in them.
pub(super) fn masked(text: &str) -> String {
    let Some((scheme, rest)) = text.split_once("://") else { return text.to_owned() };
    let Some((credentials, host)) = rest.rsplit_once('@') else { return text.to_owned() };
    let user = credentials.split_once(':').map_or("", |(user, _)| user);
    format!("{scheme}://{user}:[secret]@{host}")
}

#[cfg(test)]
mod tests {
    use super::{masked, origin};

    #[test]
    fn an_origin_is_written_as_browsers_write_it() {
        assert_eq!(origin("https://Example.COM:443").as_deref(), Some("https://example.com"));
        assert_eq!(origin("http://localhost:3000").as_deref(), Some("http://localhost:3000"));
        for wrong in
            ["*", "localhost:3000", "https://a.b/", "https://a.b/c", "https://u:p@a.b", "ftp://a.b", "null"]
        {
            assert_eq!(origin(wrong), None, "{wrong}");
        }
    }

    #[test]
    fn a_password_in_an_address_is_masked_however_it_is_written() {
        assert_eq!(masked("mysql://app:p@ss/w#rd@db:3306/nine"), "mysql://app:[secret]@db:3306/nine");
        assert_eq!(masked("redis://:pw@cache"), "redis://:[secret]@cache");
        assert_eq!(masked("sqlite://data/nine-cloud.db"), "sqlite://data/nine-cloud.db");
    }
}
