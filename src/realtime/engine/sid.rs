//! Session ids: secret, unique, and telling a proxy which node to go to.

use std::fmt;
use std::sync::Arc;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;

/// Names a node inside every sid it hands out, so that a proxy can route the later requests of a session:
/// 1–16 ASCII letters and digits.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NodeTag(Arc<str>);

impl NodeTag {
    /// Letters and digits in one, at most.
    pub const LONGEST: usize = 16;

    /// `None` when the text is not 1–16 ASCII letters and digits.
    pub fn new(text: &str) -> Option<Self> {
        let fits = (1..=Self::LONGEST).contains(&text.len())
            && text.bytes().all(|byte| byte.is_ascii_alphanumeric());
        fits.then(|| Self(text.into()))
    }
}

/// The secret that names a session on the wire: `<node>-<20 characters of base64url>`. Whoever knows it may speak
/// for the connection, so it is never logged or shown to other clients: `Debug` shows the node alone.
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct Sid(Arc<str>);

impl Sid {
    /// Fails only when the operating system has no randomness to give.
    pub(super) fn mint(node: &NodeTag) -> Result<Self, getrandom::Error> {
        Ok(Self(format!("{}-{}", node.0, random_id()?).into()))
    }

    /// The text on the wire.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl std::borrow::Borrow<str> for Sid {
    fn borrow(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for Sid {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Sid({}-…)", self.0.split('-').next().unwrap_or_default())
    }
}

/// 15 random bytes as 20 characters of base64url: 120 bits, not to be guessed.
pub(in crate::realtime) fn random_id() -> Result<String, getrandom::Error> {
    let mut bytes = [0; 15];
    getrandom::fill(&mut bytes)?;
    Ok(URL_SAFE_NO_PAD.encode(bytes))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_sid_begins_with_its_node() {
        let node = NodeTag::new("seoul1").unwrap();
        let sid = Sid::mint(&node).unwrap();
        assert!(sid.as_str().starts_with("seoul1-"));
        assert_eq!(sid.as_str().len(), "seoul1-".len() + 20);
        assert_ne!(sid, Sid::mint(&node).unwrap());
    }

    #[test]
    fn a_sid_is_not_printed() {
        let sid = Sid::mint(&NodeTag::new("n").unwrap()).unwrap();
        assert_eq!(format!("{sid:?}"), "Sid(n-…)");
    }

    #[test]
    fn a_node_tag_is_short_and_plain() {
        for bad in ["", "a-b", "서울", "a b", "12345678901234567"] {
            assert_eq!(NodeTag::new(bad), None, "{bad}");
        }
    }
}
