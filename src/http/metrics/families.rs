//! The families of series, one function per part of the node.

use std::sync::Arc;

use super::exposition::{Exposition, number};
use crate::http::state::Node;
use crate::http::status::BackendState;
use crate::process;
use chrono::{DateTime, Utc};
use nine_cloud_actors::domain::chat::LogKey;
use nine_cloud_actors::kit::{ActorReport, PortStats};
use nine_cloud_actors::mailer::MailReport;
use nine_cloud_actors::metrics::{Activity, ActorActivity};
use nine_cloud_actors::scheduler::JobReport;

pub(super) fn node(out: &mut Exposition, node: &Node) {
    let build = [("release", &*node.release), ("node", &*node.id)];
    out.gauge("nine_build_info", "Which release this node runs.").is(&build, 1.0);
    let draining = f64::from(u8::from(node.readiness.is_draining()));
    out.gauge("nine_draining", "1 when the node is about to stop.").is(&[], draining);
    let uptime = node.started.elapsed().as_secs_f64();
    out.gauge("nine_uptime_seconds", "Since the node started.").is(&[], uptime);
    let people = node.sessions.len() as u64;
    out.gauge("nine_people_active", "People with a UserSession on this node.").counts(&[], people);
}

/// Under the names that every exporter uses.
pub(super) fn process(out: &mut Exposition, node: &Node) {
    let Ok(process) = process::report() else { return };
    out.gauge("process_resident_memory_bytes", "Memory in RAM.").counts(&[], process.resident_bytes);
    out.counter("process_cpu_seconds_total", "Time of all cores.").is(&[], process.cpu_seconds);
    out.gauge("process_open_fds", "Open descriptors.").counts(&[], process.open_fds);
    out.gauge("process_max_fds", "Most descriptors that may be open.").counts(&[], process.max_fds);
    out.gauge("process_threads", "Threads.").counts(&[], process.threads);
    let started = seconds(node.started_at);
    out.gauge("process_start_time_seconds", "When the node started, since 1970.").is(&[], started);
    if let Ok(disk) = process::disk(&node.data_dir) {
        out.gauge("nine_disk_free_bytes", "Room on the disk of DATA_DIR.").counts(&[], disk.free);
        out.gauge("nine_disk_total_bytes", "Size of the disk of DATA_DIR.").counts(&[], disk.total);
    }
}

pub(super) fn actors(out: &mut Exposition, activity: &Activity) {
    type Counter = (&'static str, &'static str, fn(&ActorReport) -> u64);
    const COUNTERS: [Counter; 9] = [
        ("nine_actor_started_total", "Actors started.", |r| r.started),
        ("nine_actor_stopped_total", "Actors stopped, also by a panic.", |r| r.stopped),
        ("nine_actor_restarted_total", "Actors recreated after a death.", |r| r.restarted),
        ("nine_actor_messages_in_total", "Messages that mailboxes took.", |r| r.sent),
        ("nine_actor_messages_out_total", "Messages handled.", |r| r.handled),
        ("nine_actor_messages_refused_total", "Messages that no mailbox took.", |r| r.refused),
        ("nine_actor_mailbox_full_total", "Tries that met a full mailbox.", |r| r.full),
        ("nine_actor_messages_dropped_total", "Messages lost with a dead actor.", |r| r.dropped),
        ("nine_actor_failures_total", "Panics, and what could not be done for want of a backend.", |r| {
            r.failures
        }),
    ];
    for (name, help, count) in COUNTERS {
        let mut series = out.counter(name, help);
        for ActorActivity { report, .. } in &activity.actors {
            series.counts(&[("actor", report.actor)], count(report));
        }
    }
    let mut alive = out.gauge("nine_actors_alive", "Actors that live.");
    for ActorActivity { report, .. } in &activity.actors {
        alive.is(&[("actor", report.actor)], signed(report.alive));
    }
    let mut waiting = out.gauge("nine_actor_mailbox_waiting", "Messages in mailboxes.");
    for ActorActivity { report, .. } in &activity.actors {
        waiting.is(&[("actor", report.actor)], signed(report.waiting));
    }
    let mut worst =
        out.gauge("nine_actor_mailbox_worst", "Most messages at once in the last minute, on one thread.");
    for ActorActivity { report, minute, .. } in &activity.actors {
        worst.is(&[("actor", report.actor)], signed(minute.worst_waiting));
    }
    let mut mailbox = out.histogram("nine_actor_mailbox_seconds", "Time in mailboxes, of one message in 64.");
    for ActorActivity { report, .. } in &activity.actors {
        mailbox.took(&[("actor", report.actor)], &report.in_mailbox);
    }
    let mut handling =
        out.histogram("nine_actor_handling_seconds", "Time to the reply, of one message in 64.");
    for ActorActivity { report, .. } in &activity.actors {
        handling.took(&[("actor", report.actor)], &report.handling);
    }
}

