//! A database of the previous service, as its tools made one.

use std::io::Write as _;
use std::sync::atomic::{AtomicU64, Ordering};

use diesel::sql_types::Text;
use diesel_async::{
    AsyncConnection as _, AsyncMysqlConnection, RunQueryDsl as _, SimpleAsyncConnection as _,
};

/// The schema that Prisma made of the previous service's models, but for the address: its collation tells case apart, as
/// in databases that were moved once.
const SCHEMA: &str = "
CREATE TABLE Users (
  userId INT NOT NULL AUTO_INCREMENT, username VARCHAR(191) NOT NULL, password VARCHAR(191) NOT NULL,
  email VARCHAR(191) COLLATE utf8mb4_bin NOT NULL,
  profileImg VARCHAR(191) NULL DEFAULT 'https://finaldrawings.s3.ap-northeast-2.amazonaws.com/default-profile.avif',
  userType VARCHAR(191) NOT NULL DEFAULT 'Common', createdAt DATETIME(3) NOT NULL DEFAULT CURRENT_TIMESTAMP(3),
  updatedAt DATETIME(3) NOT NULL, deletedAt DATETIME(3) NULL,
  UNIQUE INDEX Users_email_key (email), PRIMARY KEY (userId)
) DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_unicode_ci;
CREATE TABLE diaries (
  diaryId INT NOT NULL AUTO_INCREMENT, UserId INT NOT NULL, EmotionalStatus INT NOT NULL, image VARCHAR(191) NULL,
  content VARCHAR(191) NOT NULL, isPublic BOOLEAN NOT NULL DEFAULT false, viewCount INT NOT NULL DEFAULT 0,
  likeCount INT NOT NULL DEFAULT 0, sentence VARCHAR(191) NULL, weather VARCHAR(191) NOT NULL,
  temperature VARCHAR(191) NULL, humid VARCHAR(191) NULL, sleep VARCHAR(191) NULL,
  createdAt DATETIME(3) NOT NULL DEFAULT CURRENT_TIMESTAMP(3), updatedAt DATETIME(3) NOT NULL, deletedAt DATETIME(3) NULL,
  PRIMARY KEY (diaryId), FOREIGN KEY (UserId) REFERENCES Users(userId) ON DELETE CASCADE ON UPDATE CASCADE
) DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_unicode_ci;
CREATE TABLE DiaryLikes (
  diarylikeId INT NOT NULL AUTO_INCREMENT, UserId INT NOT NULL, DiaryId INT NOT NULL,
  likeExist BOOLEAN NOT NULL DEFAULT false, createdAt DATETIME(3) NOT NULL DEFAULT CURRENT_TIMESTAMP(3),
  updatedAt DATETIME(3) NOT NULL, PRIMARY KEY (diarylikeId),
  FOREIGN KEY (UserId) REFERENCES Users(userId) ON DELETE CASCADE ON UPDATE CASCADE,
  FOREIGN KEY (DiaryId) REFERENCES diaries(diaryId) ON DELETE CASCADE ON UPDATE CASCADE
) DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_unicode_ci;
CREATE TABLE comments (
  commentId INT NOT NULL AUTO_INCREMENT, DiaryId INT NOT NULL, UserId INT NOT NULL, content VARCHAR(191) NOT NULL,
  isEdited BOOLEAN NOT NULL DEFAULT false, createdAt DATETIME(3) NOT NULL DEFAULT CURRENT_TIMESTAMP(3),
  updatedAt DATETIME(3) NOT NULL, deletedAt DATETIME(3) NULL, PRIMARY KEY (commentId),
  FOREIGN KEY (UserId) REFERENCES Users(userId) ON DELETE CASCADE ON UPDATE CASCADE,
  FOREIGN KEY (DiaryId) REFERENCES diaries(diaryId) ON DELETE CASCADE ON UPDATE CASCADE
) DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_unicode_ci;
CREATE TABLE secondaryComments (
  secondaryCommentId INT NOT NULL AUTO_INCREMENT, UserId INT NOT NULL, DiaryId INT NOT NULL, CommentId INT NOT NULL,
  content VARCHAR(191) NOT NULL, createdAt DATETIME(3) NOT NULL DEFAULT CURRENT_TIMESTAMP(3),
  updatedAt DATETIME(3) NOT NULL, deletedAt DATETIME(3) NULL, PRIMARY KEY (secondaryCommentId),
  FOREIGN KEY (UserId) REFERENCES Users(userId) ON DELETE CASCADE ON UPDATE CASCADE,
  FOREIGN KEY (DiaryId) REFERENCES diaries(diaryId) ON DELETE CASCADE ON UPDATE CASCADE,
  FOREIGN KEY (CommentId) REFERENCES comments(commentId) ON DELETE CASCADE ON UPDATE CASCADE
) DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_unicode_ci;";

