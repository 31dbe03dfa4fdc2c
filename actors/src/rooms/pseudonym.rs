//! Ids of people in rooms: the same for one person, room and day on every node, and nothing else to be learnt from them.

use hmac::{Hmac, Mac};
use sha2::Sha256;

use crate::domain::chat::Oid;
use crate::domain::ids::UserId;
use crate::domain::secret::Secret;
use crate::ports::Stage;

/// Makes them, with a key of its own that is derived from the server's.
pub struct Pseudonyms([u8; 32]);

impl Pseudonyms {
    /// Whoever has the same secret makes the same ids.
    pub fn new(secret: &Secret) -> Self {
        Self(mac(secret.reveal().as_bytes(), b"nine-cloud chat pseudonyms"))
    }

    /// What a person is called by programs in this room on this day.
    pub fn of(&self, stage: Stage, person: UserId) -> Oid {
        let text = format!("{}/{}/{person}", stage.room, stage.day);
        let mut first = [0; 16];
        first.copy_from_slice(&mac(&self.0, text.as_bytes())[..16]);
        Oid::new(&first)
    }
}

#[expect(clippy::expect_used, reason = "HMAC takes keys of any length")]
fn mac(key: &[u8], text: &[u8]) -> [u8; 32] {
    let mut mac = Hmac::<Sha256>::new_from_slice(key).expect("HMAC takes keys of any length");
    mac.update(text);
    mac.finalize().into_bytes().into()
}

#[cfg(test)]
mod tests {
    use chrono::{Days, NaiveDate};

    use super::*;
    use crate::domain::chat::LogKey;

    #[test]
    fn nothing_links_a_person_across_days_or_people_to_each_other() {
        let pseudonyms = Pseudonyms::new(&Secret::new("0123456789abcdef0123456789abcdef".to_owned()));
        let day = NaiveDate::from_ymd_opt(2026, 11, 22).unwrap();
        let stage = |day| Stage { room: LogKey::Plaza, day };
        let today = pseudonyms.of(stage(day), UserId(1));
        assert_eq!(today, pseudonyms.of(stage(day), UserId(1)));
        assert_ne!(today, pseudonyms.of(stage(day + Days::new(1)), UserId(1)));
        assert_ne!(today, pseudonyms.of(stage(day), UserId(2)));
    }
}