pub(super) fn chat(out: &mut Exposition, node: &Node, activity: &Activity) {
    let kind = |room: LogKey| if room == LogKey::Plaza { "plaza" } else { "cloud" };
    let mut rooms = out.gauge("nine_rooms", "Rooms that live on this node.");
    for wanted in ["plaza", "cloud"] {
        let many = activity.rooms.iter().filter(|room| kind(room.busy.key) == wanted).count();
        rooms.counts(&[("kind", wanted)], many as u64);
    }
    let mut members = out.gauge("nine_room_members", "People in rooms, on this node.");
    for wanted in ["plaza", "cloud"] {
        let counted = activity.rooms.iter().filter(|room| kind(room.busy.key) == wanted);
        members.counts(&[("kind", wanted)], counted.map(|room| room.members).sum::<usize>() as u64);
    }
    if let Some(sockets) = activity.actors.iter().find(|actor| actor.report.actor == "SocketSession") {
        let report = &sockets.report;
        out.gauge("nine_sockets", "Connections of the chat.").is(&[], signed(report.alive));
        out.counter("nine_sockets_opened_total", "Connections let in.").counts(&[], report.started);
        out.counter("nine_chat_events_total", "Events that clients sent.").counts(&[], report.handled);
    }
    let counts = &node.lines.counts;
    out.counter("nine_sockets_cut_total", "Connections cut, because they did not keep up.")
        .counts(&[], counts.cut());
    out.counter("nine_chat_messages_total", "Messages logged by rooms of this node.")
        .counts(&[], counts.logged());
    out.counter("nine_chat_deliveries_total", "Messages, presence and the like written to members.")
        .counts(&[], counts.delivered());
}

pub(super) fn uploads(out: &mut Exposition, node: &Node) {
    let load = node.uploads.load();
    let in_flight = signed(load.in_flight.level());
    out.gauge("nine_uploads_in_flight", "Pictures in work, from their first byte on.").is(&[], in_flight);
    let waiting = signed(load.waiting.level());
    out.gauge("nine_uploads_waiting", "People who wait for a place to upload.").is(&[], waiting);
    let mut stages = out.counter("nine_upload_stages_total", "Pictures that began a stage.");
    for (stage, many) in load.begun() {
        stages.counts(&[("stage", stage.as_wire())], many);
    }
}

pub(super) fn mails(out: &mut Exposition, mails: &MailReport) {
    out.gauge("nine_mails_waiting", "Mails that wait, of all nodes.").counts(&[], mails.waiting);
    out.gauge("nine_mails_dead", "Dead letters, of all nodes.").counts(&[], mails.dead);
    out.counter("nine_mails_sent_total", "Mails that left from this node.").counts(&[], mails.sent);
    out.counter("nine_mail_failures_total", "Tries of this node that failed.").counts(&[], mails.failed);
}

pub(super) fn jobs(out: &mut Exposition, jobs: &[JobReport], now: DateTime<Utc>) {
    let mut runs = out.counter("nine_job_runs_total", "Runs on this node.");
    for job in jobs {
        runs.counts(&[("job", job.name)], job.runs);
    }
    let mut failures = out.counter("nine_job_failures_total", "Runs on this node that failed.");
    for job in jobs {
        failures.counts(&[("job", job.name)], job.failures);
    }
    let mut late = out.gauge("nine_job_late_seconds", "How long a job has been due.");
    for job in jobs.iter().filter(|job| !job.is_running) {
        let since = job.due_at.map_or(0.0, |due| seconds(now) - seconds(due));
        late.is(&[("job", job.name)], since.max(0.0));
    }
    let ran = || jobs.iter().filter_map(|job| Some((job.name, job.last_run.as_ref()?)));
    let mut last = out.gauge("nine_job_last_run_timestamp_seconds", "When it last began, on any node.");
    for (job, run) in ran() {
        last.is(&[("job", job)], seconds(run.started_at));
    }
    let mut took = out.gauge("nine_job_last_duration_seconds", "How long that took.");
    for (job, run) in ran() {
        if let Some(millis) = run.millis {
            took.is(&[("job", job)], signed(millis) / 1e3);
        }
    }
    let mut failed = out.gauge("nine_job_last_failed", "1 when that failed.");
    for (job, run) in ran() {
        failed.is(&[("job", job)], f64::from(u8::from(run.error.is_some())));
    }
}

pub(super) fn backends(out: &mut Exposition, checked: &[BackendState], ports: &[Arc<PortStats>]) {
    let mut up = out.gauge("nine_backend_up", "1 when the backend answers.");
    for backend in checked {
        up.is(&[("backend", backend.name)], f64::from(u8::from(backend.is_up)));
    }
    let mut check = out.gauge("nine_backend_check_seconds", "How long its answer took.");
    for backend in checked {
        check.is(&[("backend", backend.name)], backend.took.as_secs_f64());
    }
    let reports: Vec<_> = ports.iter().map(|port| port.report()).collect();
    let mut calls = out.histogram("nine_backend_call_seconds", "Calls of the backend.");
    for report in &reports {
        calls.took(&[("backend", report.backend)], &report.took);
    }
    let mut failures = out.counter("nine_backend_failures_total", "Calls that found it away or failing.");
    for report in &reports {
        failures.counts(&[("backend", report.backend)], report.failures);
    }
}

fn seconds(at: DateTime<Utc>) -> f64 {
    signed(at.timestamp_millis()) / 1e3
}

fn signed(level: i64) -> f64 {
    if level < 0 { -number(level.unsigned_abs()) } else { number(level.unsigned_abs()) }
}
