//! The codecs against anything, against themselves, and against another implementation.

use nine_cloud::realtime::engine::{Packet as EnginePacket, decode_payload, push_binary, push_text};
use nine_cloud::realtime::socket::{Args, Data, Packet, encode};
use proptest::prelude::*;
use socketioxide_core::Value;
use socketioxide_core::packet::PacketData;
use socketioxide_core::parser::{Parse, ParseConfig, ParserState};
use socketioxide_parser_common::CommonParser;

fn namespaces() -> impl Strategy<Value = String> {
    prop_oneof![Just("/".to_owned()), "/[a-z]{1,8}"]
}

fn json() -> impl Strategy<Value = serde_json::Value> {
    let leaf = prop_oneof![
        Just(serde_json::Value::Null),
        any::<bool>().prop_map(Into::into),
        any::<i64>().prop_map(Into::into),
        "\\PC{0,12}".prop_map(Into::into),
    ];
    leaf.prop_recursive(3, 24, 4, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..4).prop_map(Into::into),
            prop::collection::hash_map("[a-z]{0,4}", inner, 0..4)
                .prop_map(|fields| fields.into_iter().collect::<serde_json::Map<_, _>>().into()),
        ]
    })
}

/// Texts that are nearly packets: where parsers differ.
fn nearly_packets() -> impl Strategy<Value = String> {
    let pieces = prop_oneof![
        Just(String::new()),
        "[0-9]{1,3}-?",
        Just("/a,".to_owned()),
        Just("/a".to_owned()),
        Just(",".to_owned()),
        Just(r#"["e",1]"#.to_owned()),
        Just("{}".to_owned()),
        Just("[]".to_owned()),
        Just("[".to_owned()),
        "\\PC{0,4}",
    ];
    ("[0-9]", prop::collection::vec(pieces, 0..5)).prop_map(|(kind, pieces)| kind + &pieces.concat())
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 512, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn no_text_hurts(text in "\\PC*") {
        let _ = EnginePacket::decode(&text);
        let _ = EnginePacket::decode_text(&text);
        let _ = decode_payload(&text).count();
        let _ = Packet::decode(&text);
    }

    #[test]
    fn no_nearly_packet_hurts(text in nearly_packets()) {
        let _ = Packet::decode(&text);
    }

    #[test]
    fn a_payload_reads_as_written(packets in prop::collection::vec(prop_oneof![
        "[^\\x1e]{0,20}".prop_map(Ok),
        prop::collection::vec(any::<u8>(), 0..20).prop_map(Err),
    ], 1..6)) {
        let mut body = String::new();
        for packet in &packets {
            match packet {
                Ok(text) => push_text(&mut body, &format!("4{text}")),
                Err(data) => push_binary(&mut body, data),
            }
        }
        let read: Vec<_> = decode_payload(&body).map(Result::unwrap).collect();
        let written: Vec<_> = packets.iter().map(|packet| match packet {
            Ok(text) => EnginePacket::Message(text),
            Err(data) => EnginePacket::Binary(data.clone().into()),
        }).collect();
        prop_assert_eq!(read, written);
    }

    #[test]
    fn an_event_reads_as_written_here_and_elsewhere(
        namespace in namespaces(),
        id in prop::option::of(0..i64::MAX),
        name in "[a-z]{1,6}-x",
        values in prop::collection::vec(json(), 0..3),
    ) {
        let args = values.iter().try_fold(Args::new(), Args::and).unwrap();
        let text = encode::event_head(&namespace, id.map(i64::cast_unsigned), &name, &args) + "]";
        let mut expected = vec![serde_json::Value::from(name)];
        expected.extend(values);

        let Ok(Packet::Event(Data { namespace: read, id: read_id, json, attachments: 0 })) = Packet::decode(&text) else {
            panic!("{text}");
        };
        prop_assert_eq!((read, read_id), (namespace.as_str(), id.map(i64::cast_unsigned)));
        prop_assert_eq!(serde_json::from_str::<Vec<serde_json::Value>>(json).unwrap(), expected.clone());

        let (other_namespace, other) = elsewhere(&text).expect("the other one refuses it");
        prop_assert_eq!(other_namespace, namespace);
        let PacketData::Event(Value::Str(json, None), other_id) = other else { panic!("{text}") };
        prop_assert_eq!(other_id, id);
        prop_assert_eq!(serde_json::from_str::<Vec<serde_json::Value>>(&json).unwrap(), expected);
    }

    #[test]
    fn what_we_accept_means_the_same_elsewhere(text in nearly_packets()) {
        let Ok(ours) = Packet::decode(&text) else { return Ok(()) };
        // Binary packets wait for their attachments there; ids beyond 63 bits and `/a` alone are read differently.
        let Some((namespace, theirs)) = elsewhere(&text) else { return Ok(()) };
        match (ours, theirs) {
            (Packet::Connect { namespace: ours, .. }, PacketData::Connect(_))
            | (Packet::Disconnect { namespace: ours }, PacketData::Disconnect) => prop_assert_eq!(ours, namespace),
            (Packet::Event(ours), PacketData::Event(Value::Str(json, _), id)) => {
                prop_assert_eq!(ours.namespace, namespace);
                prop_assert_eq!(ours.id, id.map(i64::cast_unsigned));
                prop_assert_eq!(ours.json, json.as_str());
            }
            (Packet::Ack(ours), PacketData::EventAck(Value::Str(json, _), id)) => {
                prop_assert_eq!(ours.namespace, namespace);
                prop_assert_eq!(ours.id, Some(id.cast_unsigned()));
                prop_assert_eq!(ours.json, json.as_str());
            }
            (Packet::Event(ours) | Packet::Ack(ours), _) => prop_assert_eq!(ours.attachments, 0),
            (ours, theirs) => prop_assert!(false, "{:?} is {:?} elsewhere", ours, theirs),
        }
    }
}

fn elsewhere(text: &str) -> Option<(String, PacketData)> {
    let parsed =
        CommonParser.decode_str(&ParseConfig::default(), &ParserState::default(), text.to_owned().into());
    parsed.ok().map(|packet| (packet.ns.to_string(), packet.inner))
}
