//! What went wrong with a mail server, in words that may be logged.
//!
//! What a server says may repeat what we sent: an address, the code in a mail, our password. So of its words only the
//! numbers are kept.

use std::error::Error as _;

use lettre::transport::smtp::Error as SmtpError;
use nine_cloud_actors::ports::MailError;
use nine_cloud_actors::refusal::chain;

/// Of RFC 4954 and 3207: the server wants a sign-in, or TLS first. That is about us, and an operator can change it.
const ABOUT_US: [u16; 4] = [530, 534, 535, 538];

/// What a failure to get as far as a mail means for it. A server that answers is not away: whoever it turns away counts
/// their tries, and takes longer for each.
pub(super) fn of_connecting(error: &SmtpError) -> MailError {
    let words = words("connecting", error).into();
    if error.status().is_some() { MailError::Transient(words) } else { MailError::Away(words) }
}

/// What a failure in the midst of a mail means for it.
pub(super) fn of_mail(error: &SmtpError) -> MailError {
    let words = words("sending", error).into();
    let is_about_us = error.status().is_some_and(|code| ABOUT_US.contains(&code.into()));
    // The client's own: an address that the server cannot take.
    if (error.is_permanent() && !is_about_us) || error.is_client() {
        MailError::Permanent(words)
    } else {
        MailError::Transient(words)
    }
}

/// In which phase, and what.
pub(super) fn words(phase: &str, error: &SmtpError) -> String {
    if let Some(code) = error.status() {
        let said = error.source().map(ToString::to_string).unwrap_or_default();
        let detail = said.split_whitespace().next().filter(|word| is_enhanced(word));
        let detail = detail.map(|detail| format!(" {detail}")).unwrap_or_default();
        format!("{phase}: the mail server answered {code}{detail}")
    } else if error.is_response() {
        format!("{phase}: the mail server answered something else than SMTP")
    } else {
        // Of this machine: refused connections, certificates, what a server does not offer.
        format!("{phase}: {}", chain(error))
    }
}

/// An enhanced status code like `5.1.1` (RFC 3463).
fn is_enhanced(word: &str) -> bool {
    let parts: Vec<&str> = word.split('.').collect();
    let is_number = |part: &&str| (1..=3).contains(&part.len()) && part.bytes().all(|b| b.is_ascii_digit());
    parts.len() == 3 && parts.iter().all(is_number)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_numbers_of_the_standard_are_kept() {
        for code in ["5.1.1", "4.7.28"] {
            assert!(is_enhanced(code), "{code}");
        }
        for word in ["", "a1b2c3", "5.1", "5.1.1.1", "5.1.x", "5..1", "1234.1.1", "mina@example.com"] {
            assert!(!is_enhanced(word), "{word}");
        }
    }
}
