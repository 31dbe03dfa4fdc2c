//! Changing name and picture.

use crate::domain::text::Username;
use crate::ports::ProfileChange;
use crate::refusal::{Outcome, Refusal};
use crate::sessions::{Lane, Person, PersonCommand};
use crate::uploads::{Purpose, RawImage};

/// Changes the caller's name, picture, or both.
pub struct EditProfile {
    /// `None` leaves it.
    pub username: Option<Username>,
    /// `None` leaves it.
    pub picture: Option<RawImage>,
}

impl PersonCommand for EditProfile {
    type Reply = ();
    const LANE: Lane = Lane::Write;

    async fn run(self, person: Person) -> Outcome<()> {
        let ports = &person.ports;
        let picture = match self.picture {
            Some(raw) => Some(person.process_picture(raw, Purpose::Avatar).await?),
            None => None,
        };
        let has_picture = picture.is_some();
        if self.username.is_none() && !has_picture {
            return Ok(());
        }
        let change = ProfileChange { username: self.username, picture };
        if !ports.accounts.update_profile(person.account.id, change, ports.clock.now()).await? {
            return Err(Refusal::UserGone);
        }
        person.forget_identity();
        if has_picture {
            person.picture_is_stored(Purpose::Avatar);
        }
        Ok(())
    }
}