/// Rows per statement.
const PIECE: usize = 500;

/// The server's address without a database, or `None` after one printed line.
pub(crate) fn mysql_server() -> Option<String> {
    #[expect(clippy::disallowed_methods, reason = "a test has no settings")]
    let url = std::env::var("TEST_MYSQL_URL").ok().filter(|url| !url.is_empty());
    if url.is_none() {
        // Past the capture of the test harness, so that nobody takes skipped tests for passed ones.
        let _ = writeln!(
            std::io::stderr(),
            "TEST_MYSQL_URL is not set: the tests of `adopt` and of TLS to MySQL are skipped"
        );
    }
    url.map(|url| url.trim_end_matches('/').to_owned())
}

/// A database of its own on the test server; dropped by [`remove`](Self::remove).
pub(super) struct MysqlDatabase {
    server: String,
    name: String,
    pub(super) url: String,
}

impl MysqlDatabase {
    pub(super) async fn create(server: &str) -> Self {
        static COUNT: AtomicU64 = AtomicU64::new(1);
        let made = std::time::SystemTime::UNIX_EPOCH.elapsed().unwrap().as_secs();
        let number = COUNT.fetch_add(1, Ordering::Relaxed);
        // The port suites sweep what killed runs leave under such names.
        let name = format!("test_ninecloud_{made}_{}_adopt{number}", std::process::id());
        execute(server, &format!("CREATE DATABASE {name} CHARACTER SET utf8mb4")).await;
        Self { server: server.to_owned(), url: format!("{server}/{name}"), name }
    }

    pub(super) async fn remove(self) {
        let user = self.reader();
        execute(&self.server, &format!("DROP DATABASE {}; DROP USER IF EXISTS {user}", self.name)).await;
    }

    /// Fills it in the shape of the previous service.
    pub(super) async fn fill(&self, tables: &[(&str, Vec<String>)]) {
        let mut connection = AsyncMysqlConnection::establish(&self.url).await.unwrap();
        connection.batch_execute(SCHEMA).await.unwrap();
        // What hand-made repairs and moved dumps leave behind: orphans and zero dates.
        connection
            .batch_execute("SET SESSION sql_mode = ''; SET SESSION foreign_key_checks = 0")
            .await
            .unwrap();
        for (table, rows) in tables {
            for piece in rows.chunks(PIECE) {
                let sql = format!("INSERT INTO {table} VALUES {}", piece.join(","));
                connection.batch_execute(&sql).await.unwrap();
            }
        }
    }

    /// The address for somebody who may read and nothing else.
    pub(super) async fn read_only_url(&self) -> String {
        let user = self.reader();
        execute(
            &self.server,
            &format!("CREATE USER {user} IDENTIFIED BY 'hunter2'; GRANT SELECT ON {}.* TO {user}", self.name),
        )
        .await;
        let host = self.server.rsplit_once(['@', '/']).unwrap().1;
        format!("mysql://{}:hunter2@{host}/{}?connection_limit=5", self.reader_name(), self.name)
    }

    fn reader_name(&self) -> String {
        format!("r{}", self.name.trim_start_matches("test_ninecloud_"))
    }

    fn reader(&self) -> String {
        format!("'{}'@'%'", self.reader_name())
    }

    /// What changes whenever a row does.
    pub(super) async fn checksums(&self) -> Vec<String> {
        let mut sums = Vec::new();
        for table in ["Users", "diaries", "DiaryLikes", "comments", "secondaryComments"] {
            let sql = format!("CHECKSUM TABLE {table} EXTENDED");
            let mut connection = AsyncMysqlConnection::establish(&self.url).await.unwrap();
            let row: Checksum = diesel::sql_query(sql).get_result(&mut connection).await.unwrap();
            sums.push(format!("{table} {}", row.checksum));
        }
        sums
    }

    pub(super) async fn lines(&self, sql: &str) -> Vec<String> {
        let mut connection = AsyncMysqlConnection::establish(&self.url).await.unwrap();
        let lines: Vec<Line> = diesel::sql_query(sql).load(&mut connection).await.unwrap();
        lines.into_iter().map(|line| line.line).collect()
    }
}

pub(super) async fn execute(url: &str, sql: &str) {
    let mut connection = AsyncMysqlConnection::establish(url).await.unwrap();
    connection.batch_execute(sql).await.unwrap();
}

#[derive(diesel::QueryableByName)]
pub(super) struct Line {
    #[diesel(sql_type = Text)]
    pub(super) line: String,
}

#[derive(diesel::QueryableByName)]
struct Checksum {
    #[diesel(sql_type = diesel::sql_types::BigInt, column_name = "Checksum")]
    checksum: i64,
}
