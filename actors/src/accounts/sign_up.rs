//! Sign-up: a code by mail, then an account for whoever holds it.

use chrono::TimeDelta;

use super::actor::Services;
use super::messages::{CompleteSignUp, RequestSignUp};
use crate::domain::account::{Account, AccountKind, NewAccount};
use crate::domain::secret::Secret;
use crate::mailer::{SendMail, sign_up_code};
use crate::ports::{CodeTry, Limit, PortError, UniqueKey};
use crate::refusal::{Outcome, Refusal};

/// How long a code may be used (contract §1.1).
const CODE_LIFETIME: TimeDelta = TimeDelta::seconds(180);

/// What a code is made of: six of these (D-B12).
const CODE_ALPHABET: &[u8; 36] = b"0123456789abcdefghijklmnopqrstuvwxyz";

pub(super) async fn request(services: &Services, request: RequestSignUp) -> Outcome<()> {
    let RequestSignUp { email, client } = request;
    services.limit(Limit::MailPerClient, &client.to_string()).await?;
    if services.accounts.find_by_email(&email).await?.is_some() {
        return Err(Refusal::EmailTaken);
    }
    services.limit(Limit::MailPerEmail, email.key()).await?;
    let now = services.clock.now();
    let code = new_code(|| services.ids.random());
    services.cache.put_code(&email, code.clone(), now + CODE_LIFETIME).await?;
    let mail = sign_up_code(email, &code);
    services.mailer.ask(SendMail(mail), services.patience).await?.map_err(|refusal| match refusal {
        // A queue that is away or full is a 503 like any other backend, to be tried again.
        Refusal::Internal => Refusal::MailFailed,
        other => other,
    })
}

pub(super) async fn complete(services: &Services, request: CompleteSignUp) -> Outcome<Account> {
    let CompleteSignUp { email, code, password, username, client } = request;
    services.limit(Limit::SignInPerClient, &client.to_string()).await?;
    let now = services.clock.now();
    let typed = Secret::new(code.reveal().trim().to_ascii_lowercase());
    match services.cache.try_code(&email, &typed, now).await? {
        CodeTry::Missing => return Err(Refusal::CodeExpired),
        CodeTry::Wrong => return Err(Refusal::CodeWrong),
        CodeTry::Right => {}
    }
    let hash = services.passwords.hash(password.secret(), services.ids.random()).await?;
    let new = NewAccount {
        email,
        username: username.as_str().to_owned(),
        password_hash: Some(hash),
        profile_image: None,
        kind: AccountKind::Common,
        created_at: now,
    };
    services.accounts.create(new).await.map_err(|error| match error {
        PortError::Conflict(UniqueKey::AccountEmail) => Refusal::EmailTaken,
        other => other.into(),
    })
}

/// Six characters, each equally likely: bytes that would favour the first letters of the alphabet are thrown away.
fn new_code(random: impl FnMut() -> [u8; 16]) -> Secret {
    let alphabet = CODE_ALPHABET.len();
    let fair = (256 / alphabet) * alphabet;
    let code = std::iter::repeat_with(random)
        .flatten()
        .map(usize::from)
        .filter(|byte| *byte < fair)
        .filter_map(|byte| CODE_ALPHABET.get(byte % alphabet))
        .take(6)
        .map(|letter| char::from(*letter))
        .collect::<String>();
    Secret::new(code)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_code_is_six_letters_or_digits_of_fair_bytes() {
        let mut block = 0u8;
        let code = new_code(|| {
            block += 1;
            if block == 1 { [255; 16] } else { [35, 36, 0, 251, 252, 10, 11, 12, 0, 0, 0, 0, 0, 0, 0, 0] }
        });
        assert_eq!(code.reveal(), "z00zab");
    }
}
