//! Sign-in and fresh access tokens.

use super::actor::Services;
use super::messages::{RefreshAccess, SignIn, SignInWithProvider, SignedIn};
use super::passwords::Verdict;
use super::tokens::Caller;
use crate::domain::account::Account;
use crate::domain::secret::Secret;
use crate::domain::session::{Session, SessionId, SessionState};
use crate::ports::Limit;
use crate::refusal::{Outcome, Refusal};

use super::sign_off::RECALL_GRANT;

/// Characters of a `User-Agent` that are kept.
const DEVICE_CHARS: usize = 191;

pub(super) async fn with_password(services: &Services, request: SignIn) -> Outcome<SignedIn> {
    let SignIn { email, password, client, device } = request;
    services.limit(Limit::SignInPerClient, &client.to_string()).await?;
    let found = match &email {
        Some(email) => {
            services.limit(Limit::SignInPerEmail, email.key()).await?;
            services.accounts.find_by_email(email).await?
        }
        None => None,
    };
    let hash = found.as_ref().and_then(|credentials| credentials.password_hash.as_ref());
    let verdict = services.passwords.verify(&password, hash).await?;
    let credentials = found.ok_or(Refusal::UnknownEmail)?;
    match (verdict, &credentials.password_hash) {
        (Verdict::Wrong, _) | (_, None) => return Err(Refusal::WrongPassword),
        (Verdict::RightButOld, Some(old)) => {
            re_hash(services, &credentials.account, old.clone(), &password).await?;
        }
        (Verdict::Right, _) => {}
    }
    // Only the right password may learn that the account is to be removed (D-B9), and with it gets the grant to stop it.
    if credentials.account.purge_at.is_some() {
        let until = services.clock.now() + RECALL_GRANT;
        services.accounts.grant_recall(credentials.account.id, until).await?;
        return Err(Refusal::PendingSignOff);
    }
    open_session(services, credentials.account, device).await
}

/// Moves a hash of the previous service to Argon2id, now that the password is at hand.
async fn re_hash(services: &Services, account: &Account, old: Secret, password: &Secret) -> Outcome<()> {
    let new = services.passwords.hash(password, services.ids.random()).await?;
    Ok(services.accounts.replace_hash(account.id, old, new).await?)
}

async fn open_session(services: &Services, account: Account, device: Option<String>) -> Outcome<SignedIn> {
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
    services.sessions.open(session).await?;
    Ok(SignedIn { access, refresh, username: account.username, profile_image: account.profile_image })
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

/// No provider is set up in this release; its client shows a fixed text for any refusal.
pub(super) async fn with_provider(_: &Services, request: SignInWithProvider) -> Outcome<SignedIn> {
    tracing::debug!(provider = request.kind.as_wire(), "a sign-in provider that is not configured");
    std::future::ready(Err(Refusal::ProviderUnavailable)).await
}
