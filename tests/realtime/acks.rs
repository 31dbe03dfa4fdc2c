//! Events and their answers, both ways, in order.

use crate::lab::WebSocket;

#[tokio::test]
async fn an_answer_echoes_id_and_namespace() {
    let mut socket = WebSocket::joined("").await;
    for (event, answer) in [
        (r#"42456["message-with-ack",1,"2",{"3":[false]}]"#, r#"43456[1,"2",{"3":[false]}]"#),
        (r#"420["message-with-ack"]"#, "430[]"),
        (r#"424294967296["message-with-ack",{"z":1.50,"a":null}]"#, r#"434294967296[{"z":1.50,"a":null}]"#),
    ] {
        socket.send(event).await;
        assert_eq!(socket.packet().await, answer);
    }
    socket.send("40/custom").await;
    socket.packet().await;
    socket.send(r#"42/custom,7["message-with-ack"]"#).await;
    assert_eq!(socket.packet().await, "43/custom,7[]");
}

#[tokio::test]
async fn an_event_that_nobody_handles_gets_no_answer() {
    let mut socket = WebSocket::joined("").await;
    socket.send(r#"421["nobody"]"#).await;
    socket.send(r#"422["message-with-ack"]"#).await;
    assert_eq!(socket.packet().await, "432[]");
}

#[tokio::test]
async fn the_server_asks_with_ids_from_zero_per_namespace() {
    let mut socket = WebSocket::joined("").await;
    socket.send("40/custom").await;
    socket.packet().await;
    for (ask, question) in [
        (r#"42["ask"]"#, r#"420["question"]"#),
        (r#"42["ask",1]"#, r#"421["question",1]"#),
        (r#"42/custom,["ask"]"#, r#"42/custom,0["question"]"#),
    ] {
        socket.send(ask).await;
        assert_eq!(socket.packet().await, question);
    }
    socket.send("431[true]").await;
    assert_eq!(socket.packet().await, r#"42["acked",true]"#);
    socket.send("431[true]").await;
    socket.send("43999[]").await;
    socket.send("43[]").await;
    socket.send(r#"430["once"]"#).await;
    assert_eq!(socket.packet().await, r#"42["acked","once"]"#);
}

#[tokio::test]
async fn events_and_answers_keep_their_order() {
    let mut socket = WebSocket::joined("").await;
    for number in 0..200 {
        socket.send(&format!(r#"42["message",{number}]"#)).await;
        socket.send(&format!(r#"42{number}["message-with-ack"]"#)).await;
    }
    for number in 0..200 {
        assert_eq!(socket.packet().await, format!(r#"42["message-back",{number}]"#));
        assert_eq!(socket.packet().await, format!("43{number}[]"));
    }
}

#[tokio::test]
async fn names_may_be_numbers() {
    let mut socket = WebSocket::joined("").await;
    socket.send("42[1]").await;
    socket.send(r#"42["message"]"#).await;
    assert_eq!(socket.packet().await, r#"42["message-back"]"#);
}
