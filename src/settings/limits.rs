//! How fast people and programs may come: one variable per [`Limit`].

use std::num::NonZeroU32;
use std::time::Duration;

use nine_cloud_actors::ports::Limit;

use super::reader::{Noted, Reader};

/// See the module.
#[derive(Debug, Clone)]
pub struct LimitSettings {
    /// `RATE_LIMITS` (on): `off` for load tests.
    pub enabled: bool,
    mail_per_email: Rate,
    mail_per_client: Rate,
    sign_in_per_email: Rate,
    sign_in_per_client: Rate,
    token_per_session: Rate,
    call_per_person: Rate,
    call_per_client: Rate,
    chat_messages: Rate,
    chat_logins: Rate,
}

/// So many acts within so much time, written `5/600s`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Rate {
    /// Acts.
    pub count: NonZeroU32,
    /// At least one second, at most a day.
    pub window: Duration,
}

impl LimitSettings {
    pub(super) fn read(reader: &mut Reader<'_>) -> Result<Self, Noted> {
        reader.section("limits");
        let enabled = reader.switch("RATE_LIMITS");
        let mut rate =
            |name, default| reader.or(name, default, "<count>/<seconds>s, like 5/600s", Rate::parse);
        let mail_per_email = rate("LIMIT_MAIL_PER_EMAIL", "5/600s");
        let mail_per_client = rate("LIMIT_MAIL_PER_CLIENT", "60/600s");
        let sign_in_per_email = rate("LIMIT_SIGN_IN_PER_EMAIL", "60/300s");
        let sign_in_per_client = rate("LIMIT_SIGN_IN_PER_CLIENT", "300/300s");
        let token_per_session = rate("LIMIT_TOKEN_PER_SESSION", "120/60s");
        let call_per_person = rate("LIMIT_CALL_PER_PERSON", "1200/60s");
        let call_per_client = rate("LIMIT_CALL_PER_CLIENT", "1200/60s");
        let chat_messages = rate("LIMIT_CHAT_MESSAGES", "10/10s");
        let chat_logins = rate("LIMIT_CHAT_LOGINS", "5/60s");
        Ok(Self {
            enabled: enabled?,
            mail_per_email: mail_per_email?,
            mail_per_client: mail_per_client?,
            sign_in_per_email: sign_in_per_email?,
            sign_in_per_client: sign_in_per_client?,
            token_per_session: token_per_session?,
            call_per_person: call_per_person?,
            call_per_client: call_per_client?,
            chat_messages: chat_messages?,
            chat_logins: chat_logins?,
        })
    }

    /// `None` when limits are off.
    pub fn rate(&self, limit: Limit) -> Option<Rate> {
        let rate = match limit {
            Limit::MailPerEmail => self.mail_per_email,
            Limit::MailPerClient => self.mail_per_client,
            Limit::SignInPerEmail => self.sign_in_per_email,
            Limit::SignInPerClient => self.sign_in_per_client,
            Limit::TokenPerSession => self.token_per_session,
            Limit::CallPerPerson => self.call_per_person,
            Limit::CallPerClient => self.call_per_client,
        };
        self.enabled.then_some(rate)
    }

    /// Messages of one chat connection; `None` when limits are off.
    pub fn chat_messages(&self) -> Option<Rate> {
        self.enabled.then_some(self.chat_messages)
    }

    /// Logins of one chat connection; `None` when limits are off.
    pub fn chat_logins(&self) -> Option<Rate> {
        self.enabled.then_some(self.chat_logins)
    }

    pub(super) fn warn(&self, warnings: &mut Vec<String>) {
        if !self.enabled {
            warnings.push("RATE_LIMITS is off: passwords and codes can be guessed at any speed".to_owned());
        }
        let calls = [
            ("LIMIT_CALL_PER_PERSON", self.call_per_person),
            ("LIMIT_CALL_PER_CLIENT", self.call_per_client),
        ];
        for (name, rate) in calls {
            if self.enabled && u64::from(rate.count.get()) < 10 * rate.window.as_secs() {
                warnings
                    .push(format!("{name} is below 600 a minute: a 429 on a read blanks the client's pages"));
            }
        }
    }
}

impl Rate {
    fn parse(text: &str) -> Option<Self> {
        let (count, window) = text.split_once('/')?;
        let seconds =
            window.strip_suffix('s')?.parse().ok().filter(|seconds| (1..=86_400).contains(seconds))?;
        Some(Self { count: count.parse().ok()?, window: Duration::from_secs(seconds) })
    }
}
