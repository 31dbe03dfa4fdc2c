use actix_web::error::PayloadError;
use actix_web::http::header::{CONTENT_TYPE, HeaderMap, HeaderValue};
use bytes::Bytes;
use futures_util::stream;

use super::server::{NAMES, post, start};
use super::{BLOB, BOUNDARY, diary_form, form_head, multipart};
use crate::http::body::{Form, FormError, Patience, read_form};

/// Reads a body that arrives in these pieces.
async fn read(pieces: Vec<Bytes>) -> Result<Form, FormError> {
    let mut headers = HeaderMap::new();
    let kind = format!("multipart/form-data; boundary={BOUNDARY}");
    headers.insert(CONTENT_TYPE, HeaderValue::from_str(&kind).unwrap());
    let payload = stream::iter(pieces.into_iter().map(Ok::<_, PayloadError>));
    read_form(&headers, payload, &NAMES, Patience::BODY).await
}

async fn read_whole(body: Vec<u8>) -> Result<Form, FormError> {
    read(vec![Bytes::from(body)]).await
}

#[actix_web::test]
async fn the_diary_of_the_client_arrives() {
    let server = start();
    let body = diary_form((BLOB, b"\x89PNG\r\n\x1a\n--and\r\n--so on"));
    let answer = post(server, form_head(body.len()), body).await;
    assert_eq!(
        answer,
        "Ok(([(\"EmotionStatus\", \"2.5\"), (\"content\", \"<p>오늘은 맑음</p>\"), (\"isPublic\", \"true\"), \
         (\"sentence\", \"\"), (\"weather\", \"3\"), (\"temperature\", \"2\"), (\"humid\", \"3\"), \
         (\"sleep\", \"5\")], Some(22)))"
    );
}

#[actix_web::test]
async fn a_diary_without_a_drawing_has_an_empty_text_in_its_place() {
    let server = start();
    let body = diary_form(("name=\"image\"", b""));
    let answer = post(server, form_head(body.len()), body).await;
    assert!(answer.starts_with("Ok(") && answer.ends_with("], None))"), "{answer}");
}

#[actix_web::test]
async fn a_text_is_never_a_picture_and_a_file_is_one_by_name_or_by_type() {
    for (head, image) in [
        ("name=\"image\"", None),
        ("name=\"image\"\r\nContent-Type: text/plain", None),
        ("name=\"image\"\r\nContent-Type: image/png", Some("bytes")),
        ("name=\"image\"; filename=\"me.PNG\"", Some("bytes")),
        ("name=\"image\"; filename=\"\"\r\nContent-Type: application/octet-stream", Some("bytes")),
        ("name=\"avatar\"; filename=\"me.png\"\r\nContent-Type: image/png", None),
    ] {
        let form = read_whole(multipart(&[(head, b"bytes")])).await.unwrap();
        assert_eq!(form.image.as_deref(), image.map(str::as_bytes), "{head}");
    }
    let form = read_whole(multipart(&[(BLOB, b"")])).await.unwrap();
    assert_eq!(form.image, None, "an empty file is no picture");
}

#[actix_web::test]
async fn unknown_parts_are_skipped_and_the_first_of_a_name_counts() {
    let form = read_whole(multipart(&[
        ("name=\"directory\"", b"../../etc"),
        ("name=\"notes\"", b"\xff\xfe not even text"),
        ("name=\"content\"; filename=\"a.html\"", b"a file, no text"),
        ("name=\"content\"", b"first"),
        ("name=\"content\"", b"second"),
        (BLOB, b"first"),
        (BLOB, b"second"),
    ]))
    .await
    .unwrap();
    assert_eq!((form.get("content"), form.get("directory")), (Some("first"), None));
    assert_eq!(form.image.as_deref(), Some(&b"first"[..]));
}

#[actix_web::test]
async fn a_form_reads_the_same_however_it_is_cut_into_packets() {
    let body = Bytes::from(diary_form((BLOB, b"\r\n--\r\n----WebKit\r\r\n-")));
    let whole = read(vec![body.clone()]).await.unwrap();
    assert_eq!(whole.image.as_deref(), Some(&b"\r\n--\r\n----WebKit\r\r\n-"[..]));
    for at in 1..body.len() {
        let cut = read(vec![body.slice(..at), body.slice(at..)]).await;
        assert_eq!(cut.as_ref(), Ok(&whole), "cut at {at}");
    }
    let bytes = (0..body.len()).map(|at| body.slice(at..=at)).collect();
    assert_eq!(read(bytes).await, Ok(whole), "byte by byte");
}

#[actix_web::test]
async fn a_form_that_ends_early_is_malformed_wherever_it_ends() {
    let body = Bytes::from(diary_form((BLOB, b"some bytes")));
    let end = body.len() - "--\r\n".len();
    for at in 0..end {
        assert_eq!(read(vec![body.slice(..at)]).await, Err(FormError::Malformed), "cut at {at}");
    }
}

#[actix_web::test]
async fn a_text_that_is_not_utf_8_is_named() {
    let body = multipart(&[("name=\"content\"", b"\xed\xa0\x80")]);
    assert_eq!(read_whole(body).await, Err(FormError::NotUtf8("content")));
}

#[actix_web::test]
async fn texts_are_bounded_each_and_together() {
    let long = vec![b'x'; 64 * 1024];
    let parts = |n: usize| {
        let heads: Vec<_> = NAMES.iter().take(n).map(|name| format!("name=\"{name}\"")).collect();
        multipart(&heads.iter().map(|head| (head.as_str(), &long[..])).collect::<Vec<_>>())
    };
    assert!(read_whole(parts(4)).await.is_ok());
    assert!(matches!(read_whole(parts(5)).await, Err(FormError::Body(_))));
    let too_long = [&long[..], b"x"].concat();
    assert!(matches!(
        read_whole(multipart(&[("name=\"content\"", &too_long)])).await,
        Err(FormError::Body(_))
    ));
}

#[actix_web::test]
async fn a_form_has_at_most_32_parts() {
    let parts = |n| multipart(&vec![("name=\"x\"", &b""[..]); n]);
    assert!(read_whole(parts(32)).await.is_ok());
    assert_eq!(read_whole(parts(33)).await, Err(FormError::Malformed));
}
