use super::head;
use super::server::{Client, post, start};

#[actix_web::test]
async fn a_body_up_to_the_limit_is_read_and_no_byte_more() {
    let server = start();
    for (length, answer) in [(0, "Ok(0)"), (1000, "Ok(1000)"), (1001, "Err(TooLarge)")] {
        assert_eq!(post(server, head("/capped", "", length), vec![b'x'; length]).await, answer);
    }
}

#[actix_web::test]
async fn whoever_sends_far_too_much_reads_why_and_may_go_on() {
    let server = start();
    let mut client = Client::connect(server).await;
    client.send(head("/capped", "", 5_000_000)).await;
    client.send(vec![b'x'; 5_000_000]).await;
    assert_eq!(client.answer().await, "Err(TooLarge)");
    client.send(head("/capped", "", 2) + "{}").await;
    assert_eq!(client.answer().await, "Ok(2)", "on the same connection");
}

#[actix_web::test]
async fn a_body_without_an_end_is_given_up_after_a_bounded_number_of_bytes() {
    let server = start();
    let mut client = Client::connect(server).await;
    client.send(head("/capped", "", 1 << 40)).await;
    for _ in 0..17 {
        client.send(vec![b'x'; 1 << 20]).await;
    }
    assert_eq!(client.answer().await, "Err(TooLarge)");
}

#[actix_web::test]
async fn a_body_cut_short_is_answered_at_once() {
    let server = start();
    let mut client = Client::connect(server).await;
    client.send(head("/capped", "", 100) + "only this").await;
    client.hang_up().await;
    assert_eq!(client.answer().await, "Err(Broken)");
}

#[actix_web::test]
async fn a_silent_body_and_a_trickle_are_given_up() {
    let server = start();
    let mut silent = Client::connect(server).await;
    silent.send(head("/capped", "", 100) + "then nothing").await;
    assert_eq!(silent.answer().await, "Err(Silent)");

    let mut trickle = Client::connect(server).await;
    trickle.send(head("/capped", "", 100)).await;
    for _ in 0..20 {
        trickle.send(".").await;
        tokio::time::sleep(std::time::Duration::from_millis(80)).await;
    }
    assert_eq!(trickle.answer().await, "Err(Silent)");
}
