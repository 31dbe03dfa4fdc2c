//! Mails as files: the embedded default, for a machine without a mail server.

use std::fs::{self, File};
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use async_trait::async_trait;
use lettre::address::AddressError;
use lettre::message::Mailbox;
use nine_cloud_actors::domain::ids::MailId;
use nine_cloud_actors::domain::mail::Mail;
use nine_cloud_actors::ports::{Clock, MailError, MailTransport};

use super::message::compose;

/// Why the outbox cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum OpenOutboxError {
    /// The sender of the settings is not like `NINE Cloud <no-reply@localhost>`.
    #[error("the sender is no mail address")]
    Sender(#[from] AddressError),
    /// The folder cannot be made.
    #[error("the outbox folder cannot be made")]
    Folder(#[from] io::Error),
}

/// Writes each mail as one `.eml` file that any mail program opens: `20261122T050000.000Z-<mail id>.eml`, so that a
/// listing is in the order of sending.
pub struct OutboxTransport {
    folder: PathBuf,
    from: Mailbox,
    clock: Arc<dyn Clock>,
}

impl OutboxTransport {
    /// An outbox in this folder, which is made if need be.
    pub fn open(folder: PathBuf, from: &str, clock: Arc<dyn Clock>) -> Result<Self, OpenOutboxError> {
        let from = from.parse()?;
        fs::create_dir_all(&folder)?;
        Ok(Self { folder, from, clock })
    }
}

#[async_trait]
impl MailTransport for OutboxTransport {
    async fn send(&self, id: MailId, mail: &Mail) -> Result<(), MailError> {
        let now = self.clock.now();
        let bytes = compose(&self.from, id, mail, now)?.formatted();
        let path = self.folder.join(format!("{}-{id}.eml", now.format("%Y%m%dT%H%M%S%.3fZ")));
        let written = tokio::task::spawn_blocking(move || write_whole(&path, &bytes)).await;
        written.map_err(io::Error::other).flatten().map_err(|error| MailError::Transient(Box::new(error)))
    }
}

/// Under its name there is either the whole file, on the disk, or none.
fn write_whole(path: &Path, bytes: &[u8]) -> io::Result<()> {
    let unfinished = path.with_extension("tmp");
    let written = File::create(&unfinished).and_then(|mut file| {
        file.write_all(bytes)?;
        file.sync_all()?;
        fs::rename(&unfinished, path)
    });
    if written.is_err() {
        // What went wrong is the first error; this one would only say it again.
        drop(fs::remove_file(&unfinished));
    }
    written
}

#[cfg(test)]
mod tests {
    use nine_cloud_actors::domain::email::Email;
    use nine_cloud_actors::domain::secret::Secret;
    use nine_cloud_actors::mailer::sign_up_code;
    use nine_cloud_actors::testing::TestClock;
    use tempfile::TempDir;

    use super::*;

    const SENDER: &str = "NINE Cloud <no-reply@localhost>";

    fn outbox(folder: &Path) -> OutboxTransport {
        let clock = Arc::new(TestClock::at("2026-11-22T05:00:00.123Z"));
        OutboxTransport::open(folder.to_owned(), SENDER, clock).unwrap()
    }

    fn mail_to(address: &str) -> Mail {
        Mail {
            to: Email::parse(address).unwrap(),
            subject: "hello".to_owned(),
            html: "<p>as html</p>".to_owned(),
            text: "as text".to_owned(),
        }
    }

    fn names(folder: &Path) -> Vec<String> {
        let mut names: Vec<_> = fs::read_dir(folder)
            .unwrap()
            .map(|entry| entry.unwrap().file_name().into_string().unwrap())
            .collect();
        names.sort();
        names
    }

    #[tokio::test]
    async fn a_mail_becomes_one_file_with_both_versions() {
        let dir = TempDir::new().unwrap();
        let folder = dir.path().join("outbox");
        outbox(&folder).send(MailId(7), &mail_to("Mina@example.com")).await.unwrap();

        assert_eq!(names(&folder), ["20261122T050000.123Z-7.eml"], "and no unfinished one");
        let written = fs::read_to_string(folder.join("20261122T050000.123Z-7.eml")).unwrap();
        for part in [
            "From: \"NINE Cloud\" <no-reply@localhost>\r\n",
            "To: Mina@example.com\r\n",
            "Subject: hello\r\n",
            "Date: Sun, 22 Nov 2026 05:00:00 +0000\r\n",
            "Message-ID: <7.1795323600123@localhost>\r\n",
            "MIME-Version: 1.0\r\n",
            "Content-Type: multipart/alternative;",
            "Content-Type: text/plain; charset=utf-8\r\nContent-Transfer-Encoding: quoted-printable\r\n\r\nas text\r\n",
            "Content-Type: text/html; charset=utf-8\r\nContent-Transfer-Encoding: quoted-printable\r\n\r\n<p>as html</p>\r\n",
        ] {
            assert!(written.contains(part), "{part:?} is missing in:\n{written}");
        }
    }

    #[tokio::test]
    async fn the_code_can_be_read_in_the_file_by_people_and_tests() {
        let dir = TempDir::new().unwrap();
        let mail = sign_up_code(Email::parse("mina@example.com").unwrap(), &Secret::new("a1b2c3"));
        outbox(dir.path()).send(MailId(1), &mail).await.unwrap();
        let written = fs::read_to_string(dir.path().join(names(dir.path()).remove(0))).unwrap();
        assert!(written.is_ascii(), "any mail server takes it");
        assert_eq!(written.matches("a1b2c3").count(), 2, "{written}");
        assert!(written.lines().any(|line| line == "a1b2c3"), "{written}");
    }

    #[tokio::test]
    async fn every_kind_of_address_that_passes_our_rule_can_be_written_to() {
        let dir = TempDir::new().unwrap();
        let outbox = outbox(dir.path());
        let longest = format!("{}@{}.com", "a".repeat(64), "b".repeat(63));
        for address in ["민아@example.co.kr", "!#$%&'*+/=?^_`{|}~-@example.com", "a@xn--0.com", &longest] {
            outbox.send(MailId(1), &mail_to(address)).await.unwrap();
        }
    }

    #[tokio::test]
    async fn a_folder_that_has_gone_is_worth_another_try() {
        let dir = TempDir::new().unwrap();
        let folder = dir.path().join("outbox");
        let outbox = outbox(&folder);
        fs::remove_dir(&folder).unwrap();
        let failed = outbox.send(MailId(1), &mail_to("mina@example.com")).await;
        assert!(matches!(failed, Err(MailError::Transient(_))), "{failed:?}");
        fs::create_dir(&folder).unwrap();
        outbox.send(MailId(1), &mail_to("mina@example.com")).await.unwrap();
    }

    #[test]
    fn a_sender_that_is_no_address_is_a_start_error() {
        let dir = TempDir::new().unwrap();
        let clock = Arc::new(TestClock::at("2026-11-22T05:00:00Z"));
        let refused = OutboxTransport::open(dir.path().to_owned(), "NINE Cloud", clock).err();
        assert!(matches!(refused, Some(OpenOutboxError::Sender(_))), "{refused:?}");
    }
}
