//! The same script for `docker compose`. No engine runs here, so what it is told is carried out by a stand-in of a page:
//! "containers" are processes, their images folders of releases.

use std::fs;
use std::os::unix::fs::PermissionsExt as _;

use super::ONE_AT_A_TIME;
use super::front::ECHO;
use super::stage::Stage;

/// `docker`, as far as the driver needs it: what it does not know is an error.
const DOCKER: &str = r#"#!/bin/bash
set -eu
cd "$(dirname "$0")"
lives() { grep -qz . "/proc/$1/cmdline" 2>/dev/null; }
case "$1 $2" in
  'image inspect') [[ -x home/releases/${3#nine-cloud:}/nine-cloud ]]; exit ;;
  'pull --quiet') exit 1 ;;
esac
[[ $1 == compose ]] && shift
nginx=(nginx -p "$PWD/nginx" -c "$PWD/nginx/nginx.conf" -g "pid $PWD/nginx/pid;")
case "$*" in
  'up --detach --no-deps --force-recreate '*)
    colour=${!#} release=${colour^^}_RELEASE
    mkdir -p "home/$colour"
    ln -sfn "../releases/${!release}" "home/$colour/current"
    cd "home/$colour"
    [[ $colour == blue ]] && port=$BLUE_PORT || port=$GREEN_PORT
    echo first >started
    NODE_ID=$colour RELEASE=${!release} PORT=$port setsid ./current/nine-cloud serve >>log 2>&1 </dev/null 9>&- &
    echo $! >pid ;;
  'inspect --format {{.State.StartedAt}} '*) cat "home/${!#}/started" ;;
  'ps --quiet --status running '*)
    pid=$(cat "home/${!#}/pid" 2>/dev/null) && lives "$pid" && echo "$pid" || true ;;
  'ps --quiet '*) echo "${!#}" ;;
  'ps --all --format {{.ExitCode}} '*) echo 0 ;;
  'stop --timeout '*)
    pid=$(cat "home/${!#}/pid" 2>/dev/null) || exit 0
    kill "$pid" 2>/dev/null || true
    while lives "$pid"; do sleep 0.05; done ;;
  'run --rm --no-deps -T nginx nginx -t -q') "${nginx[@]}" -t -q ;;
  'exec -T nginx nginx -s reload') "${nginx[@]}" -s reload ;;
  'up --detach --no-deps nginx') "${nginx[@]}" >>nginx.log 2>&1 9>&- ;;
  'logs --tail 10 --no-log-prefix '*) cat "home/${!#}/log" ;;
  *) echo "what is $*?" >&2; exit 64 ;;
esac
"#;

/// Falls at once whatever it is asked, and is started again before anybody looks.
const RESTARTS: &str = r"
(while grep -qz . /proc/$$/cmdline; do date +%N >started; sleep 0.1; done) 2>/dev/null &
disown";

#[tokio::test]
async fn containers_are_swapped_by_the_same_script() {
    let _turn = ONE_AT_A_TIME.lock().await;
    let Some(stage) = Stage::set().await else { return };
    let docker = stage.path("docker");
    fs::write(&docker, DOCKER).unwrap();
    fs::set_permissions(&docker, fs::Permissions::from_mode(0o755)).unwrap();
    let [blue, green] = stage.ports();
    let config = format!(
        "\ndriver=compose\ncompose_command=('{docker}' compose)\nexport PATH='{folder}':$PATH BLUE_PORT={blue} GREEN_PORT={green}\n",
        docker = docker.display(),
        folder = stage.path("").display(),
    );
    stage.configure(&config);
    for release in ["one", "two"] {
        stage.build_script(release, ECHO);
    }
    stage.build_script("broken", "echo no reason; exit 1");
    stage.build_script("restarts", &format!("{RESTARTS}{ECHO}"));

    for (release, live, gone) in [("one", "blue", "green"), ("two", "green", "blue")] {
        let done = stage.rollout(&["deploy", release]).await;
        assert!(done.succeeded, "{}", done.said);
        assert_eq!(stage.live(), live);
        assert!(stage.runs(live) && !stage.runs(gone));
    }
    let refused = stage.rollout(&["deploy", "broken"]).await;
    assert!(!refused.succeeded && refused.said.contains("no reason"), "its last words: {}", refused.said);
    assert!(stage.live() == "green" && stage.runs("green") && !stage.runs("blue"));
    let refused = stage.rollout(&["deploy", "restarts"]).await;
    assert!(refused.said.ends_with("restarts ended under the canary\n"), "{}", refused.said);
    assert!(stage.live() == "green" && !stage.runs("blue"), "{}", refused.said);
    let missing = stage.rollout(&["deploy", "missing"]).await;
    assert!(missing.said.contains("there is no image nine-cloud:missing"), "{}", missing.said);
    let back = stage.rollout(&["rollback"]).await;
    assert!(back.succeeded && stage.live() == "blue", "{}", back.said);
}
