//! Nothing goes out by default: the whole of it works in a network namespace that has no route to anywhere.

use scenarios::process::program;
use std::process::Command;

/// What somebody does with the server, with curl alone, where there is no network but the machine's own.
const TOUR: &str = r#"
set -eu
ip link set lo up
test -z "$(ip route)"
"$PROGRAM" serve --data "$DATA" --listen 127.0.0.1:8600 >"$DATA.out" 2>"$DATA.err" &
server=$!
trap 'kill -9 $server 2>/dev/null || true' EXIT
url=http://127.0.0.1:8600
curl -s --retry 100 --retry-connrefused --retry-delay 0 --retry-max-time 60 -o /dev/null $url/readyz
"$PROGRAM" person add --data "$DATA" --email ana@example.org --name Ana --admin >/dev/null
token=$("$PROGRAM" token new --data "$DATA" --person ana@example.org)
"$PROGRAM" space add --data "$DATA" --name Archive --member ana@example.org >/dev/null
printf 'From: Bo <bo@example.net>\nMessage-ID: <1@x>\nDate: Tue, 3 Mar 2009 10:00:00 +0000\nSubject: Hello\nContent-Type: text/html\n\n<img src="http://example.com/pixel"><p>Hi</p>\n' >"$DATA.mail"
mkdir "$DATA.mails" && mv "$DATA.mail" "$DATA.mails/1"
"$PROGRAM" import maildir "$DATA.mails" --space Archive --data "$DATA" >/dev/null
asks() { curl -sf -H "Authorization: Bearer $token" "$@"; }
asks $url/jmap/session | grep -q Archive
space=$(asks $url/jmap/session | grep -o '"s[a-z2-7]\{26\}"' | head -n 1 | tr -d '"')
using='"using":["urn:ietf:params:jmap:core","urn:meanwhile:jmap:workspace"]'
call() { asks -H 'Content-Type: application/json' -d "{$using,\"methodCalls\":[$1]}" $url/jmap/api; }
call "[\"Item/get\",{\"accountId\":\"$space\",\"ids\":null},\"0\"]" | grep -q Hello
call "[\"Item/set\",{\"accountId\":\"$space\",\"create\":{\"t\":{\"kind\":\"topic\",\"title\":\"See http://example.com\",\"text\":\"![x](http://example.com/x.png)\"}}},\"0\"]" | grep -q '"created":{"t"'
blob=$(printf 'a file' | asks -H 'Content-Type: text/plain' --data-binary @- $url/jmap/upload/$space | grep -o 'b[a-z2-7]\{26\}')
test "$(asks $url/jmap/download/$space/$blob/a.txt)" = 'a file'
"$PROGRAM" backup "$DATA.copy" --data "$DATA" >/dev/null
"$PROGRAM" doctor --data "$DATA" >/dev/null
kill -TERM $server
wait $server
! grep -E 'ERROR|WARN' "$DATA.err"
"#;

#[test]
fn all_of_it_works_where_there_is_no_way_out() {
    let folder = tempfile::tempdir().expect("a folder");
    let mut command = Command::new("unshare");
    if !rustix::process::geteuid().is_root() {
        command.args(["--user", "--map-root-user"]);
    }
    command.args(["--net", "sh", "-c", TOUR]).env("PROGRAM", program()).env("DATA", folder.path().join("data"));
    let ended = command.output().expect("unshare is there");
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    assert!(ended.status.success(), "{}\n{}", text(&ended.stdout), text(&ended.stderr));
}
