//! Which backend stands behind which port, and whether it answers.

use std::sync::Arc;

use futures_util::future::LocalBoxFuture;
use nine_cloud_actors::domain::email::Email;
use nine_cloud_actors::domain::identity::Provider;
use nine_cloud_actors::kit::PortStats;
use nine_cloud_actors::ports::{
    Cache, ChatLog, CounselModel, FanOut, FileStore, MailTransport, PortError, PortResult, Providers,
    SignInProvider,
};

use super::{Host, StartError};
use crate::adapters::ai::{OpenAi, OpenAiError};
use crate::adapters::cache::{EmbeddedCache, Quota};
use crate::adapters::counted::{CountedFiles, CountedMails, CountedModel};
use crate::adapters::fan_out::{InProcessFanOut, LogAlone};
use crate::adapters::files::{DiskFileStore, S3FileStore, S3Options};
use crate::adapters::mail::{OpenSmtpError, OutboxTransport, SmtpServer, SmtpTransport};
use crate::adapters::mongo::{MongoChatLog, OpenMongoError};
use crate::adapters::redis::{OpenRedisError, Redis, RedisCache, RedisFanOut};
use crate::adapters::social::{OAuthProvider, Registration};
use crate::adapters::sql::SqlStore;
use crate::data_dir::{DataDir, LEAST_FREE_BYTES};
use crate::http::{Check, Readiness};
use crate::settings::{
    self, CacheSettings, ChatLogSettings, DatabaseBackend, FileSettings, MailSettings, Settings,
};
use crate::system::Adapters;

/// Who mails are from, when nothing says it.
const SENDER: &str = "no-reply@localhost";

pub(super) fn open_adapters(
    settings: &Settings,
    data_dir: &DataDir,
    store: &SqlStore,
    mongo: Option<Arc<MongoChatLog>>,
    redis: Option<&Redis>,
    smtp: Option<Arc<SmtpTransport>>,
    host: &Host,
) -> Result<Adapters, StartError> {
    let sql = Arc::new(store.clone());
    let chat_log: Arc<dyn ChatLog> = match mongo {
        Some(mongo) => mongo,
        None => sql.clone(),
    };
    let mail_transport: Arc<dyn MailTransport> = match smtp {
        Some(smtp) => smtp,
        None => Arc::new(OutboxTransport::open(data_dir.outbox(), &from(SENDER), Arc::clone(&host.clock))?),
    };
    let quota_of =
        |limit| settings.limits.rate(limit).map(|rate| Quota { burst: rate.count, per: rate.window });
    let (cache, fan_out): (Arc<dyn Cache>, Arc<dyn FanOut>) = match redis {
        Some(redis) => (
            Arc::new(RedisCache::new(redis.clone(), store.clone(), Arc::clone(&host.clock), quota_of)),
            Arc::new(RedisFanOut::start(redis, host.ids.random())),
        ),
        None => (
            Arc::new(EmbeddedCache::new(store.clone(), quota_of)),
            match &settings.database.backend {
                DatabaseBackend::Sqlite(_) => Arc::new(InProcessFanOut::new()),
                // Another node may be there: during a rollout, the next release.
                DatabaseBackend::Mysql(_) => Arc::new(LogAlone),
            },
        ),
    };
    let fan_out = host.fan_out.clone().unwrap_or(fan_out);
    Ok(Adapters {
        accounts: sql.clone(),
        identities: sql.clone(),
        providers: open_providers(settings)?,
        sessions: sql.clone(),
        diaries: sql.clone(),
        comments: sql.clone(),
        notifications: sql.clone(),
        solutions: sql.clone(),
        model: open_model(settings)?,
        file_tasks: sql.clone(),
        files: open_files(settings, data_dir, host)?,
        cache,
        chat_log,
        chat_people: sql.clone(),
        fan_out,
        mail_queue: sql.clone(),
        mail_transport,
        audit: sql.clone(),
        jobs: sql,
        clock: Arc::clone(&host.clock),
        ids: Arc::clone(&host.ids),
    })
}

/// Where calls to the backends are counted; from here on those of the file store, of mails and of the model are, too.
pub(super) fn count_calls(
    adapters: &mut Adapters,
    store: &SqlStore,
    mongo: Option<&MongoChatLog>,
    redis: Option<&Redis>,
) -> Vec<Arc<PortStats>> {
    let files = Arc::new(PortStats::of("files"));
    adapters.files = Arc::new(CountedFiles::new(Arc::clone(&adapters.files), Arc::clone(&files)));
    let mails = Arc::new(PortStats::of("mail"));
    adapters.mail_transport =
        Arc::new(CountedMails::new(Arc::clone(&adapters.mail_transport), Arc::clone(&mails)));
    let model = adapters.model.take().map(|model| {
        let stats = Arc::new(PortStats::of("model"));
        adapters.model = Some(Arc::new(CountedModel::new(model, Arc::clone(&stats))));
        stats
    });
    let others = [mongo.map(MongoChatLog::stats), redis.map(Redis::stats), model];
    [store.stats(), files, mails].into_iter().chain(others.into_iter().flatten()).collect()
}

/// `None` when there is none.
pub(super) fn open_redis(settings: &Settings) -> Result<Option<Redis>, OpenRedisError> {
    match &settings.cache {
        CacheSettings::InProcess => Ok(None),
        CacheSettings::Redis(url) => Redis::open(url).map(Some),
    }
}

