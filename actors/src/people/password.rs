//! Changing the password.

use crate::accounts::Verdict;
use crate::domain::password::NewPassword;
use crate::domain::secret::Secret;
use crate::ports::{Limit, RetryAfter};
use crate::refusal::{Outcome, Refusal};
use crate::sessions::{Lane, Person, PersonCommand};

/// Replaces the caller's password and ends their other sessions.
pub struct ChangePassword {
    /// The present one.
    pub present: Secret,
    /// The next one.
    pub new: NewPassword,
}

impl PersonCommand for ChangePassword {
    type Reply = ();
    const LANE: Lane = Lane::Write;

    async fn run(self, person: Person) -> Outcome<()> {
        let (user, ports) = (person.account.id, &person.ports);
        let taken = ports.cache.take(Limit::SignInPerEmail, person.account.email.key()).await?;
        taken.map_err(|RetryAfter(retry_after)| Refusal::TooMany { retry_after })?;
        let credentials = ports.accounts.find_credentials(user).await?.ok_or(Refusal::UserGone)?;
        let hash = credentials.password_hash.ok_or(Refusal::NoPassword)?;
        if ports.passwords.verify(&self.present, Some(&hash)).await? == Verdict::Wrong {
            return Err(Refusal::PresentPasswordWrong);
        }
        let hash = ports.passwords.hash(self.new.secret(), ports.ids.random()).await?;
        let now = ports.clock.now();
        ports.accounts.change_password(user, hash, &person.caller.session, now).await?;
        person.sessions_ended();
        Ok(())
    }
}
