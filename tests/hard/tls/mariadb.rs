//! A MariaDB server of a test's own, with or without TLS.

use std::ffi::OsString;
use std::fs::Permissions;
use std::net::{Ipv4Addr, TcpListener, TcpStream};
use std::os::unix::fs::PermissionsExt as _;
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use tempfile::TempDir;

use super::authority::Authority;

/// Killed when dropped.
pub(super) struct MariaDb {
    folder: TempDir,
    process: Child,
    pub(super) port: u16,
}

impl MariaDb {
    /// A new server, with TLS if it has a certificate.
    pub(super) fn start(authority: Option<&Authority>) -> Self {
        let folder = tempfile::tempdir().unwrap();
        // Root may not run it: nobody does then.
        std::fs::set_permissions(folder.path(), Permissions::from_mode(0o777)).unwrap();
        let mut install = unprivileged("mariadb-install-db");
        install.args(["--no-defaults", "--auth-root-authentication-method=normal", "--skip-test-db"]);
        let data = option("--datadir=", folder.path().join("data"));
        // In a common one, servers that start at once take each other's tables away.
        let temporary = option("--tmpdir=", folder.path().to_owned());
        let output = install.args([&data, &temporary]).output().unwrap();
        assert!(output.status.success(), "{output:?}");
        let port = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).unwrap().local_addr().unwrap().port();
        let mut server = unprivileged("mariadbd");
        server.args(["--no-defaults", "--bind-address=127.0.0.1", "--skip-name-resolve", "--skip-log-bin"]);
        server.args(["--innodb-flush-log-at-trx-commit=0", "--innodb-doublewrite=0", "--sync-frm=0"]);
        server.args([data, temporary]).arg(format!("--port={port}"));
        server.arg(option("--socket=", folder.path().join("socket")));
        if let Some(authority) = authority {
            server.arg(option("--ssl-cert=", authority.certificate()));
            server.arg(option("--ssl-key=", authority.key()));
        } else {
            server.arg("--skip-ssl");
        }
        let process = server.stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap();
        let mut server = Self { folder, process, port };
        let began = Instant::now();
        while TcpStream::connect((Ipv4Addr::LOCALHOST, port)).is_err() {
            let is_alive = server.process.try_wait().unwrap().is_none();
            assert!(
                is_alive && began.elapsed() < Duration::from_mins(1),
                "{}",
                server.folder.path().display()
            );
            std::thread::sleep(Duration::from_millis(50));
        }
        server
    }
}

impl Drop for MariaDb {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

fn option(name: &str, path: PathBuf) -> OsString {
    let mut option = OsString::from(name);
    option.push(path);
    option
}

/// `nogroup` here, `nobody` there.
fn group_of_nobody() -> String {
    let id = Command::new("id").args(["-g", "nobody"]).output().unwrap();
    String::from_utf8(id.stdout).unwrap().trim().to_owned()
}

fn unprivileged(program: &str) -> Command {
    if !rustix::process::geteuid().is_root() {
        return Command::new(program);
    }
    let mut command = Command::new("setpriv");
    command.args(["--reuid=nobody", &format!("--regid={}", group_of_nobody()), "--clear-groups", program]);
    command
}
