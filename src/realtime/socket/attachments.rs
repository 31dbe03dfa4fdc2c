//! Binary attachments: `{"_placeholder":true,"num":i}` stands for the i-th binary message after the packet.
//!
//! An arrived packet is written anew with its placeholders numbered in the order they stand in the text, and its
//! attachments in that order. Whoever passes the text on then passes it on right, whatever the client's numbering.

use std::fmt;

use bytes::Bytes;
use serde::de::{DeserializeSeed, Deserializer, Error as _, MapAccess, SeqAccess, Visitor};

use super::InvalidPacket;

/// More than this in one packet closes the transport.
pub const MAX_ATTACHMENTS: usize = 10;

/// The JSON and the attachments in the order of the text. Fails on JSON that is none and on a number out of range.
pub(super) fn renumber(json: &str, attachments: &[Bytes]) -> Result<(String, Vec<Bytes>), InvalidPacket> {
    let mut rewrite = Rewrite { out: String::with_capacity(json.len()), attachments, ordered: Vec::new() };
    let mut reader = serde_json::Deserializer::from_str(json);
    Value(&mut rewrite).deserialize(&mut reader).map_err(|_| InvalidPacket)?;
    reader.end().map_err(|_| InvalidPacket)?;
    Ok((rewrite.out, rewrite.ordered))
}

struct Rewrite<'a> {
    out: String,
    attachments: &'a [Bytes],
    ordered: Vec<Bytes>,
}

impl Rewrite<'_> {
    fn string(&mut self, text: &str) {
        // A string always serializes.
        self.out.push_str(&serde_json::to_string(text).unwrap_or_default());
    }

    fn number(&mut self, number: impl Into<serde_json::Number>) {
        self.out.push_str(&number.into().to_string());
    }
}

/// Copies one value of any kind.
struct Value<'r, 'a>(&'r mut Rewrite<'a>);

/// What a value may mean inside a placeholder.
#[derive(Clone, Copy, PartialEq)]
enum Seen {
    True,
    Index(u64),
    Number,
    Other,
}

impl<'de> DeserializeSeed<'de> for Value<'_, '_> {
    type Value = Seen;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Seen, D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Value<'_, '_> {
    type Value = Seen;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("JSON")
    }

    fn visit_unit<E>(self) -> Result<Seen, E> {
        self.0.out.push_str("null");
        Ok(Seen::Other)
    }

    fn visit_bool<E>(self, value: bool) -> Result<Seen, E> {
        self.0.out.push_str(if value { "true" } else { "false" });
        Ok(if value { Seen::True } else { Seen::Other })
    }

    fn visit_u64<E>(self, value: u64) -> Result<Seen, E> {
        self.0.number(value);
        Ok(Seen::Index(value))
    }

    fn visit_i64<E>(self, value: i64) -> Result<Seen, E> {
        self.0.number(value);
        Ok(Seen::Number)
    }

    fn visit_f64<E: serde::de::Error>(self, value: f64) -> Result<Seen, E> {
        let number = serde_json::Number::from_f64(value).ok_or_else(|| E::custom("not finite"))?;
        self.0.out.push_str(&number.to_string());
        Ok(Seen::Number)
    }

    fn visit_str<E>(self, value: &str) -> Result<Seen, E> {
        self.0.string(value);
        Ok(Seen::Other)
    }

    fn visit_seq<S: SeqAccess<'de>>(self, mut values: S) -> Result<Seen, S::Error> {
        self.0.out.push('[');
        let mut first = true;
        loop {
            let before = self.0.out.len();
            if !std::mem::take(&mut first) {
                self.0.out.push(',');
            }
            if values.next_element_seed(Value(self.0))?.is_none() {
                self.0.out.truncate(before);
                self.0.out.push(']');
                return Ok(Seen::Other);
            }
        }
    }

    fn visit_map<M: MapAccess<'de>>(self, mut fields: M) -> Result<Seen, M::Error> {
        let start = self.0.out.len();
        self.0.out.push('{');
        let (mut placeholder, mut index, mut first) = (false, None, true);
        while let Some(key) = fields.next_key::<String>()? {
            if !std::mem::take(&mut first) {
                self.0.out.push(',');
            }
            self.0.string(&key);
            self.0.out.push(':');
            let seen = fields.next_value_seed(Value(self.0))?;
            match key.as_str() {
                "_placeholder" => placeholder = seen == Seen::True,
                "num" => index = if let Seen::Index(index) = seen { Some(index) } else { None },
                _ => {}
            }
        }
        self.0.out.push('}');
        if placeholder {
            let attachment = index
                .and_then(|index| self.0.attachments.get(usize::try_from(index).ok()?))
                .ok_or_else(|| M::Error::custom("no such attachment"))?;
            self.0.out.truncate(start);
            super::args::push_placeholder(&mut self.0.out, self.0.ordered.len());
            self.0.ordered.push(attachment.clone());
        }
        Ok(Seen::Other)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parts(names: &[&'static str]) -> Vec<Bytes> {
        names.iter().map(|name| Bytes::from_static(name.as_bytes())).collect()
    }

    #[test]
    fn placeholders_are_numbered_in_the_order_of_the_text() {
        let json = r#"["a",{"x":{"num":1,"_placeholder":true}},[{"_placeholder":true,"num":0}]]"#;
        let (json, attachments) = renumber(json, &parts(&["zero", "one"])).unwrap();
        assert_eq!(json, r#"["a",{"x":{"_placeholder":true,"num":0}},[{"_placeholder":true,"num":1}]]"#);
        assert_eq!(attachments, parts(&["one", "zero"]));
    }

    #[test]
    fn an_attachment_may_be_named_twice_or_never() {
        let json = r#"["a",{"_placeholder":true,"num":1},{"_placeholder":true,"num":1}]"#;
        let (json, attachments) = renumber(json, &parts(&["zero", "one"])).unwrap();
        assert_eq!(json, r#"["a",{"_placeholder":true,"num":0},{"_placeholder":true,"num":1}]"#);
        assert_eq!(attachments, parts(&["one", "one"]));
    }

    #[test]
    fn other_values_stay_as_they_are() {
        let json =
            r#"["z",null,true,false,-1,2,1.5,"안녕\n",{"b":[],"a":{}},{"_placeholder":false,"num":9}]"#;
        assert_eq!(renumber(json, &[]), Ok((json.to_owned(), Vec::new())));
    }

    #[test]
    fn a_number_out_of_range_is_refused() {
        for num in ["1", "-1", "0.5", "\"0\"", "null"] {
            let json = format!(r#"["a",{{"_placeholder":true,"num":{num}}}]"#);
            assert_eq!(renumber(&json, &parts(&["zero"])), Err(InvalidPacket), "{num}");
        }
        assert_eq!(renumber(r#"["a",{"_placeholder":true}]"#, &parts(&["zero"])), Err(InvalidPacket));
    }

    #[test]
    fn deep_nesting_is_refused_without_harm() {
        let deep = "[".repeat(100_000) + &"]".repeat(100_000);
        assert_eq!(renumber(&deep, &[]), Err(InvalidPacket));
    }
}
