//! Sign-in through Kakao, Google and Naver (contract §7).
//!
//! A person is who the provider says they are there: the pair of provider and subject. The address that comes along
//! matters once, when nobody is bound to that pair yet.

use std::time::Duration;

use super::actor::Services;
use super::messages::{ProviderSignIn, SignInWithProvider};
use super::sign_in::prepare;
use crate::domain::account::{Account, AccountKind, NewAccount};
use crate::domain::email::Email;
use crate::domain::file::Image;
use crate::domain::identity::{Identity, Profile, Provider};
use crate::domain::secret::Secret;
use crate::domain::seoul::Instant;
use crate::domain::text::Username;
use crate::ports::{Limit, PortError, ProviderError, SignInProvider, UniqueKey};
use crate::refusal::{Outcome, Refusal};

/// How long a provider may take to say who somebody is, both of its answers together.
pub const PROVIDER_PATIENCE: Duration = Duration::from_secs(10);

/// Another callback may bind or make the same account meanwhile, or the purge remove it; then everything is looked at
/// once more.
const ATTEMPTS: usize = 4;

pub(super) async fn sign_in(services: &Services, request: SignInWithProvider) -> Outcome<ProviderSignIn> {
    let SignInWithProvider { provider, code, state, client, device } = request;
    let asked = services.providers.get(provider).ok_or(Refusal::ProviderUnavailable)?;
    services.limit(Limit::SignInPerClient, &client.to_string()).await?;
    let code = code.ok_or(Refusal::ProviderCancelled)?;
    let profile = identify(&**asked, &code, state.as_deref(), services.provider_patience)
        .await
        .map_err(|error| refused(provider, error))?;
    let identity = Identity { provider, subject: profile.subject.clone() };
    for _ in 0..ATTEMPTS {
        let Some((account, is_new)) = find_or_make(services, &identity, &profile).await? else { continue };
        if account.is_suspended {
            return Err(Refusal::Suspended);
        }
        let (session, signed_in) = prepare(services, account, device.as_deref())?;
        if services.sessions.open_by_identity(session, identity.clone()).await? {
            return Ok(ProviderSignIn { signed_in, is_new });
        }
    }
    Err(Refusal::Busy)
}

async fn identify(
    provider: &dyn SignInProvider,
    code: &Secret,
    state: Option<&str>,
    patience: Duration,
) -> Result<Profile, ProviderError> {
    match tokio::time::timeout(patience, provider.identify(code, state)).await {
        Ok(answered) => answered,
        Err(_elapsed) => Err(ProviderError::Failed("a time-out")),
    }
}

/// An operator sees here that a registration is wrong, or a provider away.
fn refused(provider: Provider, error: ProviderError) -> Refusal {
    tracing::warn!(provider = provider.as_wire(), %error, "a sign-in with a provider failed");
    match error {
        ProviderError::Refused(_) => Refusal::ProviderRefused,
        ProviderError::Failed(_) => Refusal::ProviderFailed,
        ProviderError::Busy => Refusal::Busy,
    }
}

/// The person whose identity it is by now, and whether they were made for it. `None` when something else happened to the
/// account meanwhile.
async fn find_or_make(
    services: &Services,
    identity: &Identity,
    profile: &Profile,
) -> Outcome<Option<(Account, bool)>> {
    if let Some(user) = services.identities.owner(identity).await? {
        let account = services.accounts.find(user).await?;
        return Ok(account.map(|account| (account, false)));
    }
    let email = profile.email.as_ref().ok_or(Refusal::ProviderEmailMissing)?;
    let now = services.clock.now();
    match services.accounts.find_by_email(email).await? {
        None => {
            let made = services
                .identities
                .create_owner(new_account(identity, profile, email, now), identity.clone());
            Ok(unless_beaten(made.await)?.map(|account| (account, true)))
        }
        Some(found) if may_have(identity.provider, profile, &found.account) => {
            let bound = services.identities.bind(found.account.id, identity.clone(), now).await;
            if let Err(PortError::Conflict(UniqueKey::Identity)) = bound
                && services.identities.owner(identity).await?.is_none()
            {
                // The account is somebody else's of the same provider.
                return Err(Refusal::ProviderNotLinked);
            }
            Ok(unless_beaten(bound)?.map(|()| (found.account, false)))
        }
        Some(_) => Err(Refusal::ProviderNotLinked),
    }
}

