//! What a password must look like. How it is hashed is not known here.

use super::secret::Secret;

/// The marks of which at least one is needed; no other mark is allowed (contract §1.0).
const MARKS: &str = "@$!%*?&#";

/// A password fit to be stored: 8–20 of letters, digits and marks, at least one of each.
///
/// A letter of any case will do: the client lets `PASSWORD1!` through, which the previous server answered with a 500.
#[derive(Debug, Clone)]
pub struct NewPassword(Secret);

impl NewPassword {
    /// `None` when the rule is not met.
    pub fn parse(text: &str) -> Option<Self> {
        let allowed = text.bytes().all(|b| b.is_ascii_alphanumeric() || is_mark(b));
        let fits = (8..=20).contains(&text.len());
        let has = |test: fn(u8) -> bool| text.bytes().any(test);
        let complete = has(|b| b.is_ascii_alphabetic()) && has(|b| b.is_ascii_digit()) && has(is_mark);
        (allowed && fits && complete).then(|| Self(Secret::new(text)))
    }

    /// The text to hash.
    pub fn secret(&self) -> &Secret {
        &self.0
    }
}

fn is_mark(byte: u8) -> bool {
    MARKS.as_bytes().contains(&byte)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn letters_digits_and_a_mark_are_needed() {
        for good in ["password1!", "PASSWORD1!", "aB3$aB3$aB3$aB3$aB3$"] {
            assert!(NewPassword::parse(good).is_some(), "{good}");
        }
        for bad in [
            "",
            "pass1!",
            "password1",
            "password!",
            "12345678!",
            "password1!한",
            "password 1!",
            "aB3$aB3$aB3$aB3$aB3$x",
        ] {
            assert!(NewPassword::parse(bad).is_none(), "{bad}");
        }
    }
}
