//! Access and refresh tokens: JWTs of two kinds that cannot stand in for each other (D-B3).

use std::time::Duration;

use chrono::TimeDelta;
use jsonwebtoken::{Algorithm, DecodingKey, EncodingKey, Header, Validation};
use serde::{Deserialize, Serialize};

use super::hs256;
use crate::domain::ids::UserId;
use crate::domain::secret::Secret;
use crate::domain::seoul::Instant;
use crate::domain::session::SessionId;
use crate::refusal::{Outcome, Refusal};

/// The keys and lifetimes that tokens are made with.
#[derive(Debug, Clone)]
pub struct TokenKeys {
    /// Signs and verifies.
    pub current: Secret,
    /// Still verifies while tokens signed with it run out.
    pub previous: Option<Secret>,
    /// Lifetime of an access token.
    pub access_lifetime: Duration,
    /// Lifetime of a refresh token, and so of a session.
    pub refresh_lifetime: Duration,
}

/// Makes and reads tokens.
pub struct Tokens {
    signing: EncodingKey,
    verifying: Vec<DecodingKey>,
    validation: Validation,
    access_lifetime: TimeDelta,
    refresh_lifetime: TimeDelta,
}

/// Whom a valid access token names. Whether their session still lives is for their `UserSession` to say.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Caller {
    /// The person.
    pub user: UserId,
    /// Their session.
    pub session: SessionId,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
enum Kind {
    Access,
    Refresh,
}

#[derive(Serialize, Deserialize)]
struct Claims {
    #[serde(rename = "userId")]
    user: UserId,
    kind: Kind,
    sid: String,
    /// Makes two tokens of the same second different.
    jti: String,
    iat: i64,
    exp: i64,
}

impl Tokens {
    /// Prepares the keys.
    pub fn new(keys: &TokenKeys) -> Self {
        hs256::install();
        let mut validation = Validation::new(Algorithm::HS256);
        // The expiry is checked below, against the clock port.
        validation.validate_exp = false;
        let secrets = std::iter::once(&keys.current).chain(&keys.previous);
        Self {
            signing: EncodingKey::from_secret(keys.current.reveal().as_bytes()),
            verifying: secrets.map(|s| DecodingKey::from_secret(s.reveal().as_bytes())).collect(),
            validation,
            access_lifetime: TimeDelta::from_std(keys.access_lifetime).unwrap_or(TimeDelta::MAX),
            refresh_lifetime: TimeDelta::from_std(keys.refresh_lifetime).unwrap_or(TimeDelta::MAX),
        }
    }

    /// When a session opened at `now` runs out.
    pub fn session_end(&self, now: Instant) -> Instant {
        now.checked_add_signed(self.refresh_lifetime).unwrap_or(Instant::MAX_UTC)
    }

    /// `Bearer <jwt>`: the header value that the client stores and sends back as it is.
    pub fn access(&self, caller: &Caller, now: Instant, random: [u8; 16]) -> Outcome<String> {
        let until = now.checked_add_signed(self.access_lifetime).unwrap_or(Instant::MAX_UTC);
        Ok(format!("Bearer {}", self.sign(Kind::Access, caller, now, until, random)?))
    }

    /// The bare refresh token, valid as long as its session.
    pub fn refresh(
        &self,
        caller: &Caller,
        now: Instant,
        until: Instant,
        random: [u8; 16],
    ) -> Outcome<String> {
        self.sign(Kind::Refresh, caller, now, until, random)
    }

    /// Reads an `Authorization` header; `None` means that it was not sent.
    pub fn read_access(&self, header: Option<&str>, now: Instant) -> Outcome<Caller> {
        let (word, token) = header.map(split_word).ok_or(Refusal::TokenMissing)?;
        if word != "Bearer" {
            return Err(Refusal::TokenTypeMismatch);
        }
        let claims = self.verify(token, Kind::Access).ok_or(Refusal::TokenInvalid)?;
        if claims.1 <= now.timestamp() {
            return Err(Refusal::TokenExpired);
        }
        Ok(claims.0)
    }

    /// Reads a `Refreshtoken` header. Anything wrong is the same refusal, and never 419 (D-D7).
    pub fn read_refresh(&self, token: Option<&str>, now: Instant) -> Outcome<Caller> {
        let (caller, expires) =
            token.and_then(|t| self.verify(t, Kind::Refresh)).ok_or(Refusal::RefreshInvalid)?;
        if expires <= now.timestamp() { Err(Refusal::RefreshInvalid) } else { Ok(caller) }
    }

