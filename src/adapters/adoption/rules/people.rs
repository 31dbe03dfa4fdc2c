//! Accounts: every one is kept, because diaries and comments hang on it.

use nine_cloud_actors::domain::account::AccountKind;
use nine_cloud_actors::domain::email::Email;
use nine_cloud_actors::domain::ids::UserId;
use nine_cloud_actors::domain::secret::Secret;
use nine_cloud_actors::domain::seoul::Instant;
use nine_cloud_actors::domain::text::Username;

use super::images;
use super::times::{Times, read, true_instant};
use crate::adapters::adoption::old::OldPerson;
use crate::adapters::adoption::report::{Changes, Why};
use crate::adapters::sql::AdoptedPerson;

/// `lost_to`: the account that keeps an address which differs from this one's by case only.
pub(in crate::adapters::adoption) fn adopt(
    old: OldPerson,
    lost_to: Option<i64>,
    changes: &mut Changes,
) -> AdoptedPerson {
    let purge_at = purge_at(&old).unwrap_or_else(|Unreadable| {
        changes.changed(Why::TimeMissing);
        None
    });
    let times = Times::of(old.created_at.as_deref(), old.updated_at.as_deref()).note(changes);
    let (kind, password_hash) = way_in(old.kind.as_deref(), old.password, changes);
    AdoptedPerson {
        id: old.id,
        email: email(old.id, old.email.as_deref(), lost_to, changes),
        username: username(old.username.unwrap_or_default(), changes),
        password_hash,
        profile_image: images::adopt(old.profile_image, changes),
        kind,
        purge_at,
        created_at: times.created_at,
        updated_at: times.updated_at,
    }
}

/// There is something where a time should be, and it is none.
pub(in crate::adapters::adoption) struct Unreadable;

/// When the account is to be removed; `deletedAt` was written nine hours late.
pub(in crate::adapters::adoption) fn purge_at(old: &OldPerson) -> Result<Option<Instant>, Unreadable> {
    let Some(text) = &old.deleted_at else { return Ok(None) };
    read(text).and_then(true_instant).map(Some).ok_or(Unreadable)
}

/// A stand-in is an address that cannot exist: nobody signs in with it until an operator puts a real one there.
fn email(id: i64, old: Option<&str>, lost_to: Option<i64>, changes: &mut Changes) -> Email {
    let old = old.unwrap_or_default();
    match (Email::parse(old.trim()), lost_to) {
        (Some(email), None) => {
            if email.as_typed() != old {
                changes.changed(Why::EmailTrimmed);
            }
            return email;
        }
        (Some(_), Some(keeps)) => changes.changed_for(Why::EmailTaken, keeps),
        (None, _) => changes.changed(Why::EmailUnusable),
    }
    Email::stand_in(UserId(id))
}

fn username(old: String, changes: &mut Changes) -> String {
    if Username::parse(&old).is_some() {
        return old;
    }
    changes.changed(Why::NameMended);
    Username::from_provider(&old).as_str().to_owned()
}

/// The passwords of social accounts were made of their id at the provider (D-B16).
fn way_in(
    kind: Option<&str>,
    password: Option<String>,
    changes: &mut Changes,
) -> (AccountKind, Option<Secret>) {
    match kind.and_then(AccountKind::from_wire) {
        Some(AccountKind::Common) => {
            let hash = password.filter(|hash| is_bcrypt(hash)).map(Secret::new);
            if hash.is_none() {
                changes.changed(Why::PasswordUnusable);
            }
            (AccountKind::Common, hash)
        }
        Some(social) => {
            changes.changed(Why::PasswordOfSocialAccount);
            (social, None)
        }
        None => {
            changes.changed(Why::KindUnknown);
            (AccountKind::Common, None)
        }
    }
}

