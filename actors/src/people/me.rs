//! Who am I.

use std::time::Duration;

use crate::domain::account::Account;
use crate::refusal::Outcome;
use crate::sessions::{Lane, Person, PersonCommand};

/// Reads the caller's own account.
pub struct GetMyInfo;

/// Makes sure that the caller's session lives, before anything is spent on a large request. No limit counts it: the
/// request itself follows.
pub struct ConfirmSession;

impl PersonCommand for ConfirmSession {
    type Reply = ();
    const LANE: Lane = Lane::Read;
    const PATIENCE: Duration = Duration::from_secs(10);
    const LIMITED: bool = false;

    async fn run(self, _: Person) -> Outcome<()> {
        std::future::ready(Ok(())).await
    }
}

impl PersonCommand for GetMyInfo {
    type Reply = Account;
    const LANE: Lane = Lane::Read;

    async fn run(self, person: Person) -> Outcome<Account> {
        std::future::ready(Ok(person.account)).await
    }
}
