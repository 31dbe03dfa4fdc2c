//! What the operating system says about this process, and about the disk it writes to.

use std::path::Path;
use std::{fs, io};

use rustix::fs::statvfs;

/// In the units of Prometheus: bytes and seconds.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub struct ProcessReport {
    /// Memory in RAM.
    pub resident_bytes: u64,
    /// Time of all cores, in user and system.
    pub cpu_seconds: f64,
    /// Descriptors.
    pub open_fds: u64,
    /// Most of them.
    pub max_fds: u64,
    /// Threads.
    pub threads: u64,
}

/// Room on a disk, in bytes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct DiskReport {
    /// For us.
    pub free: u64,
    /// Of all.
    pub total: u64,
}

/// Of the calling process.
pub fn report() -> io::Result<ProcessReport> {
    let stat = fs::read_to_string("/proc/self/stat")?;
    // The name of the program is in parentheses and may contain anything.
    let fields: Vec<&str> = stat.rsplit(')').next().unwrap_or_default().split_whitespace().collect();
    // Numbers of proc_pid_stat(5), of which the first two are gone.
    let field = |number: usize| fields.get(number - 3).and_then(|text| text.parse::<u64>().ok()).unwrap_or(0);
    let ticks = rustix::param::clock_ticks_per_second().max(1);
    #[expect(clippy::cast_precision_loss, reason = "a counter of hundredths of seconds stays far below 2^52")]
    let cpu_seconds = (field(14) + field(15)) as f64 / ticks as f64;
    let limit = rustix::process::getrlimit(rustix::process::Resource::Nofile);
    Ok(ProcessReport {
        resident_bytes: field(24) * rustix::param::page_size() as u64,
        cpu_seconds,
        open_fds: fs::read_dir("/proc/self/fd")?.count() as u64,
        max_fds: limit.current.unwrap_or(u64::MAX),
        threads: field(20),
    })
}

/// Of the disk that holds `path`.
pub fn disk(path: &Path) -> io::Result<DiskReport> {
    let disk = statvfs(path)?;
    let bytes = |blocks: u64| blocks.saturating_mul(disk.f_frsize);
    Ok(DiskReport { free: bytes(disk.f_bavail), total: bytes(disk.f_blocks) })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_living_process_has_memory_time_and_descriptors() {
        let report = report().expect("a report");
        assert!(report.resident_bytes > 1_000_000, "{report:?}");
        assert!(
            report.threads >= 1 && report.open_fds >= 3 && report.max_fds >= report.open_fds,
            "{report:?}"
        );
        let disk = disk(Path::new("/")).expect("a disk");
        assert!(disk.total >= disk.free && disk.total > 0, "{disk:?}");
    }
}
