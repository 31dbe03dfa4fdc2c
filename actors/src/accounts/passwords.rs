//! Hashing passwords: Argon2id for new ones, bcrypt understood for those of the previous service.

use std::sync::Arc;

use argon2::password_hash::{PasswordHasher, PasswordVerifier};
use argon2::{Algorithm, Argon2, Params, Version};
use tokio::sync::Semaphore;

use crate::domain::secret::Secret;
use crate::refusal::{Outcome, Refusal};

/// Hashes computed at the same time: each takes 19 MiB and a core.
const AT_ONCE: usize = 2;

/// How expensive a new hash is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Cost {
    /// 19 MiB, two passes, one lane: OWASP's recommendation for Argon2id.
    Production,
    /// As cheap as the algorithm allows, so that a test that signs up a hundred people is not a test of Argon2.
    Testing,
}

/// What comparing a password came to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Verdict {
    /// It is the password.
    Right,
    /// It is the password, but its hash is of the previous service and should be replaced.
    RightButOld,
    /// It is not.
    Wrong,
}

/// The hasher; shared by the whole node, so that the bound holds for the node.
pub struct Passwords {
    argon: Argon2<'static>,
    permits: Arc<Semaphore>,
    /// Compared with when there is no account, so that both cases take the same time (contract §0.1).
    decoy: Secret,
}

impl Passwords {
    /// Prepares the hasher; `salt` only seasons the decoy.
    pub fn new(cost: Cost, salt: [u8; 16]) -> Outcome<Arc<Self>> {
        let (memory_kib, passes) = match cost {
            Cost::Production => (19 * 1024, 2),
            Cost::Testing => (Params::MIN_M_COST, Params::MIN_T_COST),
        };
        let params = Params::new(memory_kib, passes, 1, None).map_err(|e| broken(&e))?;
        let argon = Argon2::new(Algorithm::Argon2id, Version::V0x13, params);
        let decoy = hash_with(&argon, b"nobody's password", salt)?;
        Ok(Arc::new(Self { argon, permits: Arc::new(Semaphore::new(AT_ONCE)), decoy }))
    }

    /// Hashes a new password.
    pub async fn hash(&self, password: &Secret, salt: [u8; 16]) -> Outcome<Secret> {
        let (argon, password) = (self.argon.clone(), password.clone());
        self.compute(move || hash_with(&argon, password.reveal().as_bytes(), salt)).await?
    }

    /// Compares a password with a hash, or, without one, with the decoy: then it is wrong, and took as long.
    pub async fn verify(&self, password: &Secret, hash: Option<&Secret>) -> Outcome<Verdict> {
        let (argon, password) = (self.argon.clone(), password.clone());
        let is_decoy = hash.is_none();
        let hash = hash.unwrap_or(&self.decoy).clone();
        let verdict = self.compute(move || compare(&argon, &password, hash.reveal())).await?;
        Ok(if is_decoy { Verdict::Wrong } else { verdict })
    }

    async fn compute<T: Send + 'static>(&self, work: impl FnOnce() -> T + Send + 'static) -> Outcome<T> {
        let permit = Arc::clone(&self.permits).acquire_owned().await.map_err(|e| broken(&e))?;
        tokio::task::spawn_blocking(move || {
            let result = work();
            drop(permit);
            result
        })
        .await
        .map_err(|e| broken(&e))
    }
}

fn compare(argon: &Argon2<'_>, password: &Secret, hash: &str) -> Verdict {
    let is_bcrypt = hash.starts_with("$2");
    let right = if is_bcrypt {
        bcrypt::verify(password.reveal(), hash).unwrap_or(false)
    } else {
        argon.verify_password(password.reveal().as_bytes(), hash).is_ok()
    };
    match (right, is_bcrypt) {
        (true, true) => Verdict::RightButOld,
        (true, false) => Verdict::Right,
        (false, _) => Verdict::Wrong,
    }
}

fn hash_with(argon: &Argon2<'_>, password: &[u8], salt: [u8; 16]) -> Outcome<Secret> {
    let hash = argon.hash_password_with_salt(password, &salt).map_err(|e| broken(&e))?;
    Ok(Secret::new(hash.to_string()))
}

fn broken(error: &dyn std::error::Error) -> Refusal {
    tracing::error!(%error, "password hashing failed");
    Refusal::Internal
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_hash_fits_its_password_only() {
        let passwords = Passwords::new(Cost::Testing, [0; 16]).unwrap();
        let right = Secret::new("password1!");
        let hash = passwords.hash(&right, [3; 16]).await.unwrap();
        assert!(hash.reveal().starts_with("$argon2id$v=19$"));
        assert_eq!(passwords.verify(&right, Some(&hash)).await, Ok(Verdict::Right));
        assert_eq!(passwords.verify(&Secret::new("password2!"), Some(&hash)).await, Ok(Verdict::Wrong));
        assert_eq!(passwords.verify(&Secret::new("nobody's password"), None).await, Ok(Verdict::Wrong));
    }

    #[tokio::test]
    async fn a_hash_of_the_previous_service_is_right_but_old() {
        let passwords = Passwords::new(Cost::Testing, [0; 16]).unwrap();
        let hash = Secret::new(bcrypt::hash("password1!", 4).unwrap());
        assert_eq!(passwords.verify(&Secret::new("password1!"), Some(&hash)).await, Ok(Verdict::RightButOld));
        assert_eq!(passwords.verify(&Secret::new("password2!"), Some(&hash)).await, Ok(Verdict::Wrong));
        assert_eq!(
            passwords.verify(&Secret::new("x"), Some(&Secret::new("$2b$garbage"))).await,
            Ok(Verdict::Wrong)
        );
    }
}