/// `$2b$10$` and 53 characters of salt and hash.
fn is_bcrypt(hash: &str) -> bool {
    let parts: Vec<&str> = hash.split('$').collect();
    let [before, version, cost, rest] = parts.as_slice() else { return false };
    before.is_empty()
        && matches!(*version, "2a" | "2b" | "2y")
        && cost.len() == 2
        && cost.parse::<u8>().is_ok_and(|cost| (4..=31).contains(&cost))
        && rest.len() == 53
        && rest.bytes().all(|b| b.is_ascii_alphanumeric() || b"./".contains(&b))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::adapters::adoption::report::Table;

    const HASH: &str = "$2b$10$abcdefghijklmnopqrstuuabcdefghijklmnopqrstuvwxyz01234";

    fn mina() -> OldPerson {
        OldPerson {
            id: 7,
            username: Some("미나".to_owned()),
            password: Some(HASH.to_owned()),
            email: Some("Mina@Example.com".to_owned()),
            profile_image: None,
            kind: Some("Common".to_owned()),
            created_at: Some("2023-12-01 01:02:03.004".to_owned()),
            updated_at: Some("2024-01-01 00:00:00.000".to_owned()),
            deleted_at: None,
        }
    }

    fn adopted(old: OldPerson, lost_to: Option<i64>) -> (AdoptedPerson, Vec<Why>) {
        let mut changes = Changes::of(Table::People, old.id);
        let person = adopt(old, lost_to, &mut changes);
        (person, changes.reasons())
    }

    #[test]
    fn a_person_stays_who_they_are() {
        let (person, why) = adopted(mina(), None);
        assert_eq!(why, []);
        assert_eq!((person.id, person.username.as_str(), person.kind), (7, "미나", AccountKind::Common));
        assert_eq!(person.email.as_typed(), "Mina@Example.com");
        assert_eq!(person.password_hash, Some(Secret::new(HASH)));
        assert_eq!(person.purge_at, None);
    }

    #[test]
    fn who_leaves_leaves_nine_hours_earlier_than_written() {
        let leaving = OldPerson { deleted_at: Some("2026-12-07 17:00:00.000".to_owned()), ..mina() };
        let (person, why) = adopted(leaving, None);
        assert_eq!((person.purge_at, why), (Some("2026-12-07T08:00:00Z".parse().unwrap()), vec![]));
        let unclear = OldPerson { deleted_at: Some("0000-00-00 00:00:00.000".to_owned()), ..mina() };
        let (person, why) = adopted(unclear, None);
        assert_eq!((person.purge_at, why), (None, vec![Why::TimeMissing]));
    }

    #[test]
    fn only_common_accounts_keep_a_password_and_only_a_hash_of_one() {
        for (word, kind) in [("K", AccountKind::Kakao), ("G", AccountKind::Google), ("N", AccountKind::Naver)]
        {
            let (person, why) = adopted(OldPerson { kind: Some(word.to_owned()), ..mina() }, None);
            assert_eq!((person.kind, person.password_hash), (kind, None));
            assert_eq!(why, [Why::PasswordOfSocialAccount]);
        }
        let (person, why) = adopted(OldPerson { kind: Some("kakao".to_owned()), ..mina() }, None);
        assert_eq!((person.kind, person.password_hash), (AccountKind::Common, None));
        assert_eq!(why, [Why::KindUnknown]);
        for bad in ["", "password1!", "$2b$10$short", "$2x$10$", "$argon2id$v=19$m=8,t=1,p=1$c2FsdA$aGFzaA"] {
            let (person, why) = adopted(OldPerson { password: Some(bad.to_owned()), ..mina() }, None);
            assert_eq!((person.password_hash, why), (None, vec![Why::PasswordUnusable]), "{bad}");
        }
    }

    #[test]
    fn an_address_that_cannot_be_kept_is_replaced_by_one_that_cannot_exist() {
        let (person, why) = adopted(mina(), Some(3));
        assert_eq!((person.email.as_typed(), why), ("adopted-7@nine-cloud.invalid", vec![Why::EmailTaken]));
        let (person, why) = adopted(OldPerson { email: Some("미나".to_owned()), ..mina() }, None);
        assert_eq!(
            (person.email.as_typed(), why),
            ("adopted-7@nine-cloud.invalid", vec![Why::EmailUnusable])
        );
        let (person, why) =
            adopted(OldPerson { email: Some("mina@example.com ".to_owned()), ..mina() }, None);
        assert_eq!((person.email.as_typed(), why), ("mina@example.com", vec![Why::EmailTrimmed]));
    }

    #[test]
    fn a_name_is_made_to_fit_as_those_of_providers_are() {
        for (old, new) in
            [("Mina Kim 🙂", "MinaKim"), ("", "구름"), ("가나다라마바사아자차카타", "가나다라마바사아자차")]
        {
            let (person, why) = adopted(OldPerson { username: Some(old.to_owned()), ..mina() }, None);
            assert_eq!((person.username.as_str(), why), (new, vec![Why::NameMended]));
        }
    }
}
