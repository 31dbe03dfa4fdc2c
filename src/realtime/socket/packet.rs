//! Reading a packet: `<type>[<attachments>-][<namespace>,][<id>][<json>]`.

use serde_json::value::RawValue;

use super::attachments::{MAX_ATTACHMENTS, renumber};

/// A packet from a client. Everything is borrowed from its text; JSON is checked but not taken apart.
#[derive(Debug, Clone)]
pub enum Packet<'a> {
    /// `0`: asks to join; the payload, if any, is an object.
    Connect {
        /// `/` when the packet names none.
        namespace: &'a str,
        /// What the client says about itself.
        auth: Option<&'a RawValue>,
    },
    /// `1`: leaves the namespace.
    Disconnect {
        /// `/` when the packet names none.
        namespace: &'a str,
    },
    /// `2` or `5`: a name and its arguments.
    Event(Data<'a>),
    /// `3` or `6`: the arguments of an answer.
    Ack(Data<'a>),
}

/// What events and acknowledgements have in common.
#[derive(Debug, Clone)]
pub struct Data<'a> {
    /// `/` when the packet names none.
    pub namespace: &'a str,
    /// Asks for an answer under this number, or is the answer.
    pub id: Option<u64>,
    /// A JSON array, not empty in an event.
    pub json: &'a str,
    /// Binary messages that follow.
    pub attachments: usize,
}

/// The text is no packet a client may send. The transport is closed: what was meant cannot be known.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("not a Socket.IO packet")]
pub struct InvalidPacket;

/// Names with a meaning of their own in client libraries.
const RESERVED: [&str; 6] =
    ["connect", "connect_error", "disconnect", "disconnecting", "newListener", "removeListener"];

impl<'a> Packet<'a> {
    /// Reads the text of one Engine.IO message.
    pub fn decode(text: &'a str) -> Result<Self, InvalidPacket> {
        let mut rest = text.chars();
        let kind = rest.next().ok_or(InvalidPacket)?;
        let mut rest = rest.as_str();
        let attachments = if matches!(kind, '5' | '6') { attachments(&mut rest)? } else { 0 };
        let namespace = namespace(&mut rest);
        let id = id(&mut rest)?;
        let json = rest;
        if matches!(kind, '5' | '6') && attachments == 0 {
            // With attachments their placeholders are checked once these have come.
            renumber(json, &[])?;
        }
        match kind {
            '0' => Ok(Self::Connect { namespace, auth: object(json)? }),
            '1' if json.is_empty() => Ok(Self::Disconnect { namespace }),
            '2' | '5' => {
                event_name(json)?;
                Ok(Self::Event(Data { namespace, id, json, attachments }))
            }
            '3' | '6' => {
                array(json)?;
                Ok(Self::Ack(Data { namespace, id, json, attachments }))
            }
            // `4`, a refusal to connect, is for servers only.
            _ => Err(InvalidPacket),
        }
    }
}

/// `<n>-`
fn attachments(rest: &mut &str) -> Result<usize, InvalidPacket> {
    let (count, after) = rest.split_once('-').ok_or(InvalidPacket)?;
    let count = digits(count)?.ok_or(InvalidPacket)?;
    *rest = after;
    usize::try_from(count).ok().filter(|count| *count <= MAX_ATTACHMENTS).ok_or(InvalidPacket)
}

/// `/name,`; the comma may be missing when nothing follows.
fn namespace<'a>(rest: &mut &'a str) -> &'a str {
    if !rest.starts_with('/') {
        return "/";
    }
    let (namespace, after) = rest.split_once(',').unwrap_or((rest, ""));
    *rest = after;
    namespace
}

fn id(rest: &mut &str) -> Result<Option<u64>, InvalidPacket> {
    let end = rest.bytes().position(|byte| !byte.is_ascii_digit()).unwrap_or(rest.len());
    let (id, after) = rest.split_at(end);
    *rest = after;
    digits(id)
}

fn digits(text: &str) -> Result<Option<u64>, InvalidPacket> {
    if text.is_empty() {
        return Ok(None);
    }
    if !text.bytes().all(|byte| byte.is_ascii_digit()) {
        return Err(InvalidPacket);
    }
    text.parse().map(Some).map_err(|_| InvalidPacket)
}

