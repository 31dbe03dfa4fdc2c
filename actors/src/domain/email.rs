//! Mail addresses: kept as typed, compared case-insensitively.

use super::ids::UserId;

/// An address that passed the contract's rule (§1.0): a local part, and a domain of at least two labels.
///
/// Equality and storage keys use [`Email::key`], because the service compares addresses without case (D-C20).
#[derive(Clone)]
pub struct Email {
    typed: String,
    key: String,
}

/// Characters; the previous service's column width, and below every mail server's limit.
const MAX_CHARS: usize = 191;

impl Email {
    /// `None` unless the text is an address without surrounding blanks.
    pub fn parse(text: &str) -> Option<Self> {
        let (local, domain) = text.rsplit_once('@')?;
        let fits = text.chars().count() <= MAX_CHARS && !local.is_empty() && local.len() <= 64;
        (fits && is_local(local) && is_domain(domain))
            .then(|| Self { typed: text.to_owned(), key: text.to_lowercase() })
    }

    /// Stands in for an address that an account cannot keep: nobody's, because nothing is ever below `.invalid`.
    pub fn stand_in(user: UserId) -> Self {
        let text = format!("adopted-{}@nine-cloud.invalid", user.0);
        Self { key: text.clone(), typed: text }
    }

    /// As the person typed it; where mail is sent.
    pub fn as_typed(&self) -> &str {
        &self.typed
    }

    /// The form under which accounts, codes and limits are kept.
    pub fn key(&self) -> &str {
        &self.key
    }
}

impl PartialEq for Email {
    fn eq(&self, other: &Self) -> bool {
        self.key == other.key
    }
}

impl Eq for Email {}

/// Addresses stay out of logs.
impl std::fmt::Debug for Email {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("[email]")
    }
}

/// Dot-separated atoms; letters of any script are allowed, as they were.
fn is_local(local: &str) -> bool {
    local.split('.').all(|atom| {
        !atom.is_empty() && atom.chars().all(|c| c.is_alphanumeric() || "!#$%&'*+/=?^_`{|}~-".contains(c))
    })
}

fn is_domain(domain: &str) -> bool {
    let labels: Vec<&str> = domain.split('.').collect();
    let is_label = |label: &&str| {
        (1..=63).contains(&label.len())
            && label.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-')
            && !label.starts_with('-')
            && !label.ends_with('-')
    };
    labels.len() >= 2
        && labels.iter().all(is_label)
        && labels.last().is_some_and(|tld| tld.len() >= 2 && !tld.bytes().all(|b| b.is_ascii_digit()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_of_people_pass_and_others_do_not() {
        for good in ["mina@example.com", "민아@example.co.kr", "a+b_c.d@sub.example.com", "A@B.CO"] {
            assert!(Email::parse(good).is_some(), "{good}");
        }
        for bad in [
            "",
            "@",
            "mina",
            "mina@",
            "@example.com",
            "mina@localhost",
            " mina@example.com",
            "mina@example.com ",
            "mi na@example.com",
            "mina@exa_mple.com",
            "mina@.com",
            "mina@example.c",
            "mina@example.1",
            "a@b@c.de",
            "mina@-a.com",
            ".mina@example.com",
            "mi..na@example.com",
            "mina\r\n@example.com",
        ] {
            assert!(Email::parse(bad).is_none(), "{bad}");
        }
        assert!(Email::parse(&format!("{}@example.com", "a".repeat(65))).is_none());
    }

    #[test]
    fn a_stand_in_can_be_stored_and_read_back() {
        for id in [1, -1, i64::MIN, i64::MAX] {
            let stand_in = Email::stand_in(UserId(id));
            assert_eq!(Email::parse(stand_in.as_typed()), Some(stand_in));
        }
    }

    #[test]
    fn case_does_not_tell_two_addresses_apart() {
        let typed = Email::parse("Mina@Example.com").unwrap();
        assert_eq!(typed, Email::parse("mina@example.COM").unwrap());
        assert_eq!(typed.as_typed(), "Mina@Example.com");
        assert_eq!(format!("{typed:?}"), "[email]");
    }
}
