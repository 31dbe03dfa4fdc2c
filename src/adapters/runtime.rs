//! A runtime of a backend's own.
//!
//! A pooled connection is driven by the runtime in which it was opened, and those of web workers end before the last
//! files and mails are flushed. And a call that runs here is not cut in two by a caller that stops waiting.

use std::io;

use tokio::runtime::{Builder, Handle, Runtime};
use tokio::task::JoinError;

pub(super) struct OwnRuntime {
    /// `None` only while dropping.
    runtime: Option<Runtime>,
    handle: Handle,
}

impl OwnRuntime {
    /// Threads of this name; there are as many as it takes to keep the backend busy.
    pub(super) fn start(name: &str, threads: usize) -> io::Result<Self> {
        let runtime =
            Builder::new_multi_thread().worker_threads(threads).thread_name(name).enable_all().build()?;
        let handle = runtime.handle().clone();
        Ok(Self { runtime: Some(runtime), handle })
    }

    /// Runs `work` to its end, whether or not somebody waits for it. An error says that it panicked, or that the runtime
    /// is shutting down.
    pub(super) async fn run<T: Send + 'static>(
        &self,
        work: impl Future<Output = T> + Send + 'static,
    ) -> Result<T, JoinError> {
        self.handle.spawn(work).await
    }
}

/// A runtime must not be dropped where blocking is forbidden, and its owner may be dropped anywhere.
impl Drop for OwnRuntime {
    fn drop(&mut self) {
        if let Some(runtime) = self.runtime.take() {
            runtime.shutdown_background();
        }
    }
}
