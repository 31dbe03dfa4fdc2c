//! Opaque ids of messages and of people in a room.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

use super::super::seoul::Instant;

/// Twelve bytes, written as 24 hexadecimal digits: the shape that the previous service's clients know as `_id`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Oid([u8; 12]);

impl Oid {
    /// The first twelve of sixteen (or more) unguessable bytes.
    pub fn new(bytes: &[u8; 16]) -> Self {
        let mut oid = [0; 12];
        oid.copy_from_slice(&bytes[..12]);
        Self(oid)
    }

    /// The id of what happens at an instant: six bytes of its milliseconds, so that what is stored one after another lies
    /// together in an index, and six unguessable ones.
    pub fn dated(at: Instant, bytes: &[u8; 16]) -> Self {
        let mut oid = [0; 12];
        oid[..6].copy_from_slice(&at.timestamp_millis().to_be_bytes()[2..]);
        oid[6..].copy_from_slice(&bytes[..6]);
        Self(oid)
    }

    /// The twelve, as a database keeps them.
    pub fn as_bytes(&self) -> &[u8; 12] {
        &self.0
    }
}

impl From<[u8; 12]> for Oid {
    fn from(bytes: [u8; 12]) -> Self {
        Self(bytes)
    }
}

impl fmt::Display for Oid {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        const DIGITS: &[u8; 16] = b"0123456789abcdef";
        let mut text = [0; 24];
        for (pair, byte) in text.chunks_exact_mut(2).zip(self.0) {
            pair[0] = DIGITS[usize::from(byte >> 4)];
            pair[1] = DIGITS[usize::from(byte & 15)];
        }
        f.write_str(std::str::from_utf8(&text).unwrap_or_default())
    }
}

/// Not 24 hexadecimal digits.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("not 24 hexadecimal digits")]
pub struct NotAnOid;

impl FromStr for Oid {
    type Err = NotAnOid;

    fn from_str(text: &str) -> Result<Self, NotAnOid> {
        let digits = text.as_bytes();
        if digits.len() != 24 {
            return Err(NotAnOid);
        }
        let value = |digit: u8| char::from(digit).to_digit(16).and_then(|value| u8::try_from(value).ok());
        let mut oid = [0; 12];
        for (byte, pair) in oid.iter_mut().zip(digits.chunks_exact(2)) {
            *byte = value(pair[0]).ok_or(NotAnOid)? << 4 | value(pair[1]).ok_or(NotAnOid)?;
        }
        Ok(Self(oid))
    }
}

impl TryFrom<String> for Oid {
    type Error = NotAnOid;

    fn try_from(text: String) -> Result<Self, NotAnOid> {
        text.parse()
    }
}

impl From<Oid> for String {
    fn from(oid: Oid) -> Self {
        oid.to_string()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_is_written_as_24_digits_and_read_back() {
        let oid = Oid::new(&[0xa0; 16]);
        assert_eq!(oid.to_string(), "a0a0a0a0a0a0a0a0a0a0a0a0");
        assert_eq!(oid.to_string().parse(), Ok(oid));
    }

    #[test]
    fn dated_ones_are_in_the_order_of_their_time() {
        let dated =
            |millis, random| Oid::dated(Instant::from_timestamp_millis(millis).unwrap(), &[random; 16]);
        assert!(dated(1_795_000_000_000, 255) < dated(1_795_000_000_001, 0));
        assert_eq!(dated(0x1234, 0xab).to_string(), "000000001234abababababab");
    }

    #[test]
    fn anything_else_is_no_id() {
        for text in ["", "a0", "g0a0a0a0a0a0a0a0a0a0a0a0", "+0a0a0a0a0a0a0a0a0a0a0a0", "가나다라마바사아"]
        {
            assert_eq!(text.parse::<Oid>(), Err(NotAnOid), "{text}");
        }
    }
}
