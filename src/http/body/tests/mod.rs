//! Bodies as they come over a real socket, and some that are easier to make by hand.

mod capped;
mod forms;
mod hostile;
mod server;

use std::fmt::Write as _;

/// The boundary as Chrome makes it.
const BOUNDARY: &str = "----WebKitFormBoundary7MA4YWxkTrZu0gW";

/// A body of parts: the head of each without `Content-Disposition: form-data; `, and its bytes.
fn multipart(parts: &[(&str, &[u8])]) -> Vec<u8> {
    let mut body = Vec::new();
    for (head, bytes) in parts {
        body.extend_from_slice(
            format!("--{BOUNDARY}\r\nContent-Disposition: form-data; {head}\r\n\r\n").as_bytes(),
        );
        body.extend_from_slice(bytes);
        body.extend_from_slice(b"\r\n");
    }
    body.extend_from_slice(format!("--{BOUNDARY}--\r\n").as_bytes());
    body
}

/// A text part.
fn text<'a>(name: &str, value: &'a str) -> (String, &'a [u8]) {
    (format!("name=\"{name}\""), value.as_bytes())
}

/// The client's own form for a diary, part for part.
fn diary_form(image: (&str, &[u8])) -> Vec<u8> {
    let before =
        [text("EmotionStatus", "2.5"), text("content", "<p>오늘은 맑음</p>"), text("isPublic", "true")];
    let after = [
        text("sentence", ""),
        text("weather", "3"),
        text("temperature", "2"),
        text("humid", "3"),
        text("sleep", "5"),
    ];
    let parts: Vec<_> = before
        .iter()
        .map(|(head, value)| (head.as_str(), *value))
        .chain([image])
        .chain(after.iter().map(|(head, value)| (head.as_str(), *value)))
        .collect();
    multipart(&parts)
}

/// The picture as axios sends a canvas.
const BLOB: &str = "name=\"image\"; filename=\"blob\"\r\nContent-Type: image/png";

fn head(path: &str, content_type: &str, length: usize) -> String {
    let mut head = format!("POST {path} HTTP/1.1\r\nHost: localhost\r\n");
    if !content_type.is_empty() {
        let _ = write!(head, "Content-Type: {content_type}\r\n");
    }
    let _ = write!(head, "Content-Length: {length}\r\n\r\n");
    head
}

fn form_head(length: usize) -> String {
    head("/form", &format!("multipart/form-data; boundary={BOUNDARY}"), length)
}
