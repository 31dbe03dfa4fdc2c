//! A certificate authority of a test's own.

use std::fs::Permissions;
use std::os::unix::fs::PermissionsExt as _;
use std::path::PathBuf;
use std::process::Command;

use tempfile::TempDir;

use crate::mail::sink::python;

/// An authority that has issued one certificate, to one host.
pub(super) struct Authority {
    folder: TempDir,
}

impl Authority {
    /// `None`, after one line, where the tests have no Python to make one with.
    pub(super) fn issuing_to(host: &str) -> Option<Self> {
        let folder = tempfile::tempdir().unwrap();
        let mut trustme = Command::new(python()?);
        trustme.args(["-m", "trustme", "--quiet", "--identities", host, "--dir"]).arg(folder.path());
        assert!(trustme.status().unwrap().success());
        // For a server that does not run as us.
        for file in [folder.path().to_owned(), folder.path().join("server.key")] {
            std::fs::set_permissions(file, Permissions::from_mode(0o755)).unwrap();
        }
        Some(Self { folder })
    }

    /// For `SSL_CERT_FILE`.
    pub(super) fn itself(&self) -> String {
        self.file("client.pem").to_str().unwrap().to_owned()
    }

    pub(super) fn certificate(&self) -> PathBuf {
        self.file("server.pem")
    }

    pub(super) fn key(&self) -> PathBuf {
        self.file("server.key")
    }

    fn file(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }
}
