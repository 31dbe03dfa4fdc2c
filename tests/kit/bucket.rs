//! A bucket of a test's own: s3s over a folder, which checks signatures as Amazon does.

use std::net::SocketAddr;
use std::path::PathBuf;

use hyper::server::conn::http1;
use hyper_util::rt::TokioIo;
use s3s::S3Result;
use s3s::access::{S3Access, S3AccessContext};
use s3s::auth::SimpleAuth;
use s3s::service::{S3Service, S3ServiceBuilder};
use tempfile::TempDir;
use tokio::net::TcpListener;
use tokio::sync::oneshot;

/// Its name.
pub(crate) const BUCKET: &str = "drawings";
/// Whose key it takes.
pub(crate) const ACCESS_KEY: &str = "AKIDTESTS";
/// The key.
pub(crate) const SECRET_KEY: &str = "secret-key-of-the-test-bucket";

/// Lives on a thread of its own, and ends with its value.
pub(crate) struct Bucket {
    /// Where it is.
    pub(crate) address: SocketAddr,
    folder: TempDir,
    _stop: oneshot::Sender<()>,
}

impl Bucket {
    pub(crate) fn start() -> Self {
        Self::start_with(|_| {})
    }

    /// One that everybody may read.
    pub(crate) fn start_public() -> Self {
        Self::start_with(|service| service.set_access(ReadableByAll))
    }

    fn start_with(set_up: impl FnOnce(&mut S3ServiceBuilder)) -> Self {
        let folder = tempfile::tempdir().unwrap();
        std::fs::create_dir(folder.path().join(BUCKET)).unwrap();
        let mut service = S3ServiceBuilder::new(s3s_fs::FileSystem::new(folder.path()).unwrap());
        service.set_auth(SimpleAuth::from_single(ACCESS_KEY, SECRET_KEY));
        set_up(&mut service);
        let service = service.build();
        let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
        listener.set_nonblocking(true).unwrap();
        let address = listener.local_addr().unwrap();
        let (stop, stopped) = oneshot::channel();
        std::thread::spawn(move || {
            let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
            runtime.block_on(async move {
                tokio::select! {
                    () = serve(TcpListener::from_std(listener).unwrap(), service) => {}
                    _ = stopped => {}
                }
            });
        });
        Self { address, folder, _stop: stop }
    }

    /// The keys in it.
    pub(crate) fn keys(&self) -> Vec<String> {
        names(self.folder.path().join(BUCKET))
    }

    /// Parts of uploads that were neither completed nor aborted.
    pub(crate) fn parts(&self) -> usize {
        names(self.folder.path().into()).iter().filter(|name| name.contains(".part-")).count()
    }
}

struct ReadableByAll;

#[async_trait::async_trait]
impl S3Access for ReadableByAll {
    async fn check(&self, cx: &mut S3AccessContext<'_>) -> S3Result<()> {
        let is_allowed = cx.credentials().is_some() || cx.s3_op().name() == "GetObject";
        if is_allowed { Ok(()) } else { Err(s3s::s3_error!(AccessDenied)) }
    }
}

async fn serve(listener: TcpListener, service: S3Service) {
    loop {
        let Ok((client, _)) = listener.accept().await else { continue };
        let connection = http1::Builder::new().serve_connection(TokioIo::new(client), service.clone());
        tokio::spawn(connection);
    }
}

fn names(folder: PathBuf) -> Vec<String> {
    let entries = std::fs::read_dir(folder).unwrap();
    entries.map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect()
}
