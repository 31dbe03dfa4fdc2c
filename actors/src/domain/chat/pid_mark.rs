//! What nodes call a `pid` among themselves.

use std::fmt;

use sha2::{Digest, Sha256};

/// The hash of a `pid`. The `pid` itself opens a socket's way back, so it is told to nobody but its client and the store
/// of recovery records.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct PidMark([u8; 32]);

impl PidMark {
    /// That of a `pid`.
    pub fn of(pid: &str) -> Self {
        Self(Sha256::digest(pid).into())
    }

    /// As it was sent.
    pub fn from_bytes(bytes: [u8; 32]) -> Self {
        Self(bytes)
    }

    /// For sending it.
    pub fn as_bytes(&self) -> &[u8; 32] {
        &self.0
    }
}

impl fmt::Debug for PidMark {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "PidMark({:02x}{:02x}…)", self.0[0], self.0[1])
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_pid_has_its_mark_and_nothing_of_it_shows() {
        let mark = PidMark::of("pid");
        assert_eq!(PidMark::from_bytes(*mark.as_bytes()), mark);
        assert_ne!(PidMark::of("Pid"), mark);
        assert!(!format!("{mark:?}").contains("pid"));
    }
}
