//! Binary events and answers.

use crate::lab::{Polling, WebSocket};

#[tokio::test]
async fn packet_and_attachments_come_back_together() {
    let mut socket = WebSocket::joined("").await;
    socket.send(r#"452-["message",{"_placeholder":true,"num":0},{"_placeholder":true,"num":1}]"#).await;
    socket.send_binary(&[1, 2, 3]).await;
    socket.send_binary(&[4, 5, 6]).await;
    let back = r#"452-["message-back",{"_placeholder":true,"num":0},{"_placeholder":true,"num":1}]"#;
    assert_eq!(socket.packet().await, back);
    assert_eq!(socket.binary().await, [1, 2, 3]);
    assert_eq!(socket.binary().await, [4, 5, 6]);
}

#[tokio::test]
async fn a_binary_answer_has_its_own_type() {
    let mut socket = WebSocket::joined("").await;
    socket.send(r#"451-789["message-with-ack",{"a":[{"_placeholder":true,"num":0}]}]"#).await;
    socket.send_binary(&[9]).await;
    assert_eq!(socket.packet().await, r#"461-789[{"a":[{"_placeholder":true,"num":0}]}]"#);
    assert_eq!(socket.binary().await, [9]);
}

#[tokio::test]
async fn attachments_are_sent_in_the_order_of_the_text() {
    let mut socket = WebSocket::joined("").await;
    socket.send(r#"452-["message",{"_placeholder":true,"num":1},{"_placeholder":true,"num":0}]"#).await;
    socket.send_binary(&[0]).await;
    socket.send_binary(&[1]).await;
    let back = r#"452-["message-back",{"_placeholder":true,"num":0},{"_placeholder":true,"num":1}]"#;
    assert_eq!(socket.packet().await, back);
    assert_eq!(socket.binary().await, [1]);
    assert_eq!(socket.binary().await, [0]);
}

#[tokio::test]
async fn without_binary_in_it_the_answer_is_a_plain_one() {
    let mut socket = WebSocket::joined("").await;
    socket.send(r#"451-["message",1]"#).await;
    socket.send_binary(&[0]).await;
    assert_eq!(socket.packet().await, r#"42["message-back",1]"#);
    socket.send(r#"450-["message",2]"#).await;
    assert_eq!(socket.packet().await, r#"42["message-back",2]"#);
}

#[tokio::test]
async fn the_server_numbers_its_own() {
    let mut socket = WebSocket::joined("").await;
    socket.send(r#"42["binary"]"#).await;
    let expected = r#"452-["binary","x",{"_placeholder":true,"num":0},{"_placeholder":true,"num":1}]"#;
    assert_eq!(socket.packet().await, expected);
    assert_eq!((socket.binary().await, socket.binary().await), (vec![1], vec![2]));
}

#[tokio::test]
async fn a_binary_answer_from_the_client_arrives_whole() {
    let mut socket = WebSocket::joined("").await;
    socket.send(r#"42["ask"]"#).await;
    assert_eq!(socket.packet().await, r#"420["question"]"#);
    socket.send(r#"461-0[{"_placeholder":true,"num":0}]"#).await;
    socket.send_binary(&[5]).await;
    assert_eq!(socket.packet().await, r#"451-["acked",{"_placeholder":true,"num":0}]"#);
    assert_eq!(socket.binary().await, [5]);
}

#[tokio::test]
async fn ten_attachments_are_taken() {
    let mut socket = WebSocket::joined("").await;
    socket.send(r#"4510-["message"]"#).await;
    for _ in 0..10 {
        socket.send_binary(&[0]).await;
    }
    assert_eq!(socket.packet().await, r#"42["message-back"]"#);
}

#[tokio::test]
async fn attachments_travel_over_polling_as_base64() {
    let session = Polling::open("/socket.io").await;
    session.post("40").await;
    assert!(session.get().await.1.starts_with("40{"));
    session.post("451-[\"message\",{\"_placeholder\":true,\"num\":0}]\u{1e}bAQID").await;
    let back = "451-[\"message-back\",{\"_placeholder\":true,\"num\":0}]\u{1e}bAQID";
    assert_eq!(session.get().await.1, back);
}
