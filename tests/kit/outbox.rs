//! Mails, as files, or as a mail server got them.

use std::path::PathBuf;

use super::sink::{self, Sink};

pub(crate) struct Outbox<'a> {
    folder: PathBuf,
    sink: Option<&'a Sink>,
}

impl<'a> Outbox<'a> {
    pub(super) fn new(folder: PathBuf, sink: Option<&'a Sink>) -> Self {
        Self { folder, sink }
    }

    /// The mails to an address as typed, oldest first.
    pub(crate) fn mails_to(&self, address: &str) -> Vec<String> {
        let Ok(entries) = std::fs::read_dir(&self.folder) else { return Vec::new() };
        let files = entries.map(|entry| entry.unwrap().path());
        let mut mails: Vec<(u64, String)> = files
            .filter(|path| path.extension().is_some_and(|extension| extension == "eml"))
            .map(|path| {
                // `<time>-<mail id>.eml`; the clock of a test stands still, so the id is what orders them.
                let id = path.file_stem().unwrap().to_str().unwrap().rsplit_once('-').unwrap().1;
                (id.parse().unwrap(), std::fs::read_to_string(&path).unwrap())
            })
            .filter(|(_, mail)| mail.lines().any(|line| line == format!("To: {address}")))
            .collect();
        mails.sort_unstable();
        mails.into_iter().map(|(_, mail)| mail).collect()
    }

    /// The codes that were sent to an address, oldest first.
    pub(crate) fn codes(&self, address: &str) -> Vec<String> {
        let Some(sink) = self.sink else {
            return self.mails_to(address).iter().map(|mail| code_in(mail)).collect();
        };
        sink.mails().iter().filter(|mail| mail["to"][0] == address).map(sink::code_in).collect()
    }
}

/// The code in the text version of a mail.
fn code_in(mail: &str) -> String {
    let (_, rest) = mail.split_once("Content-Type: text/plain").unwrap();
    let (_, body) = rest.split_once("\r\n\r\n").unwrap();
    let text = quoted_printable(body);
    let (_, code) = text.split_once("인증코드: ").unwrap();
    code.lines().next().unwrap().to_owned()
}

/// RFC 2045 §6.7: soft line breaks go, `=XX` is a byte.
fn quoted_printable(body: &str) -> String {
    let joined = body.replace("=\r\n", "");
    let mut pieces = joined.split('=');
    let mut bytes = pieces.next().unwrap_or_default().as_bytes().to_vec();
    for piece in pieces {
        match piece.get(..2).and_then(|hex| u8::from_str_radix(hex, 16).ok()) {
            Some(byte) => {
                bytes.push(byte);
                bytes.extend(&piece.as_bytes()[2..]);
            }
            // Past the part that is encoded so.
            None => break,
        }
    }
    String::from_utf8_lossy(&bytes).into_owned()
}
