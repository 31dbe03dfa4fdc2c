//! The proxy in front of the nodes: whoever is new goes anywhere, a socket that exists goes to the node in its `sid`.

use std::fmt::Write as _;
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use tempfile::TempDir;

/// Gone when it is dropped.
pub(crate) struct Nginx {
    pub(crate) address: SocketAddr,
    process: Child,
    _folder: TempDir,
}

impl Nginx {
    /// Whether there is one on this machine.
    pub(crate) fn is_there() -> bool {
        command().arg("-v").stderr(Stdio::null()).status().is_ok_and(|status| status.success())
    }

    pub(crate) fn start(nodes: &[(&str, SocketAddr)]) -> Self {
        let address = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
        let folder = tempfile::tempdir().unwrap();
        let place = folder.path().display().to_string();
        std::fs::write(folder.path().join("nginx.conf"), config(&place, address, nodes)).unwrap();
        let process = command()
            .args(["-p", &place, "-c", "nginx.conf", "-e", "error.log"])
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        let began = Instant::now();
        while TcpStream::connect(address).is_err() {
            let log = || std::fs::read_to_string(folder.path().join("error.log"));
            assert!(began.elapsed() < Duration::from_secs(20), "nginx does not start: {:?}", log());
            std::thread::sleep(Duration::from_millis(20));
        }
        Self { address, process, _folder: folder }
    }
}

impl Drop for Nginx {
    fn drop(&mut self) {
        // The master takes its workers along.
        if let Some(pid) = rustix::process::Pid::from_raw(self.process.id().cast_signed()) {
            let _ = rustix::process::kill_process(pid, rustix::process::Signal::TERM);
        }
        let _ = self.process.wait();
    }
}

/// Debian puts it where not every user looks.
fn command() -> Command {
    let name = if std::path::Path::new("/usr/sbin/nginx").exists() { "/usr/sbin/nginx" } else { "nginx" };
    Command::new(name)
}

fn config(place: &str, address: SocketAddr, nodes: &[(&str, SocketAddr)]) -> String {
    let (mut groups, mut map, mut all) = (String::new(), String::new(), String::new());
    for (name, node) in nodes {
        let _ = writeln!(groups, "upstream {name} {{ server {node}; }}");
        let _ = writeln!(map, "~^{name}- {name};");
        let _ = writeln!(all, "server {node};");
    }
    format!(
        "daemon off;
        pid {place}/nginx.pid;
        worker_processes 1;
        events {{ worker_connections 512; }}
        http {{
            access_log off;
            client_body_temp_path {place}/body;
            proxy_temp_path {place}/proxy;
            fastcgi_temp_path {place}/fastcgi;
            uwsgi_temp_path {place}/uwsgi;
            scgi_temp_path {place}/scgi;
            {groups}
            upstream anywhere {{ {all} }}
            map $arg_sid $node {{ default anywhere; {map} }}
            map $http_upgrade $on_upgrade {{ default upgrade; '' close; }}
            server {{
                listen {address};
                location / {{
                    proxy_pass http://$node;
                    proxy_http_version 1.1;
                    proxy_set_header Host $http_host;
                    proxy_set_header Upgrade $http_upgrade;
                    proxy_set_header Connection $on_upgrade;
                    proxy_buffering off;
                    proxy_connect_timeout 2s;
                    proxy_next_upstream error http_503;
                    proxy_read_timeout 120s;
                }}
            }}
        }}"
    )
}
