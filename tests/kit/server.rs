//! The server on a thread of its own, so that it can be stopped when a test ends in a panic.

use std::net::TcpListener;
use std::thread::JoinHandle;

use nine_cloud::data_dir::DataDir;
use nine_cloud::server::{Host, Running};
use nine_cloud::settings::Settings;
use tokio::sync::oneshot;

pub(super) struct ServerThread {
    stop: Option<oneshot::Sender<()>>,
    thread: Option<JoinHandle<()>>,
}

impl ServerThread {
    pub(super) fn start(settings: Settings, host: Host, listener: TcpListener) -> Self {
        let (stop, stopped) = oneshot::channel();
        let thread = std::thread::spawn(move || {
            actix_web::rt::System::new().block_on(async move {
                let data_dir = DataDir::hold(&settings.server.data_dir).unwrap();
                let running = Running::start(&settings, data_dir, listener, &host).unwrap();
                // An error says that the test has gone without a word: all the more reason to stop.
                let _ = stopped.await;
                running.stop().await.unwrap();
            });
        });
        Self { stop: Some(stop), thread: Some(thread) }
    }

    /// Stops it; whether that went in order.
    pub(super) fn stop(&mut self) -> bool {
        drop(self.stop.take());
        self.thread.take().is_none_or(|thread| thread.join().is_ok())
    }
}