    fn sign(
        &self,
        kind: Kind,
        caller: &Caller,
        now: Instant,
        until: Instant,
        random: [u8; 16],
    ) -> Outcome<String> {
        let claims = Claims {
            user: caller.user,
            kind,
            sid: caller.session.as_str().to_owned(),
            jti: format!("{:032x}", u128::from_be_bytes(random)),
            iat: now.timestamp(),
            exp: until.timestamp(),
        };
        jsonwebtoken::encode(&Header::new(Algorithm::HS256), &claims, &self.signing).map_err(|error| {
            tracing::error!(%error, "could not sign a token");
            Refusal::Internal
        })
    }

    /// The caller and the expiry in seconds since 1970, if one of our keys signed this as the wanted kind.
    fn verify(&self, token: &str, wanted: Kind) -> Option<(Caller, i64)> {
        let claims = self
            .verifying
            .iter()
            .find_map(|key| jsonwebtoken::decode::<Claims>(token, key, &self.validation).ok())?
            .claims;
        let session = SessionId::parse(&claims.sid)?;
        (claims.kind == wanted).then_some((Caller { user: claims.user, session }, claims.exp))
    }
}

fn split_word(header: &str) -> (&str, &str) {
    header.split_once(' ').unwrap_or((header, ""))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn tokens(current: &str, previous: Option<&str>) -> Tokens {
        Tokens::new(&TokenKeys {
            current: Secret::new(current),
            previous: previous.map(Secret::new),
            access_lifetime: Duration::from_hours(1),
            refresh_lifetime: Duration::from_hours(168),
        })
    }

    fn now() -> Instant {
        "2026-11-22T09:00:00Z".parse().unwrap()
    }

    fn caller() -> Caller {
        Caller { user: UserId(7), session: SessionId::new([9; 16]) }
    }

    #[test]
    fn an_access_token_is_read_back_until_it_expires() {
        let tokens = tokens("a key of at least thirty-two bytes", None);
        let header = tokens.access(&caller(), now(), [1; 16]).unwrap();
        assert_eq!(tokens.read_access(Some(&header), now()), Ok(caller()));
        let later = now() + TimeDelta::hours(1);
        assert_eq!(tokens.read_access(Some(&header), later), Err(Refusal::TokenExpired));
    }

    #[test]
    fn neither_kind_stands_in_for_the_other() {
        let tokens = tokens("a key", None);
        let access = tokens.access(&caller(), now(), [1; 16]).unwrap();
        let refresh = tokens.refresh(&caller(), now(), tokens.session_end(now()), [2; 16]).unwrap();
        assert_eq!(tokens.read_refresh(Some(&refresh), now()), Ok(caller()));
        let as_access = format!("Bearer {refresh}");
        assert_eq!(tokens.read_access(Some(&as_access), now()), Err(Refusal::TokenInvalid));
        let as_refresh = access.trim_start_matches("Bearer ");
        assert_eq!(tokens.read_refresh(Some(as_refresh), now()), Err(Refusal::RefreshInvalid));
        assert_eq!(
            tokens.read_refresh(Some(&refresh), now() + TimeDelta::days(7)),
            Err(Refusal::RefreshInvalid)
        );
    }

    #[test]
    fn what_never_was_a_token_is_refused_by_its_kind_of_wrongness() {
        let tokens = tokens("a key", None);
        let read = |header| tokens.read_access(header, now());
        assert_eq!(read(None), Err(Refusal::TokenMissing));
        for header in ["null", "undefined", "", "bearer x"] {
            assert_eq!(read(Some(header)), Err(Refusal::TokenTypeMismatch), "{header}");
        }
        for header in ["Bearer", "Bearer ", "Bearer x.y.z"] {
            assert_eq!(read(Some(header)), Err(Refusal::TokenInvalid), "{header}");
        }
        // {"alg":"none"} and the claims of a person, unsigned.
        let none = "Bearer eyJhbGciOiJub25lIiwidHlwIjoiSldUIn0.eyJ1c2VySWQiOjEsImtpbmQiOiJhY2Nlc3MiLCJzaWQiOiIwOTA5MDkwOTA5MDkwOTA5MDkwOTA5MDkwOTA5MDkwOSIsImp0aSI6IngiLCJpYXQiOjEsImV4cCI6OTk5OTk5OTk5OX0.";
        assert_eq!(read(Some(none)), Err(Refusal::TokenInvalid));
    }

    #[test]
    fn the_previous_key_still_verifies_and_no_longer_signs() {
        let old = tokens("the old key", None);
        let new = tokens("the new key", Some("the old key"));
        let from_old = old.access(&caller(), now(), [1; 16]).unwrap();
        let from_new = new.access(&caller(), now(), [1; 16]).unwrap();
        assert_eq!(new.read_access(Some(&from_old), now()), Ok(caller()));
        assert_eq!(old.read_access(Some(&from_new), now()), Err(Refusal::TokenInvalid));
    }
}
