//! Sign-in and fresh access tokens.

use super::actor::Services;
use super::messages::{RefreshAccess, SignIn, SignedIn};
use super::passwords::Verdict;
use super::tokens::Caller;
use crate::domain::account::{Account, Credentials};
use crate::domain::email::Email;
use crate::domain::secret::Secret;
use crate::domain::session::{Session, SessionId, SessionState};
use crate::ports::Limit;
use crate::refusal::{Outcome, Refusal};

use super::sign_off::RECALL_GRANT;

/// Characters of a `User-Agent` that are kept.
const DEVICE_CHARS: usize = 191;

/// Another sign-in may re-hash the password meanwhile, or its owner change it; then everything is looked at once more.
const ATTEMPTS: usize = 3;

pub(super) async fn with_password(services: &Services, request: SignIn) -> Outcome<SignedIn> {
    services.limit(Limit::SignInPerClient, &request.client.to_string()).await?;
    if let Some(email) = &request.email {
        services.limit(Limit::SignInPerEmail, email.key()).await?;
    }
    for _ in 0..ATTEMPTS {
        let (account, hash) = verify(services, request.email.as_ref(), &request.password).await?;
        if let Some(signed_in) = open_session(services, account, hash, request.device.as_deref()).await? {
            return Ok(signed_in);
        }
    }
    Err(Refusal::Busy)
}

/// The person whose password it is, and the hash that says so.
async fn verify(services: &Services, email: Option<&Email>, password: &Secret) -> Outcome<(Account, Secret)> {
    let found = match email {
        Some(email) => services.accounts.find_by_email(email).await?,
        None => None,
    };
    let hash = found.as_ref().and_then(|credentials| credentials.password_hash.as_ref());
    let verdict = services.passwords.verify(password, hash).await?;
    let Credentials { account, password_hash } = found.ok_or(Refusal::UnknownEmail)?;
    let hash = password_hash.filter(|_| verdict != Verdict::Wrong).ok_or(Refusal::WrongPassword)?;
    // Only the right password may learn what becomes of the account.
    if account.is_suspended {
        return Err(Refusal::Suspended);
    }
    // Only the right password may learn that the account is to be removed (D-B9), and with it gets the grant to stop it.
    if account.purge_at.is_some() {
        let until = services.clock.now() + RECALL_GRANT;
        services.accounts.grant_recall(account.id, until).await?;
        return Err(Refusal::PendingSignOff);
    }
    let hash = if verdict == Verdict::RightButOld {
        re_hash(services, &account, hash, password).await?
    } else {
        hash
    };
    Ok((account, hash))
}

/// Moves a hash of the previous service to Argon2id, now that the password is at hand.
async fn re_hash(services: &Services, account: &Account, old: Secret, password: &Secret) -> Outcome<Secret> {
    let new = services.passwords.hash(password, services.ids.random()).await?;
    services.accounts.replace_hash(account.id, old, new.clone()).await?;
    Ok(new)
}

/// `None` when the account was changed since its password was compared.
async fn open_session(
    services: &Services,
    account: Account,
    hash: Secret,
    device: Option<&str>,
) -> Outcome<Option<SignedIn>> {
    let (session, signed_in) = prepare(services, account, device)?;
    let opened = services.sessions.open(session, hash).await?;
    Ok(opened.then_some(signed_in))
}

/// A session to be opened, and what to answer once it is.
pub(super) fn prepare(
    services: &Services,
    account: Account,
    device: Option<&str>,
) -> Outcome<(Session, SignedIn)> {
    let now = services.clock.now();
    let caller = Caller { user: account.id, session: SessionId::new(services.ids.random()) };
    let until = services.tokens.session_end(now);
    let access = services.tokens.access(&caller, now, services.ids.random())?;
    let refresh = services.tokens.refresh(&caller, now, until, services.ids.random())?;
    let session = Session {
        id: caller.session,
        user: account.id,
        device: device.map(|text| text.chars().take(DEVICE_CHARS).collect()),
        created_at: now,
        last_used_at: now,
        expires_at: until,
    };
    let Account { username, profile_image, .. } = account;
    Ok((session, SignedIn { access, refresh, username, profile_image }))
}

pub(super) async fn refresh(services: &Services, request: RefreshAccess) -> Outcome<String> {
    let now = services.clock.now();
    let caller = services.tokens.read_refresh(request.token.as_ref().map(Secret::reveal), now)?;
    services.limit(Limit::TokenPerSession, caller.session.as_str()).await?;
    match services.sessions.look_up(&caller.session, caller.user, now).await? {
        SessionState::Live(_) if services.sessions.touch(&caller.session, caller.user, now).await? => {
            services.tokens.access(&caller, now, services.ids.random())
        }
        _ => Err(Refusal::RefreshInvalid),
    }
}
