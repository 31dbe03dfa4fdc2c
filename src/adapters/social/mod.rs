//! Kakao, Google and Naver as OAuth 2.0 providers: a code becomes a token, the token a person (contract §7).
//!
//! The three differ in how they take the first question, in what their errors look like, and in where a person's facts
//! are. They are not trusted (see [`outbound`]); what they say of a person is read in [`profile`].

mod profile;
mod token;

use async_trait::async_trait;
use nine_cloud_actors::domain::identity::{Profile, Provider};
use nine_cloud_actors::domain::secret::Secret;
use nine_cloud_actors::kit::at_port;
use nine_cloud_actors::ports::{ProviderError, SignInProvider};
use reqwest::header::{ACCEPT, AUTHORIZATION, HeaderValue};
use reqwest::{Client, RequestBuilder, StatusCode};
use serde_json::Value;
use tokio::sync::Semaphore;

use super::outbound;

/// A whole answer; a usual one has about 1 KiB.
const ANSWER_MAX_BYTES: usize = 64 * 1024;

/// People whom one provider is asked about at once, so that one that hangs cannot fill the memory.
const AT_ONCE: usize = 128;

/// What a provider knows this server by, and where it is.
#[derive(Debug, Clone)]
pub struct Registration {
    /// Our name there.
    pub client_id: String,
    /// Our password there; Kakao has none.
    pub client_secret: Option<Secret>,
    /// The client's page to which the provider returned.
    pub redirect_uri: String,
    /// Where a code becomes a token.
    pub token_url: String,
    /// Where a token becomes a person.
    pub userinfo_url: String,
}

/// One provider.
pub struct OAuthProvider {
    provider: Provider,
    registration: Registration,
    client: Client,
    places: Semaphore,
}

impl OAuthProvider {
    /// A client; connects at the first question. [`crate::tls::use_ring`] comes before. Fails most likely because there
    /// are no root certificates on this machine.
    pub fn new(provider: Provider, registration: Registration) -> Result<Self, reqwest::Error> {
        // A code is good for one try: it must not be lost on a connection that the provider has just closed.
        let client = outbound::client().pool_max_idle_per_host(0).build()?;
        Ok(Self { provider, registration, client, places: Semaphore::new(AT_ONCE) })
    }

    /// The token of the person whom the code was given for.
    async fn token(&self, code: &Secret, state: Option<&str>) -> Result<HeaderValue, ProviderError> {
        let url = &self.registration.token_url;
        let question = token::question(self.provider, &self.registration, code, state);
        let request = self.client.post(url).header("content-type", question.content_type).body(question.body);
        let (status, body) = ask(request).await?;
        token::read(status, body.as_ref())
    }

    /// What the provider knows of the person.
    async fn profile(&self, token: HeaderValue) -> Result<Profile, ProviderError> {
        let request = self.client.get(&self.registration.userinfo_url).header(AUTHORIZATION, token);
        let (status, body) = ask(request).await?;
        match (status, body) {
            (StatusCode::OK, Some(facts)) => {
                profile::read(self.provider, &facts).ok_or(ProviderError::Failed("a person without an id"))
            }
            (StatusCode::OK, None) => Err(ProviderError::Failed("a person that is no JSON")),
            _ => Err(ProviderError::Failed("an error status instead of a person")),
        }
    }
}

#[async_trait]
impl SignInProvider for OAuthProvider {
    async fn identify(&self, code: &Secret, state: Option<&str>) -> Result<Profile, ProviderError> {
        let _place = self.places.try_acquire().map_err(|_| ProviderError::Busy)?;
        let asked = async { self.profile(self.token(code, state).await?).await };
        at_port("social", asked).await
    }
}

/// The status of the answer, and its body unless that is no JSON.
async fn ask(request: RequestBuilder) -> Result<(StatusCode, Option<Value>), ProviderError> {
    let sent = request.header(ACCEPT, "application/json").send().await;
    let response = sent.map_err(|error| ProviderError::Failed(outbound::word(&error)))?;
    let status = response.status();
    let body = outbound::read_capped(response, ANSWER_MAX_BYTES).await.map_err(ProviderError::Failed)?;
    Ok((status, serde_json::from_slice(&body).ok()))
}
