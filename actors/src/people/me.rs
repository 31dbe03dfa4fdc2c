//! Who am I.

use crate::domain::account::Account;
use crate::refusal::Outcome;
use crate::sessions::{Lane, Person, PersonCommand};

/// Reads the caller's own account.
pub struct GetMyInfo;

impl PersonCommand for GetMyInfo {
    type Reply = Account;
    const LANE: Lane = Lane::Read;

    async fn run(self, person: Person) -> Outcome<Account> {
        std::future::ready(Ok(person.account)).await
    }
}
