//! What the rest of the system holds of the four stages.

use std::sync::Arc;
use std::time::Duration;

use actix::{Actor, ArbiterHandle, Context};
use bytes::Bytes;
use tokio::time::{Instant, sleep, timeout_at};

use super::inspect::Inspect;
use super::intake::Intake;
use super::messages::{Admit, FlushPending, InspectImage, MovePending, OpenFile, OpenedFile, TranscodeImage};
use super::mover::FileMover;
use super::store::Store;
use super::transcode::Transcode;
use super::{Purpose, Stage, Ticket, UploadLoad};
use crate::domain::file::{FileKey, NewFile};
use crate::domain::ids::UserId;
use crate::kit::{ActorStats, Mailbox};
use crate::metrics::Registry;
use crate::ports::{Clock, FileStore, FileTaskStore, Ids};
use crate::refusal::Outcome;

/// Larger than the number of tickets, so that a picture with one is never refused half-way.
const MAILBOX: usize = 256;
/// For the few milliseconds in which an actor is recreated or a burst of reads is taken.
const PATIENCE: Duration = Duration::from_secs(2);

/// What the pipeline needs.
#[derive(Clone)]
pub struct UploadDeps {
    /// Where files end up.
    pub files: Arc<dyn FileStore>,
    /// What is still to be moved there.
    pub tasks: Arc<dyn FileTaskStore>,
    /// For due times.
    pub clock: Arc<dyn Clock>,
    /// For keys.
    pub ids: Arc<dyn Ids>,
    /// Pictures decoded at a time: the number of cores, at most 2. Large ones are decoded alone.
    pub decoders: u16,
}

/// The pipeline of this node. Share it in an `Arc`.
pub struct UploadPipeline {
    intake: Mailbox<Intake>,
    inspect: Mailbox<Inspect>,
    transcode: Mailbox<Transcode>,
    store: Mailbox<Store>,
    load: Arc<UploadLoad>,
}

impl UploadPipeline {
    /// Starts the four actors on `arbiter`, which must outlive the pipeline.
    pub fn start(deps: UploadDeps, registry: &Registry, arbiter: &ArbiterHandle) -> Self {
        let UploadDeps { files, tasks, clock, ids, decoders } = deps;
        let load = Arc::new(UploadLoad::default());
        let mover = Arc::new(FileMover::new(files, tasks, clock, registry.cell("Store")));
        let for_intake = Arc::clone(&load);
        Self {
            intake: keep(arbiter, &registry.cell("Intake"), move |stats| {
                Intake::new(Arc::clone(&for_intake), stats)
            }),
            inspect: keep(arbiter, &registry.cell("Inspect"), Inspect::new),
            transcode: keep(arbiter, &registry.cell("Transcode"), move |stats| {
                Transcode::new(decoders, Arc::clone(&ids), stats)
            }),
            store: keep(arbiter, &registry.cell("Store"), move |stats| Store::new(Arc::clone(&mover), stats)),
            load,
        }
    }

    /// A place for one upload of `user`, to be had before the body is read. Waits in a fair queue for up to
    /// `patience` (10 s for a diary, contract §0.1), then `Busy`.
    pub async fn admit(&self, user: UserId, patience: Duration) -> Outcome<Ticket> {
        let until = Instant::now() + patience;
        self.intake.ask(Admit { user, until }, patience).await?
    }

    /// Turns the bytes that someone sent into a file of ours, to be committed with the row that names it. `on_stage` is told
    /// of each stage as it begins.
    pub async fn process(
        &self,
        ticket: Ticket,
        bytes: Bytes,
        purpose: Purpose,
        on_stage: impl Fn(Stage),
    ) -> Outcome<NewFile> {
        on_stage(Stage::Inspecting);
        let inspected = self.inspect.ask(InspectImage { ticket, bytes, purpose }, PATIENCE).await??;
        on_stage(Stage::Transcoding);
        self.transcode.ask(TranscodeImage(inspected), PATIENCE).await?
    }

    /// Says that a row with a file was committed, or one was removed. Without it the move is some seconds later.
    pub fn wake(&self) {
        if self.store.tell(MovePending).is_err() {
            tracing::debug!("the file store is busy; its timer will look");
        }
    }

    /// A file, from the moment its row is committed.
    pub async fn open(&self, key: FileKey) -> Outcome<OpenedFile> {
        self.store.ask(OpenFile(key), PATIENCE).await?
    }

    /// Tries to move everything that is due, and waits for it.
    pub async fn flush(&self) -> Outcome<()> {
        Ok(self.store.ask(FlushPending, PATIENCE).await?)
    }

    /// For the end: waits for the uploads in flight, then moves what it can. `false` when `limit` came first, which
    /// loses nothing: what was committed is moved after the next start.
    pub async fn drain(&self, limit: Duration) -> bool {
        let all = async {
            while !self.load.is_idle() {
                sleep(Duration::from_millis(10)).await;
            }
            self.flush().await.is_ok()
        };
        timeout_at(Instant::now() + limit, all).await.unwrap_or(false)
    }

    /// How busy it is.
    pub fn load(&self) -> &UploadLoad {
        &self.load
    }
}

fn keep<A>(
    arbiter: &ArbiterHandle,
    stats: &Arc<ActorStats>,
    make: impl Fn(&Arc<ActorStats>) -> A + Clone + Send + Sync + 'static,
) -> Mailbox<A>
where
    A: Actor<Context = Context<A>>,
{
    let (arbiter, own_stats) = (arbiter.clone(), Arc::clone(stats));
    Mailbox::keep(Arc::clone(stats), move || {
        let (make, stats) = (make.clone(), Arc::clone(&own_stats));
        A::start_in_arbiter(&arbiter, move |ctx| {
            ctx.set_mailbox_capacity(MAILBOX);
            make(&stats)
        })
    })
}