fn open_files(settings: &Settings, data_dir: &DataDir, host: &Host) -> std::io::Result<Arc<dyn FileStore>> {
    let s3 = match &settings.files {
        FileSettings::Disk => return Ok(Arc::new(DiskFileStore::open(data_dir.uploads())?)),
        FileSettings::S3(s3) => s3,
    };
    let options = S3Options {
        bucket: s3.bucket.clone(),
        region: s3.region.clone(),
        endpoint: s3.endpoint.clone(),
        public_url: s3.public_url.clone(),
        access_key: s3.access_key.clone(),
        secret_access_key: s3.secret_access_key.clone(),
    };
    Ok(Arc::new(S3FileStore::new(&options, Arc::clone(&host.clock))?))
}

/// `None` when the chat log is in SQL.
pub(super) fn open_mongo(settings: &Settings) -> Result<Option<Arc<MongoChatLog>>, OpenMongoError> {
    match &settings.chat_log {
        ChatLogSettings::Sql => Ok(None),
        ChatLogSettings::Mongo(address) => Ok(Some(Arc::new(MongoChatLog::open(address)?))),
    }
}

/// `None` when mails go into the outbox.
pub(super) fn open_smtp(
    settings: &Settings,
    host: &Host,
) -> Result<Option<Arc<SmtpTransport>>, OpenSmtpError> {
    let (server, sender) = match &settings.mail {
        MailSettings::Outbox => return Ok(None),
        MailSettings::Smtp { server, sender } => (server, sender.as_ref().map_or(SENDER, Email::as_typed)),
        MailSettings::Gmail { server, sender } => (server, sender.as_typed()),
    };
    let server = SmtpServer {
        host: server.host.clone(),
        port: server.port,
        is_tls: server.is_tls,
        credentials: server.credentials.clone(),
    };
    Ok(Some(Arc::new(SmtpTransport::new(server, &from(sender), Arc::clone(&host.clock))?)))
}

fn from(sender: &str) -> String {
    format!("NINE Cloud <{sender}>")
}

fn open_model(settings: &Settings) -> Result<Option<Arc<dyn CounselModel>>, OpenAiError> {
    let ai = &settings.ai;
    let Some(key) = &ai.api_key else { return Ok(None) };
    Ok(Some(Arc::new(OpenAi::new(&ai.base_url, &ai.model, key)?)))
}

fn open_providers(settings: &Settings) -> Result<Providers, StartError> {
    let open = |provider, set: &Option<settings::Provider>| {
        let Some(set) = set else { return Ok(None) };
        let registration = Registration {
            client_id: set.client_id.clone(),
            client_secret: set.client_secret.clone(),
            redirect_uri: set.redirect_uri.clone(),
            token_url: set.token_url.clone(),
            userinfo_url: set.userinfo_url.clone(),
        };
        let opened = OAuthProvider::new(provider, registration).map_err(StartError::Provider)?;
        Ok::<_, StartError>(Some(Arc::new(opened) as Arc<dyn SignInProvider>))
    };
    let social = &settings.social;
    Ok(Providers {
        kakao: open(Provider::Kakao, &social.kakao)?,
        google: open(Provider::Google, &social.google)?,
        naver: open(Provider::Naver, &social.naver)?,
    })
}

pub(super) fn readiness(
    settings: &Settings,
    store: &SqlStore,
    adapters: &Adapters,
    mongo: Option<Arc<MongoChatLog>>,
    redis: Option<Redis>,
    smtp: Option<Arc<SmtpTransport>>,
) -> Readiness {
    let (sql, files, folder) = (store.clone(), Arc::clone(&adapters.files), settings.server.data_dir.clone());
    let mut checks: Vec<Check> = vec![
        (
            "sql",
            Box::new(move || {
                let sql = sql.clone();
                Box::pin(async move { sql.check().await })
            }),
        ),
        (
            "files",
            Box::new(move || {
                let files = Arc::clone(&files);
                Box::pin(async move { files.check().await })
            }),
        ),
        (
            "disk",
            Box::new(move || {
                let free = crate::data_dir::free_bytes(&folder);
                Box::pin(std::future::ready(match free {
                    Ok(bytes) if bytes >= LEAST_FREE_BYTES => Ok(()),
                    Ok(_) => Err(PortError::Unavailable("too little free space".into())),
                    Err(error) => Err(PortError::Broken(error.into())),
                }))
            }),
        ),
    ];
    if let Some(mongo) = mongo {
        let check = move || -> LocalBoxFuture<'static, PortResult<()>> {
            let mongo = Arc::clone(&mongo);
            Box::pin(async move { mongo.check().await })
        };
        checks.push(("chat_log", Box::new(check)));
    }
    if let Some(redis) = redis {
        let check = move || -> LocalBoxFuture<'static, PortResult<()>> {
            let redis = redis.clone();
            Box::pin(async move { redis.check().await })
        };
        checks.push(("redis", Box::new(check)));
    }
    if let Some(smtp) = smtp {
        let check = move || -> LocalBoxFuture<'static, PortResult<()>> {
            let smtp = Arc::clone(&smtp);
            Box::pin(async move { smtp.check().await })
        };
        checks.push(("mail", Box::new(check)));
    }
    Readiness::new(checks)
}