fn object(json: &str) -> Result<Option<&RawValue>, InvalidPacket> {
    if json.is_empty() {
        return Ok(None);
    }
    let value: &RawValue = serde_json::from_str(json).map_err(|_| InvalidPacket)?;
    if value.get().starts_with('{') { Ok(Some(value)) } else { Err(InvalidPacket) }
}

/// The values of a JSON array.
pub(super) fn array(json: &str) -> Result<Vec<&RawValue>, InvalidPacket> {
    serde_json::from_str(json).map_err(|_| InvalidPacket)
}

/// The name is the first value: a string that is not reserved, or a number.
fn event_name(json: &str) -> Result<(), InvalidPacket> {
    let values = array(json)?;
    let name = values.first().ok_or(InvalidPacket)?.get();
    match name.as_bytes().first() {
        Some(b'"') => {
            let name: String = serde_json::from_str(name).map_err(|_| InvalidPacket)?;
            if RESERVED.contains(&name.as_str()) { Err(InvalidPacket) } else { Ok(()) }
        }
        Some(b'-' | b'0'..=b'9') => Ok(()),
        _ => Err(InvalidPacket),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn event(text: &str) -> Data<'_> {
        match Packet::decode(text) {
            Ok(Packet::Event(data)) => data,
            other => panic!("{text} is {other:?}"),
        }
    }

    #[test]
    fn the_main_namespace_is_omitted() {
        let data = event(r#"2["message",1,"2",{"3":[true]}]"#);
        assert_eq!((data.namespace, data.id, data.attachments), ("/", None, 0));
        assert_eq!(data.json, r#"["message",1,"2",{"3":[true]}]"#);
    }

    #[test]
    fn ids_go_beyond_32_bits_and_zero_is_one() {
        assert_eq!(event(r#"2/custom,18446744073709551615["a"]"#).id, Some(u64::MAX));
        assert_eq!(event(r#"20["a"]"#).id, Some(0));
        assert!(Packet::decode(r#"218446744073709551616["a"]"#).is_err());
    }

    #[test]
    fn the_comma_may_be_missing_when_nothing_follows() {
        for text in ["0/random", "0/random,"] {
            assert!(matches!(Packet::decode(text), Ok(Packet::Connect { namespace: "/random", auth: None })));
        }
        assert!(matches!(Packet::decode("1/custom"), Ok(Packet::Disconnect { namespace: "/custom" })));
    }

    #[test]
    fn the_number_of_attachments_comes_first() {
        let data = event(r#"52-/admin,7["a",{"_placeholder":true,"num":0}]"#);
        assert_eq!((data.attachments, data.namespace, data.id), (2, "/admin", Some(7)));
        event(r#"50-["a"]"#);
        let out_of_range = r#"50-["a",{"_placeholder":true,"num":0}]"#;
        for bad in [r#"5["a"]"#, r#"5-["a"]"#, r#"5x-["a"]"#, r#"511-["a"]"#, r#"5+1-["a"]"#, out_of_range] {
            assert!(Packet::decode(bad).is_err(), "{bad}");
        }
    }

    #[test]
    fn event_names_are_free_strings_or_numbers() {
        event(r#"2[1,"a"]"#);
        event(r#"2[ "안녕" ]"#);
        for bad in [
            "2",
            "2[]",
            "2{}",
            "2[null]",
            "2[{}]",
            "2[[]]",
            "2[true]",
            r#"2["connect"]"#,
            r#"2["disconnecting"]"#,
        ] {
            assert!(Packet::decode(bad).is_err(), "{bad}");
        }
    }

    #[test]
    fn payloads_have_the_shape_of_their_type() {
        for good in ["0", "0{}", r#"0{"token":"123"}"#, "1", "31[]", "3[]", "60-1[]"] {
            assert!(Packet::decode(good).is_ok(), "{good}");
        }
        for bad in [
            "",
            "4",
            "4{}",
            "7",
            "abc",
            "-",
            "0[]",
            "0null",
            r#"0"x""#,
            "0{",
            "1{}",
            "1[]",
            "31",
            "31{}",
            "2abc[]",
            "2[\"a\"",
            "2[\"a\"]x",
        ] {
            assert!(Packet::decode(bad).is_err(), "{bad}");
        }
    }
}
