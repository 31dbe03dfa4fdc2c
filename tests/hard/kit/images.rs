//! Pictures and forms, byte by byte.

/// The boundary of every form here.
pub(crate) const BOUNDARY: &str = "----WebKitFormBoundary7MA4YWxkTrZu0gW";

/// A picture of 2×2 pixels.
pub(crate) fn bmp() -> Vec<u8> {
    let mut bytes = b"BM".to_vec();
    for number in [70_u32, 0, 54, 40, 2, 2] {
        bytes.extend(number.to_le_bytes());
    }
    bytes.extend([1, 0, 24, 0]);
    for number in [0_u32, 16, 2835, 2835, 0, 0] {
        bytes.extend(number.to_le_bytes());
    }
    bytes.extend([40, 90, 200, 200, 90, 40, 0, 0].repeat(2));
    bytes
}

/// A PNG whose head promises 50,000×50,000 pixels, and nothing after it.
pub(crate) fn huge_png() -> Vec<u8> {
    let mut head = b"IHDR".to_vec();
    head.extend(50_000_u32.to_be_bytes());
    head.extend(50_000_u32.to_be_bytes());
    head.extend([8, 6, 0, 0, 0]);
    let mut bytes = b"\x89PNG\r\n\x1a\n".to_vec();
    bytes.extend(13_u32.to_be_bytes());
    bytes.extend(&head);
    bytes.extend(crc32(&head).to_be_bytes());
    bytes
}

fn crc32(bytes: &[u8]) -> u32 {
    !bytes.iter().fold(u32::MAX, |crc, byte| {
        (0..8).fold(crc ^ u32::from(*byte), |crc, _| (crc >> 1) ^ (0xEDB8_8320 * (crc & 1)))
    })
}

/// The body of a form: the head of each part without `Content-Disposition: form-data; `, and its bytes.
pub(crate) fn form(parts: &[(&str, &[u8])]) -> Vec<u8> {
    let mut body = Vec::new();
    for (head, bytes) in parts {
        let head = format!("--{BOUNDARY}\r\nContent-Disposition: form-data; {head}\r\n\r\n");
        body.extend_from_slice(head.as_bytes());
        body.extend_from_slice(bytes);
        body.extend_from_slice(b"\r\n");
    }
    body.extend_from_slice(format!("--{BOUNDARY}--\r\n").as_bytes());
    body
}

/// The client's form for a diary with this picture.
pub(crate) fn picture_form(content: &str, picture: &[u8]) -> Vec<u8> {
    form(&[
        ("name=\"content\"", content.as_bytes()),
        ("name=\"isPublic\"", b"true"),
        ("name=\"image\"; filename=\"blob\"\r\nContent-Type: image/png", picture),
    ])
}

/// The type of every form here.
pub(crate) fn form_type() -> String {
    format!("multipart/form-data; boundary={BOUNDARY}")
}

/// A body that the route would take, with its type.
pub(crate) fn good_body(path: &str) -> (String, Vec<u8>) {
    if path == "/diary/posting" || path == "/myInfo/editmyInfo" {
        (form_type(), form(&[("name=\"content\"", b"<p>x</p>")]))
    } else {
        let body = br#"{"content":"x","password":"password1!","newPassword":"password2!","aiConsent":false}"#;
        ("application/json".to_owned(), body.to_vec())
    }
}
