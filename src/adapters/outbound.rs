//! Calls to HTTP servers of others, which are not trusted: no redirect is followed (it would see what was meant for
//! them alone), no more is read than expected, and what went wrong is said without their words and addresses.

use std::time::Duration;

use reqwest::redirect::Policy;
use reqwest::{Client, ClientBuilder, Response};

/// How long a connection may take.
const CONNECT_TIMEOUT: Duration = Duration::from_secs(3);

/// A client of that kind. [`crate::tls::use_ring`] comes before.
pub(super) fn client() -> ClientBuilder {
    Client::builder()
        .redirect(Policy::none())
        // Settings come from `settings`, not from variables that happen to be there.
        .no_proxy()
        .connect_timeout(CONNECT_TIMEOUT)
}

/// The whole body, unless it has more than `max_bytes`; else what went wrong.
pub(super) async fn read_capped(mut response: Response, max_bytes: usize) -> Result<Vec<u8>, &'static str> {
    let mut body = Vec::new();
    while let Some(chunk) = response.chunk().await.map_err(|error| word(&error))? {
        if body.len() + chunk.len() > max_bytes {
            return Err("a body that is too large");
        }
        body.extend_from_slice(&chunk);
    }
    Ok(body)
}

/// What went wrong.
pub(super) fn word(error: &reqwest::Error) -> &'static str {
    if error.is_connect() {
        "no connection"
    } else if error.is_timeout() {
        "a time-out"
    } else {
        "a broken answer"
    }
}