/// `None` when another call was faster, or the person went away.
fn unless_beaten<T>(outcome: Result<T, PortError>) -> Outcome<Option<T>> {
    match outcome {
        Ok(done) => Ok(Some(done)),
        Err(PortError::Conflict(_) | PortError::Orphaned) => Ok(None),
        Err(other) => Err(other.into()),
    }
}

/// Whether an account with the address of `profile`, made before this identity was known, may become its own (D-B2).
///
/// An account of the same provider is of the previous service, which knew people by address alone; the provider gives
/// an address to one of its people only. An account with a password is handed over only when the provider has seen that
/// mail reaches its person. An account of another provider never is: that its address is its owner's was never shown.
fn may_have(provider: Provider, profile: &Profile, account: &Account) -> bool {
    match account.kind {
        AccountKind::Common => profile.is_email_verified,
        kind => kind == provider.kind(),
    }
}

/// A name or a picture that cannot be used is not the person's fault: they get another, and may change it.
fn new_account(identity: &Identity, profile: &Profile, email: &Email, now: Instant) -> NewAccount {
    let nickname = profile.nickname.as_deref().unwrap_or_default();
    NewAccount {
        email: email.clone(),
        username: Username::from_provider(nickname).as_str().to_owned(),
        password_hash: None,
        profile_image: profile.picture.as_deref().and_then(Image::external),
        kind: identity.provider.kind(),
        created_at: now,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::identity::Subject;
    use crate::domain::ids::UserId;

    fn profile(is_email_verified: bool) -> Profile {
        Profile {
            subject: Subject::parse("31415").unwrap(),
            email: Email::parse("mina@example.com"),
            is_email_verified,
            nickname: Some(" Mina Kim (미나) ".to_owned()),
            picture: Some("javascript:alert(1)".to_owned()),
        }
    }

    fn account(kind: AccountKind) -> Account {
        Account {
            id: UserId(1),
            email: Email::parse("mina@example.com").unwrap(),
            username: "mina".to_owned(),
            profile_image: None,
            kind,
            is_admin: false,
            is_suspended: false,
            purge_at: None,
        }
    }

    #[test]
    fn an_account_of_the_same_provider_is_had_by_address_and_one_of_another_never() {
        for provider in Provider::ALL {
            for kind in Provider::ALL.map(Provider::kind) {
                for verified in [false, true] {
                    let may = may_have(provider, &profile(verified), &account(kind));
                    assert_eq!(may, provider.kind() == kind, "{provider:?} {kind:?} {verified}");
                }
            }
        }
    }

    #[test]
    fn an_account_with_a_password_is_had_by_a_verified_address_only() {
        for provider in Provider::ALL {
            for verified in [false, true] {
                let may = may_have(provider, &profile(verified), &account(AccountKind::Common));
                assert_eq!(may, verified, "{provider:?}");
            }
        }
    }

    #[test]
    fn a_new_account_takes_what_fits() {
        let profile = profile(true);
        let identity = Identity { provider: Provider::Naver, subject: profile.subject.clone() };
        let email = profile.email.clone().unwrap();
        let new = new_account(&identity, &profile, &email, Instant::UNIX_EPOCH);
        assert_eq!((new.username.as_str(), new.kind), ("MinaKim미나", AccountKind::Naver));
        assert_eq!((new.profile_image, new.password_hash), (None, None), "no password (D-B16)");
    }
}
