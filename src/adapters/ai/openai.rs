//! `POST {AI_BASE_URL}/chat/completions`, as OpenAI and many other servers understand it.
//!
//! The server at the other end is not trusted (see [`outbound`]). The key is in one header and nowhere else.

use std::time::Duration;

use async_trait::async_trait;
use nine_cloud_actors::domain::secret::Secret;
use nine_cloud_actors::ports::{CounselModel, ModelError, ModelRequest};
use reqwest::header::{AUTHORIZATION, HeaderMap, HeaderValue};
use reqwest::{Client, StatusCode};
use serde::Deserialize;
use serde_json::json;

use crate::adapters::outbound;

/// A whole reply; a valid one has about 2 KiB.
const REPLY_MAX_BYTES: usize = 64 * 1024;

/// How long the server may be silent. A model that is not streamed thinks before its first byte.
const READ_TIMEOUT: Duration = Duration::from_secs(8);

/// A model behind an OpenAI-compatible server.
pub struct OpenAi {
    client: Client,
    url: String,
    model: String,
}

/// Why the client could not be made.
#[derive(Debug, thiserror::Error)]
pub enum OpenAiError {
    /// Other than visible ASCII in it.
    #[error("AI_API_KEY cannot be sent in a header")]
    Key,
    /// Most likely no root certificates on this machine.
    #[error("the client for AI_BASE_URL could not be made")]
    Client(#[from] reqwest::Error),
}

#[derive(Deserialize)]
struct Completion {
    choices: Vec<Choice>,
}

#[derive(Deserialize)]
struct Choice {
    message: Message,
}

#[derive(Deserialize)]
struct Message {
    content: Option<String>,
    refusal: Option<String>,
}

impl OpenAi {
    /// A client; connects at the first call. `base_url` has no slash at its end. [`crate::tls::use_ring`] comes before.
    pub fn new(base_url: &str, model: &str, key: &Secret) -> Result<Self, OpenAiError> {
        let bearer = HeaderValue::try_from(format!("Bearer {}", key.reveal()));
        let mut bearer = bearer.map_err(|_| OpenAiError::Key)?;
        bearer.set_sensitive(true);
        let client = outbound::client()
            .default_headers(HeaderMap::from_iter([(AUTHORIZATION, bearer)]))
            .read_timeout(READ_TIMEOUT)
            .build()?;
        Ok(Self { client, url: format!("{base_url}/chat/completions"), model: model.to_owned() })
    }
}

#[async_trait]
impl CounselModel for OpenAi {
    fn name(&self) -> &str {
        &self.model
    }

    async fn complete(&self, request: &ModelRequest) -> Result<String, ModelError> {
        let body = json!({
            "model": self.model,
            "messages": request.messages,
            "response_format": request.response_format,
        });
        let sent = self.client.post(&self.url).json(&body).send().await;
        let response = sent.map_err(|error| ModelError::Failed(outbound::word(&error)))?;
        match response.status() {
            StatusCode::OK => {}
            StatusCode::TOO_MANY_REQUESTS => return Err(ModelError::Overloaded),
            // Other servers put their filter of contents here.
            StatusCode::BAD_REQUEST => return Err(ModelError::Refused),
            status if status.is_redirection() => return Err(ModelError::Failed("a redirect")),
            StatusCode::UNAUTHORIZED | StatusCode::FORBIDDEN => {
                return Err(ModelError::Failed("the key is not accepted"));
            }
            _ => return Err(ModelError::Failed("an error status")),
        }
        let body = outbound::read_capped(response, REPLY_MAX_BYTES).await.map_err(ModelError::Failed)?;
        read_message(&body)
    }
}

fn read_message(body: &[u8]) -> Result<String, ModelError> {
    let completion: Completion =
        serde_json::from_slice(body).map_err(|_| ModelError::Failed("a body that is no completion"))?;
    let first = completion.choices.into_iter().next();
    match first.map(|choice| choice.message) {
        Some(Message { content: Some(content), refusal: None }) => Ok(content),
        Some(_) => Err(ModelError::Refused),
        None => Err(ModelError::Failed("a completion without a choice")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_a_message_with_words_of_its_own_is_a_reply() {
        let read = |body: &str| read_message(body.as_bytes());
        assert_eq!(read(r#"{"choices":[{"message":{"content":"안녕"}}]}"#), Ok("안녕".to_owned()));
        assert_eq!(
            read(r#"{"choices":[{"message":{"content":null,"refusal":"no"}}]}"#),
            Err(ModelError::Refused)
        );
        for broken in ["", "{}", "<html>", r#"{"choices":[]}"#, r#"{"choices":[{}]}"#, "[1]"] {
            assert!(matches!(read(broken), Err(ModelError::Failed(_))), "{broken}");
        }
    }

    #[test]
    fn a_key_that_is_no_header_is_refused_without_being_shown() {
        let made = OpenAi::new("http://127.0.0.1:9", "m", &Secret::new("hunter\n2"));
        assert_eq!(made.err().unwrap().to_string(), "AI_API_KEY cannot be sent in a header");
    }
}
