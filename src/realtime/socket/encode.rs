//! Writing packets.

use std::fmt::Write as _;

use serde::Serialize;

use super::Args;

/// An event up to, not including, its closing bracket. A broadcast shares this text; each member's copy ends with
/// `]`, or with an argument of its own (`,"<offset>"]`).
pub fn event_head(namespace: &str, id: Option<u64>, name: &str, args: &Args) -> String {
    let mut text = head('2', namespace, id, args);
    text.push('[');
    // A string always serializes.
    text.push_str(&serde_json::to_string(name).unwrap_or_default());
    if !args.json.is_empty() {
        text.push(',');
        text.push_str(&args.json);
    }
    text
}

/// An acknowledgement.
pub fn ack(namespace: &str, id: u64, args: &Args) -> String {
    let mut text = head('3', namespace, Some(id), args);
    text.push('[');
    text.push_str(&args.json);
    text.push(']');
    text
}

/// The answer to a CONNECT: the id of the socket and, where recovery is on, the private id it may come back with.
pub fn connected(namespace: &str, sid: &str, pid: Option<&str>) -> String {
    #[derive(Serialize)]
    struct Connected<'a> {
        sid: &'a str,
        #[serde(skip_serializing_if = "Option::is_none")]
        pid: Option<&'a str>,
    }
    with_json('0', namespace, &Connected { sid, pid })
}

/// The refusal of a CONNECT.
pub fn connect_error(namespace: &str, message: &str, data: Option<&serde_json::Value>) -> String {
    #[derive(Serialize)]
    struct ConnectError<'a> {
        message: &'a str,
        #[serde(skip_serializing_if = "Option::is_none")]
        data: Option<&'a serde_json::Value>,
    }
    with_json('4', namespace, &ConnectError { message, data })
}

/// The server ends a namespace. Official clients do not reconnect after it.
pub fn disconnect(namespace: &str) -> String {
    head('1', namespace, None, &Args::new())
}

fn with_json(kind: char, namespace: &str, value: &impl Serialize) -> String {
    let mut text = head(kind, namespace, None, &Args::new());
    // Structs of strings and JSON always serialize.
    text.push_str(&serde_json::to_string(value).unwrap_or_default());
    text
}

/// `kind` is that of the packet without attachments; its binary sibling is three higher.
fn head(kind: char, namespace: &str, id: Option<u64>, args: &Args) -> String {
    let mut text = String::with_capacity(32 + namespace.len() + args.json.len());
    match (kind, args.attachments.len()) {
        (kind, 0) => text.push(kind),
        ('2', count) => drop(write!(text, "5{count}-")),
        (_, count) => drop(write!(text, "6{count}-")),
    }
    if namespace != "/" {
        text.push_str(namespace);
        text.push(',');
    }
    if let Some(id) = id {
        // Writing to a string cannot fail.
        let _ = write!(text, "{id}");
    }
    text
}

#[cfg(test)]
mod tests {
    use bytes::Bytes;

    use super::*;

    #[test]
    fn packets_look_as_in_the_protocol_document() {
        let args = Args::of(&1).and_then(|args| args.and(&"2")).unwrap();
        assert_eq!(event_head("/", None, "foo", &args) + "]", r#"2["foo",1,"2"]"#);
        assert_eq!(event_head("/admin", Some(0), "foo", &Args::new()) + "]", r#"2/admin,0["foo"]"#);
        assert_eq!(ack("/admin", 12, &args), r#"3/admin,12[1,"2"]"#);
        assert_eq!(ack("/", 12, &Args::new()), "312[]");
        assert_eq!(connected("/admin", "x", None), r#"0/admin,{"sid":"x"}"#);
        assert_eq!(connected("/", "x", Some("y")), r#"0{"sid":"x","pid":"y"}"#);
        assert_eq!(connect_error("/x", "Invalid namespace", None), r#"4/x,{"message":"Invalid namespace"}"#);
        assert_eq!(disconnect("/admin"), "1/admin,");
    }

    #[test]
    fn attachments_make_it_a_binary_packet() {
        let args = Args::new().and_binary(Bytes::from_static(&[1]));
        assert_eq!(event_head("/", None, "b", &args) + "]", r#"51-["b",{"_placeholder":true,"num":0}]"#);
        assert_eq!(ack("/", 7, &args), r#"61-7[{"_placeholder":true,"num":0}]"#);
    }
}
