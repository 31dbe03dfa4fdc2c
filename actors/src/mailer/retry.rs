//! When a mail that could not be sent is tried again. Pure.

use chrono::TimeDelta;

use crate::ports::MailError;

/// Tries before a mail is given up; the waits between them add up to 43 minutes.
const MAX_TRIES: i32 = 10;

/// The wait after the first failed try; it doubles with every further one.
const FIRST_WAIT: TimeDelta = TimeDelta::seconds(5);

/// The wait while the mail server is away: less than the mailer takes to look at its queue again, so that it tries at
/// every look, and mails leave within five seconds of the server's return.
const AWAY_WAIT: TimeDelta = TimeDelta::seconds(1);

/// What to do with a mail that could not be sent.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Verdict {
    /// Try again after this time; at most 22 minutes.
    Retry(TimeDelta),
    /// Try again after this time, as if this had been no try.
    PutBack(TimeDelta),
    /// It is not going to work.
    GiveUp,
}

/// Judges a failed try; `failed_before` counts the failed tries before it.
pub(super) fn judge(failed_before: i32, error: &MailError) -> Verdict {
    let failed = failed_before.max(0).saturating_add(1);
    match error {
        MailError::Away(_) => Verdict::PutBack(AWAY_WAIT),
        MailError::Transient(_) if failed < MAX_TRIES => Verdict::Retry(FIRST_WAIT * (1 << (failed - 1))),
        MailError::Transient(_) | MailError::Permanent(_) => Verdict::GiveUp,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn waits_double_until_the_tenth_try_gives_up() {
        let error = MailError::Transient("down".into());
        let waits: Vec<_> = (0..9)
            .map(|failed| match judge(failed, &error) {
                Verdict::Retry(wait) => wait.num_seconds(),
                verdict => panic!("{verdict:?} after {failed}"),
            })
            .collect();
        assert_eq!(waits, [5, 10, 20, 40, 80, 160, 320, 640, 1280]);
        for failed in [9, 10, i32::MAX] {
            assert_eq!(judge(failed, &error), Verdict::GiveUp, "{failed}");
        }
        assert_eq!(judge(-1, &error), Verdict::Retry(FIRST_WAIT), "a row someone has tampered with");
    }

    #[test]
    fn a_server_that_is_away_costs_a_mail_nothing() {
        for failed in [0, 9, i32::MAX] {
            assert_eq!(judge(failed, &MailError::Away("refused".into())), Verdict::PutBack(AWAY_WAIT));
        }
    }

    #[test]
    fn what_can_never_work_is_given_up_at_once() {
        assert_eq!(judge(0, &MailError::Permanent("no such address".into())), Verdict::GiveUp);
    }
}
