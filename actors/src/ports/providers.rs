//! The services that people may sign in through.

use std::sync::Arc;

use async_trait::async_trait;

use crate::domain::identity::{Profile, Provider};
use crate::domain::secret::Secret;

/// Why a provider did not say who somebody is. The words are for logs: they hold nothing of the request or the answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum ProviderError {
    /// It answered, and does not take the code, or us.
    #[error("the provider refused: {0}")]
    Refused(&'static str),
    /// It cannot be reached, or what answers is not it.
    #[error("the provider failed: {0}")]
    Failed(&'static str),
    /// As many people are being asked about as this node asks about at once; this one was not.
    #[error("too many questions to the provider")]
    Busy,
}

/// One provider. Nobody trusts what it says beyond who it says it about.
#[async_trait]
pub trait SignInProvider: Send + Sync {
    /// Turns the code that it gave the browser into whom it gave it for. A code is good for one try. `state` goes back
    /// to providers that want it. Takes as long as it takes: the caller bounds the time by dropping the future.
    async fn identify(&self, code: &Secret, state: Option<&str>) -> Result<Profile, ProviderError>;
}

/// The providers that this server is registered with; `None` where it is not.
#[derive(Clone, Default)]
pub struct Providers {
    /// Kakao.
    pub kakao: Option<Arc<dyn SignInProvider>>,
    /// Google.
    pub google: Option<Arc<dyn SignInProvider>>,
    /// Naver.
    pub naver: Option<Arc<dyn SignInProvider>>,
}

impl Providers {
    /// One of them.
    pub fn get(&self, provider: Provider) -> Option<&Arc<dyn SignInProvider>> {
        match provider {
            Provider::Kakao => self.kakao.as_ref(),
            Provider::Google => self.google.as_ref(),
            Provider::Naver => self.naver.as_ref(),
        }
    }
}
