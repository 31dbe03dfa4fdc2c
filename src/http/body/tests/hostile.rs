use std::time::{Duration, Instant};

use super::server::{Client, post, start};
use super::{BLOB, BOUNDARY, diary_form, form_head, head, multipart};

const MIB: usize = 1 << 20;

#[actix_web::test]
async fn a_picture_of_10_mib_is_read_and_one_of_11_is_refused_readably() {
    let server = start();
    for (bytes, answer) in [
        (10 * MIB, "Ok(([], Some(10485760)))"),
        (10 * MIB + 1, "Err(ImageTooLarge)"),
        (11 * MIB, "Err(ImageTooLarge)"),
    ] {
        let body = multipart(&[(BLOB, &vec![b'x'; bytes])]);
        assert_eq!(post(server, form_head(body.len()), body).await, answer);
    }
}

#[actix_web::test]
async fn parts_that_are_skipped_are_bounded_too() {
    let body = multipart(&[("name=\"junk\"", &vec![b'x'; 12 * MIB])]);
    assert_eq!(post(start(), form_head(body.len()), body).await, "Err(Body(TooLarge))");
}

#[actix_web::test]
async fn a_head_of_a_part_without_an_end_is_malformed() {
    let endless = format!("--{BOUNDARY}\r\nX-Long: {}", "x".repeat(MIB));
    assert_eq!(post(start(), form_head(endless.len()), endless).await, "Err(Malformed)");
}

#[actix_web::test]
async fn nonsense_is_answered_within_a_second() {
    let server = start();
    let form = multipart(&[("name=\"content\"", b"x")]);
    let ours = format!("multipart/form-data; boundary={BOUNDARY}");
    let nested = format!(
        "--{BOUNDARY}\r\nContent-Disposition: form-data; name=\"a\"\r\nContent-Type: multipart/mixed; boundary=b\r\n\r\n\
         --b\r\n\r\n--b--\r\n--{BOUNDARY}--\r\n"
    );
    for (kind, body, answer) in [
        ("multipart/form-data", &form[..], "Err(Malformed)"),
        ("multipart/form-data; boundary=", &form, "Err(Malformed)"),
        ("multipart/form-data; boundary=another", &form, "Err(Malformed)"),
        ("multipart/mixed; boundary=x", &form, "Err(NotMultipart)"),
        ("application/json", b"{}", "Err(NotMultipart)"),
        ("", &form, "Err(NotMultipart)"),
        (&ours, b"", "Err(Malformed)"),
        (&ours, b"garbage", "Err(Malformed)"),
        (&ours, &[0xff; 5000], "Err(Malformed)"),
        (&ours, &form[..form.len() - 20], "Err(Malformed)"),
        (&ours, nested.as_bytes(), "Err(Malformed)"),
        (&ours, format!("--{BOUNDARY}\r\n\r\nno name\r\n--{BOUNDARY}--\r\n").as_bytes(), "Err(Malformed)"),
        (
            &ours,
            format!("--{BOUNDARY}\r\nContent-Disposition: form-data; name=\"content\"\r\nContent-Length: 99999\r\n\r\nx\r\n--{BOUNDARY}--\r\n").as_bytes(),
            "Err(Malformed)",
        ),
    ] {
        let start = Instant::now();
        assert_eq!(post(server, head("/form", kind, body.len()), body).await, answer, "{kind}");
        assert!(start.elapsed() < Duration::from_secs(1), "{kind}");
    }
}

#[actix_web::test]
async fn a_form_cut_short_is_answered_within_a_second_of_its_end() {
    let server = start();
    let body = diary_form((BLOB, b"some bytes"));
    let mut client = Client::connect(server).await;
    client.send(form_head(body.len())).await;
    client.send(&body[..body.len() / 2]).await;
    client.hang_up().await;
    let start = Instant::now();
    assert_eq!(client.answer().await, "Err(Malformed)");
    assert!(start.elapsed() < Duration::from_secs(1));
}

#[actix_web::test]
async fn a_form_that_falls_silent_is_given_up() {
    let server = start();
    let body = diary_form((BLOB, b"some bytes"));
    let kind = format!("multipart/form-data; boundary={BOUNDARY}");
    for end in [0, 10, body.len() / 2, body.len() - 5] {
        let mut client = Client::connect(server).await;
        client.send(head("/hasty", &kind, body.len())).await;
        client.send(&body[..end]).await;
        assert_eq!(client.answer().await, "Err(Body(Silent))", "after {end} bytes");
    }
}

#[actix_web::test]
async fn a_refused_form_leaves_the_connection_in_order() {
    let server = start();
    let bad = multipart(&[("name=\"content\"", b"\xff"), (BLOB, &vec![b'x'; MIB])]);
    let good = diary_form((BLOB, b"some bytes"));
    let mut client = Client::connect(server).await;
    client.send(form_head(bad.len())).await;
    client.send(bad).await;
    assert_eq!(client.answer().await, "Err(NotUtf8(\"content\"))");
    client.send(form_head(good.len())).await;
    client.send(good).await;
    assert!(client.answer().await.ends_with("Some(10)))"));
}
